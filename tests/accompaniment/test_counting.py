"""An adviser reads why somebody of theirs is counted, or what is missing; how long the film is watched."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.accompaniment import counting, queries
from app.accompaniment.counting import Counted
from app.contacts.models import Outcome
from app.evidence.queries import facts_about
from app.evidence.service import Statement, drain, record, withdraw
from app.people.models import Organisation, Person
from app.profiles.models import Profile
from app.viewing.retention import PARTS, VIEWERS_MIN, Retention, retention
from app.viewing.rules import EXCLUSIONS
from tests.conftest import SignIn
from tests.factories import (
    company_of,
    make_adviser,
    make_company,
    make_contact,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)
from tests.reading import words_of
from tests.viewing.test_show import make_viewing

State = Callable[..., None]


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def profile(session: Session, structure: Organisation) -> Profile:
    return make_profile(session, make_resident(session, structure))


@pytest.fixture
def adviser(session: Session, structure: Organisation, sign_in: SignIn) -> TestClient:
    return sign_in(make_adviser(session, structure))


@pytest.fixture
def state(session: Session, now: datetime, profile: Profile) -> State:
    """Return what states a fact about the resident and gives it its number."""

    def stated(kind: str, territory: UUID | None = None, **measures: bool) -> None:
        statement = Statement(
            kind=kind,
            source=f"{kind}:{len(facts_about(session, profile.person_id))}",
            at=now,
            subject=profile.person_id,
            territory=territory or profile.structure_id,
            measures=measures,
        )
        record(session, statement)
        drain(session, now)

    return stated


def counted(session: Session, profile: Profile, now: datetime) -> dict[str, Counted]:
    """Return what the resident's structure reads, by indicator."""
    assert profile.structure_id
    found = queries.resident_of(session, (profile.structure_id,), profile.person_id, now)
    assert found
    return {one.code: one for one in counting.counted_of(session, found, (profile.structure_id,))[0]}


def missing(session: Session, profile: Profile, now: datetime) -> dict[str, str]:
    """Return what is missing, by indicator; empty where it counts."""
    return {code: one.missing for code, one in counted(session, profile, now).items()}


def test_an_indicator_counts_by_the_rule_of_its_facts_from_the_first_on(
    session: Session, now: datetime, profile: Profile, state: State
) -> None:
    state("view.qualified")
    state("view.qualified")
    assert counted(session, profile, now)["viewed"] == Counted("viewed", "vues-2026.1", 2, now)


def test_what_is_missing_is_said_step_by_step(
    session: Session, now: datetime, structure: Organisation
) -> None:
    newcomer = make_profile(session, make_resident(session, structure), published=False, state="draft")
    assert missing(session, newcomer, now) == {
        "filmed": "no_film",
        "filmed_qpv": "film_first",
        "published": "to_send",
        "viewed": "publish_first",
        "contacted": "publish_first",
        "answered": "proposal_first",
        "outcome": "yes_first",
    }


@pytest.mark.parametrize(("known", "why"), [(None, "qpv_unknown"), (False, "qpv_no")])
def test_a_film_without_a_proven_neighbourhood_says_why(
    session: Session, now: datetime, profile: Profile, state: State, *, known: bool | None, why: str
) -> None:
    session.get_one(Person, profile.person_id).lives_in_qpv = known
    state("resident.filmed", qpv=False)
    assert missing(session, profile, now)["filmed_qpv"] == why


@pytest.mark.parametrize("lives_there", [True, False])
def test_what_another_structure_noted_of_the_neighbourhood_stays_there(
    session: Session, now: datetime, profile: Profile, state: State, *, lives_there: bool
) -> None:
    state("resident.filmed", make_structure(session).id, qpv=lives_there)
    found = counted(session, profile, now)
    assert found["filmed"].elsewhere
    assert (found["filmed_qpv"].facts, found["filmed_qpv"].missing) == (0, "told_elsewhere")


def test_a_fact_that_was_withdrawn_counts_no_more(
    session: Session, now: datetime, profile: Profile, state: State
) -> None:
    state("view.qualified")
    withdraw(session, facts_about(session, profile.person_id)[0].fact, "company_unverified", now)
    drain(session, now)
    assert missing(session, profile, now)["viewed"] == "withdrawn"


