"""The demonstration's past: what could have happened, in its order, counted without a difference."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.cli import accounts, history, history_data
from app.cli.history_drawn import drawn
from app.cli.history_lives import Recruiter, Structure, Window
from app.contacts import statements
from app.contacts.models import Contact
from app.contacts.rules import COMPANY_ANSWERS_WITHIN
from app.db import new_id
from app.evidence import checking
from app.evidence.models import Fact, Opening, PersonKey
from app.evidence.service import Statement, drain
from app.mail.models import Mail
from app.paris import PARIS
from app.people.models import Organisation, Person
from app.people.rules import Who
from app.profiles.models import Profile
from app.reports import rollups
from app.reports.opinions import told_to
from app.reports.queries import Bilan, bilan_of
from app.reports.rules import FUNDER_MINIMUM, PUBLIC, Reader
from app.search.models import SearchProfile
from app.settings import Settings
from app.videos.models import Video
from app.viewing.recount import recounts
from tests.conftest import START

# What each kind of statement follows: nothing of an exchange comes before it, and nothing before the film.
FOLLOWS = {
    "contact.answered": "contact.sent",
    "contact.company_answered": "contact.answered",
    "contact.company_silent": "contact.answered",
    "outcome.confirmed": "outcome.declared",
    "outcome.disputed": "outcome.declared",
}
CONVENTION_BEGAN = datetime(2026, 9, 1, tzinfo=PARIS)
WINDOWS = {
    "three months": Window(CONVENTION_BEGAN, datetime(2026, 11, 27, tzinfo=PARIS)),
    "two months": Window(datetime(2026, 6, 1, tzinfo=PARIS), datetime(2026, 7, 31, tzinfo=PARIS)),
    "a year": Window(datetime(2027, 3, 2, tzinfo=PARIS), datetime(2028, 3, 1, tzinfo=PARIS)),
}


@pytest.fixture(scope="module", params=WINDOWS)
def past(request: pytest.FixtureRequest) -> tuple[Window, list[Statement]]:
    """Draw the past between two days."""
    window = WINDOWS[request.param]
    return window, drawn(structures(), recruiters(), window)


def structures() -> list[Structure]:
    """Return the structures of the demonstration, whose ids are not asked for."""
    own = Structure(new_id(), "59", new_id(), history_data.STRUCTURE_FILMED)
    return [
        own,
        *(Structure(new_id(), one.department, new_id(), one.filmed) for one in history_data.STRUCTURES),
    ]


def recruiters() -> list[Recruiter]:
    """Return who watches."""
    companies = [(new_id(), one) for one in history_data.COMPANIES]
    return [Recruiter(new_id(), ident, one.department) for ident, one in companies for _ in one.recruiters]


def by_person(stated: Sequence[Statement]) -> list[list[Statement]]:
    """Return what is stated of each person, in its order."""
    found: dict[UUID | None, list[Statement]] = defaultdict(list)
    for one in stated:
        found[one.subject].append(one)
    return list(found.values())


def test_everything_happened_in_its_time_and_its_order(past: tuple[Window, list[Statement]]) -> None:
    window, stated = past
    assert [one.at for one in stated] == sorted(one.at for one in stated)
    assert window.begins <= stated[0].at
    assert stated[-1].at < window.ends
    assert len({(one.kind, one.source) for one in stated}) == len(stated)


def test_nobody_is_watched_before_they_are_published_nor_answers_what_nobody_asked(
    past: tuple[Window, list[Statement]],
) -> None:
    for life in by_person(past[1]):
        happened: dict[str, datetime] = {}
        for one in life:
            kind, _, what = one.source.partition(":")
            if kind in FOLLOWS:
                assert happened[f"{FOLLOWS[kind]}:{what}"] < one.at
            elif one.kind == "resident.filmed":
                assert not happened
            elif one.kind != "profile.published":
                assert any(source.startswith("profile.published") for source in happened)
            happened[one.source] = one.at


def test_nobody_is_watched_or_written_to_once_they_have_a_job(past: tuple[Window, list[Statement]]) -> None:
    for life in by_person(past[1]):
        found_at = min((one.at for one in life if one.measures.get("contract")), default=None)
        after = [one for one in life if found_at and one.at > found_at]
        assert {one.kind for one in after} <= {"outcome.confirmed", "outcome.disputed"}


def test_a_company_that_owes_a_word_gives_it_in_time_or_is_said_to_be_silent(
    past: tuple[Window, list[Statement]],
) -> None:
    window, stated = past
    for life in by_person(stated):
        told = {one.source: one.at for one in life}
        left_at = min([window.ends, *(one.at for one in life if one.measures.get("contract"))])
        for one in life:
            if one.kind == "contact.answered" and one.measures["accepted"]:
                what, due_at = one.source.partition(":")[2], one.at + COMPANY_ANSWERS_WITHIN
                word_at = told.get(f"contact.company_answered:{what}")
                assert word_at or due_at > left_at or told[f"contact.company_silent:{what}"] == due_at
                assert word_at is None or word_at < due_at


def test_the_past_is_the_same_each_time() -> None:
    hosts, watching, window = structures(), recruiters(), WINDOWS["three months"]
    assert drawn(hosts, watching, window) == drawn(hosts, watching, window)


@pytest.mark.parametrize("kind", statements.ACTORS)
def test_what_is_stated_of_an_exchange_is_what_contacts_state(kind: str) -> None:
    contact = Contact(kind="interview", state="accepted", company_word="reply", company_due_at=START)
    told = statements.statement(unused(), kind, contact, Profile(structure_id=None), START).measures
    stated = drawn(structures(), recruiters(), WINDOWS["three months"])
    assert {tuple(sorted(one.measures)) for one in stated if one.kind == kind} == {tuple(sorted(told))}


def unused() -> Session:
    """Return a session of no database: of no structure, nothing is asked."""
    return Session()


@pytest.fixture(scope="module")
def own(engine: Engine, usual_settings: Settings) -> Iterator[tuple[Session, tuple[Who, UUID]]]:
    """Make the past once for all that look at it, counted; yield it with the adviser and their structure."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, expire_on_commit=False) as session:
            adviser = accounts.ensure(session, START, usual_settings)
            history.make(session, START, usual_settings, adviser)
            while drain(session, START):
                rollups.roll(session)
            yield session, adviser
        transaction.rollback()