def test_a_no_is_not_an_answer_that_counts(
    session: Session, now: datetime, profile: Profile, state: State
) -> None:
    make_contact(session, profile, make_recruiter(session), state="declined")
    state("contact.sent")
    state("contact.answered", accepted=False)
    found = missing(session, profile, now)
    assert (found["contacted"], found["answered"], found["outcome"]) == ("", "said_no", "yes_first")


@pytest.mark.parametrize(
    ("at", "why"),
    [("sent", "answer_awaited"), ("read", "answer_awaited"), ("accepted", "soon"), ("expired", "no_answer")],
)
def test_an_answer_that_does_not_count_yet_says_why(
    session: Session, now: datetime, profile: Profile, state: State, at: str, why: str
) -> None:
    make_contact(session, profile, make_recruiter(session), state=at)
    state("contact.sent")
    assert missing(session, profile, now)["answered"] == why


def test_what_came_of_an_exchange_that_never_counts_waits_for_nobody(
    session: Session, now: datetime, profile: Profile
) -> None:
    recruiter = make_recruiter(session)
    contact = make_contact(session, profile, recruiter, state="answered", excluded="unverified_company")
    session.add(
        Outcome(
            contact_id=contact.id,
            kind="job",
            state="declared",
            declared_by=recruiter.id,
            declared_side="recruiter",
            declared_at=now,
        )
    )
    session.flush()
    assert missing(session, profile, now)["outcome"] == "yes_first"


def test_plays_that_never_count_are_told_by_reason(
    session: Session, now: datetime, adviser: TestClient, profile: Profile
) -> None:
    viewer = make_recruiter(session)
    for excluded in (*EXCLUSIONS, "test_account", None):
        make_viewing(session, profile, viewer, now, qualified_at=None, excluded=excluded)
    said = words_of(adviser.get(f"/accompagnement/{profile.person_id}/comptes").text)
    assert "Compte d’essai 2 0" in said
    assert "Robot 1 0" in said
    assert "1 lecture trop courte" in said


def test_the_page_leads_from_the_person_and_is_nobody_else_s(
    session: Session, sign_in: SignIn, adviser: TestClient, profile: Profile
) -> None:
    page = f"/accompagnement/{profile.person_id}/comptes"
    assert page in adviser.get(f"/accompagnement/{profile.person_id}").text
    other = sign_in(make_adviser(session, make_structure(session)))
    assert (adviser.get(page).status_code, other.get(page).status_code) == (200, 404)


def watch(
    session: Session, profile: Profile, company: Organisation, now: datetime, *spans: list[float]
) -> None:
    """Have somebody new of a company watch some passages."""
    viewer = make_recruiter(session, company)
    values = {"organisation_id": company_of(session, viewer), "spans": [list(span) for span in spans]}
    make_viewing(session, profile, viewer, now, **values)


def test_a_curve_is_drawn_from_five_recruiters_of_verified_companies_on(
    session: Session, now: datetime, adviser: TestClient, profile: Profile
) -> None:
    company, page = make_company(session), f"/accompagnement/{profile.person_id}/comptes"
    for _ in range(VIEWERS_MIN - 1):
        watch(session, profile, company, now, [0, 60])
    watch(session, profile, make_company(session, state="suspended"), now, [0, 60])
    assert "il faut au moins 5 recruteurs" in words_of(adviser.get(page).text)
    watch(session, profile, company, now, [0, 30])
    said = words_of(adviser.get(page).text)
    assert "5 recruteurs d’entreprises vérifiées ; 80 % sont encore là à la fin" in said.replace(
        "\u202f", " "
    )


def test_each_tenth_has_its_share_and_what_is_seen_twice_is_seen_once() -> None:
    seen = [[(0, 100)], [(0, 50)], [(0, 30), (0, 30)], [(0, 14)], [(90, 100)]]
    assert retention(seen, 100).shares == (0.8, 0.6, 0.6, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2, 0.4)


def test_who_watched_nothing_is_no_viewer() -> None:
    assert retention([*[[(0, 9)]] * (VIEWERS_MIN - 1), []], 10) == Retention()


spans = st.tuples(st.floats(0, 60), st.floats(0, 60))


@given(st.lists(st.lists(spans, max_size=5), max_size=9))
def test_a_share_is_a_share_and_comes_with_five_viewers_at_least(
    seen: list[list[tuple[float, float]]],
) -> None:
    found = retention(seen, 60)
    assert len(found.shares) in (0, PARTS)
    assert all(0 <= share <= 1 for share in found.shares)
    assert not found.shares or found.viewers >= VIEWERS_MIN