@pytest.fixture
def made(own: tuple[Session, tuple[Who, UUID]]) -> Session:
    return own[0]


def hidden_of(bilan: Bilan) -> list[str]:
    """Return which figures are not shown."""
    return [one.indicator.code for one in (*bilan.figures, *bilan.steps) if one.count is None]


def test_every_figure_is_large_enough_for_everybody(made: Session) -> None:
    assert hidden_of(bilan_of(made, PUBLIC)) == []
    counts = {one.indicator.code: one.count or 0 for one in bilan_of(made, PUBLIC).figures}
    assert counts["filmed"] == 340
    assert round(100 * counts["filmed_qpv"] / counts["filmed"]) == 71


def test_a_funder_reads_every_month_and_the_public_what_is_not_small(made: Session) -> None:
    assert all(None not in line.counts for line in bilan_of(made, funder()).by_month.lines)
    assert all(line.counts[0] for line in bilan_of(made, PUBLIC).by_month.lines)


def test_what_is_small_is_seen_to_be_hidden(made: Session) -> None:
    found = bilan_of(made, funder()).by_department
    assert found is not None
    shown = {line.code for line in found.lines}
    assert {"59", "62", "69", "93"} <= shown
    assert "13" not in shown


def funder() -> Reader:
    """Return who reads as a funder does."""
    return Reader("", None, FUNDER_MINIMUM)


def test_every_answer_after_watching_is_told_apart(own: tuple[Session, tuple[Who, UUID]]) -> None:
    session, (_, structure_id) = own
    for reader in (funder(), Reader("", (structure_id,))):
        assert len(told_to(session, reader).answers) == 3


def test_whoever_recounts_finds_no_difference(made: Session) -> None:
    assert rollups.recount(made) == []
    assert checking.faults_of(made) == []
    found = list(recounts(made))
    assert sum(one.plays for one in found) == len(history_data.PLACED) * len(history_data.WATCHED)
    assert [fault for one in found for fault in one.differences] == []


def test_nobody_can_tell_whose_facts_they_are_but_of_those_who_are_there(made: Session) -> None:
    there = set(made.scalars(select(Person.id)))
    assert set(made.scalars(select(PersonKey.person_id))) <= there
    assert set(made.scalars(select(Opening.subject_id))) <= there
    persons = made.scalar(select(func.count(Fact.subject.distinct())))
    assert persons == 335 + history_data.VOICES + len(history_data.PLACED)


def test_no_ghost_is_found_shown_or_written_to(own: tuple[Session, tuple[Who, UUID]]) -> None:
    session = own[0]
    assert set(session.scalars(select(Profile.state))) == {"placed"}
    assert session.scalars(select(SearchProfile.profile_id)).all() == []
    assert session.scalars(select(Video.id)).all() == []
    written_to = set(session.scalars(select(Mail.recipient)))
    assert not {address for address in written_to if "residents" in address or "recrute-" in address}


def test_every_organisation_says_that_it_is_of_a_demonstration(made: Session) -> None:
    names = made.scalars(select(Organisation.name)).all()
    assert len(names) == len(history_data.COMPANIES) + len(history_data.STRUCTURES) + 4
    assert {name.rpartition(" ")[2] for name in names} == {"(démo)"}
