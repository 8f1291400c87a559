"""Alerts: saved searches are looked at in the morning in Paris, and tell of each new profile once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.directory import alerts, saved_searches
from app.directory.models import ToldProfile
from app.directory.rules import FREQUENCIES, MAIL_HOUR, MONDAY, next_look
from app.directory.saved_searches import Wanted
from app.mail.models import Mail, MailPerson, Unreachable
from app.paris import PARIS
from app.people.models import Membership, Person
from app.profiles import service as profiles
from app.profiles.documents import document_of
from app.profiles.models import Profile
from app.search import service as search
from tests.conftest import START, MovingClock
from tests.directory.conftest import BUILDING, make_found
from tests.directory.rows import saved, who_is
from tests.factories import make_company, make_recruiter, make_saved_search
from tests.reading import words_of


def letters(session: Session) -> Sequence[Mail]:
    """Return the letters of saved searches, in their order."""
    return session.scalars(select(Mail).where(Mail.template == "search_news").order_by(Mail.id)).all()


def new(session: Session, headline: str, at: datetime = START, **columns: object) -> Profile:
    """Make a profile that search knows, published at an instant."""
    profile = make_found(session, headline, **columns)  # type: ignore[arg-type]  # as the factory takes them
    profile.published_at = profile.updated_at = at
    search.index(session, document_of(session, profile))
    session.flush()
    return profile


# When


@given(
    st.sampled_from(FREQUENCIES),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
)
def test_the_next_look_is_the_first_morning_in_paris(frequency: str, now: datetime) -> None:
    at = next_look(frequency, now)
    there = at.astimezone(PARIS)
    longest = timedelta(days=7 if frequency == "weekly" else 1, hours=1)
    assert now < at <= now + longest
    assert there.time() == MAIL_HOUR
    assert frequency == "daily" or there.weekday() == MONDAY


@pytest.mark.parametrize(
    ("now", "at"),
    [
        # Summer time ends, then begins: the morning stays seven o’clock in Paris.
        ("2026-10-24T05:00:00+00:00", "2026-10-25T06:00:00+00:00"),
        ("2027-03-27T06:00:00+00:00", "2027-03-28T05:00:00+00:00"),
        ("2026-11-23T05:59:59+00:00", "2026-11-23T06:00:00+00:00"),
    ],
)
def test_a_day_when_clocks_change_has_one_look(now: str, at: str) -> None:
    assert next_look("daily", datetime.fromisoformat(now)) == datetime.fromisoformat(at)


def test_what_is_due_has_one_job_each(session: Session, now: datetime) -> None:
    due = make_saved_search(session)
    make_saved_search(session, next_at=now + timedelta(seconds=1))
    make_saved_search(session, paused_at=now)
    make_saved_search(session, removed_at=now)
    for _ in range(2):
        alerts.defer_due(session, now)
    waiting = text("select args->>'search_id' from procrastinate_jobs where task_name = 'alerts.tell'")
    assert session.scalars(waiting).all() == [str(due.id)]


# What is told


def test_a_letter_says_what_the_new_ones_can_do_and_not_who_they_are(session: Session, now: datetime) -> None:
    one = make_saved_search(session)
    profile = new(session, "Vendeuse en boulangerie")
    assert alerts.tell(session, one.id, now) == 1
    [letter] = letters(session)
    assert letter.values["headlines"] == ["Vendeuse en boulangerie, Marseille"]
    assert letter.values["path"] == "/candidats?"
    assert profile.shown_name not in str(letter.values)
    about = set(session.scalars(select(MailPerson.person_id).where(MailPerson.mail_id == letter.id)))
    assert about == {one.recruiter_id, profile.person_id}


def test_only_what_matches_is_told(session: Session, now: datetime) -> None:
    one = make_saved_search(session, asked="mots=vente")
    new(session, "Vendeuse")
    new(session, "Électricien", job=BUILDING)
    alerts.tell(session, one.id, now)
    assert [letter.values["headlines"] for letter in letters(session)] == [["Vendeuse, Marseille"]]


def test_what_was_online_before_the_search_was_saved_is_not_new(session: Session, now: datetime) -> None:
    one = make_saved_search(session)
    new(session, "Vendeuse", at=one.created_at)
    assert alerts.tell(session, one.id, now) == 0
    assert letters(session) == []


def test_nothing_new_writes_no_letter_and_the_next_look_is_set(session: Session, now: datetime) -> None:
    one = make_saved_search(session)
    assert alerts.tell(session, one.id, now) == 0
    assert letters(session) == []
    assert one.next_at == next_look("daily", now)


def test_a_profile_is_told_of_once_whatever_becomes_of_it(session: Session, clock: MovingClock) -> None:
    one = make_saved_search(session)
    profile = new(session, "Vendeuse")
    alerts.tell(session, one.id, clock.now())
    clock.advance(days=1)
    profiles.pause(session, profile)
    alerts.tell(session, one.id, clock.now())
    clock.advance(days=1)
    profiles.resume(session, profile, clock.now())
    alerts.tell(session, one.id, clock.now())
    clock.advance(days=1)
    profiles.touch(session, profile, clock.now())
    alerts.tell(session, one.id, clock.now())
    assert len(letters(session)) == 1


def test_two_searches_may_tell_of_the_same_profile(session: Session, now: datetime, marc: Person) -> None:
    for asked in ("", "mots=vente"):
        make_saved_search(session, marc, asked=asked)
    new(session, "Vendeuse")
    assert [alerts.tell(session, one.id, now) for one in saved(session)] == [1, 1]


def test_a_look_that_is_not_due_is_none(session: Session, now: datetime) -> None:
    one = make_saved_search(session)
    new(session, "Vendeuse")
    assert alerts.tell(session, one.id, now - timedelta(seconds=1)) == 0
    assert letters(session) == []


def test_a_clock_put_back_tells_nothing_twice_and_forgets_nothing(
    session: Session, clock: MovingClock
) -> None:
    one = make_saved_search(session)
    new(session, "Vendeuse")
    alerts.tell(session, one.id, clock.advance(hours=3))
    one.next_at = clock.advance(hours=-2)
    new(session, "Vendeur", at=clock.now())
    alerts.tell(session, one.id, clock.now())
    assert [letter.values["headlines"] for letter in letters(session)] == [
        ["Vendeuse, Marseille"],
        ["Vendeur, Marseille"],
    ]


def test_a_worker_that_was_away_for_days_writes_one_letter(session: Session, clock: MovingClock) -> None:
    one = make_saved_search(session)
    new(session, "Vendeuse")
    clock.advance(days=4)
    new(session, "Vendeur", at=clock.now())
    assert alerts.tell(session, one.id, clock.now()) == 2
    assert alerts.tell(session, one.id, clock.now()) == 0
    assert len(letters(session)) == 1


def test_more_new_profiles_than_a_page_has_are_all_told_and_the_first_named(
    session: Session, now: datetime
) -> None:
    one = make_saved_search(session)
    for number in range(23):
        new(session, f"Vendeuse {number}", at=now - timedelta(minutes=number))
    assert alerts.tell(session, one.id, now) == 23
    [letter] = letters(session)
    assert letter.values["count"] == 23
    assert letter.values["headlines"][0] == "Vendeuse 0, Marseille"
    assert len(letter.values["headlines"]) == alerts.NAMED_MAX
    assert len(session.scalars(select(ToldProfile)).all()) == 23


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_a_company_that_is_not_verified_is_told_later(
    session: Session, clock: MovingClock, state: str
) -> None:
    company = make_company(session, state)
    one = make_saved_search(session, make_recruiter(session, company))
    new(session, "Vendeuse")
    assert alerts.tell(session, one.id, clock.now()) == 0
    company.state = "verified"
    assert alerts.tell(session, one.id, clock.advance(days=1)) == 1


@pytest.mark.parametrize("fault", ["left", "suspended", "no mailbox", "paused", "removed"])
def test_who_may_read_no_more_is_told_nothing(
    session: Session, now: datetime, marc: Person, fault: str
) -> None:
    one = make_saved_search(session, marc)
    new(session, "Vendeuse")
    if fault == "left":
        session.scalars(select(Membership).filter_by(person_id=marc.id)).one().ended_at = now
    elif fault == "suspended":
        marc.suspended_at = now
    elif fault == "no mailbox":
        marc.email = None
    else:
        setattr(one, f"{fault}_at", now)
    session.flush()
    assert alerts.tell(session, one.id, now) == 0
    assert letters(session) == []
    assert session.scalars(select(ToldProfile)).all() == []


@pytest.mark.parametrize("fault", ["no mailbox", "refused"])
def test_a_search_of_somebody_whom_no_letter_reaches_is_paused_and_its_page_says_why(
    *,
    session: Session,
    now: datetime,
    marc: Person,
    recruiter: TestClient,
    fault: str,
) -> None:
    one, address = make_saved_search(session, marc), str(marc.email)
    new(session, "Vendeuse")
    if fault == "refused":
        session.add(Unreachable(person_id=marc.id, address=address, refused_at=now))
    else:
        marc.email = None
    session.commit()
    assert alerts.tell(session, one.id, now) == 0
    tomorrow = now + timedelta(days=1)
    assert alerts.defer_due(session, tomorrow) == 0
    session.commit()
    assert "Nous n’arrivons pas à vous écrire" in words_of(recruiter.get("/alertes").text)
    # The mailbox works again, its owner says so, and nothing is lost.
    marc.email = address
    session.commit()
    recruiter.post(f"/alertes/{one.id}/reprise")
    assert "Nous n’arrivons pas" not in words_of(recruiter.get("/alertes").text)
    assert [again.pause_reason for again in saved(session)] == [None]
    assert alerts.tell(session, one.id, tomorrow) == 1


@pytest.mark.parametrize("verb", ["pause", "withdraw"])
def test_who_went_away_before_the_look_is_not_told(session: Session, now: datetime, verb: str) -> None:
    one = make_saved_search(session)
    profile = new(session, "Vendeuse")
    profiles.pause(session, profile) if verb == "pause" else profiles.withdraw(session, profile, now)
    assert alerts.tell(session, one.id, now) == 0


class Crash(Exception):
    """The process dies here."""


def test_a_look_that_dies_before_the_end_tells_nothing_and_the_next_one_tells_once(
    session: Session, now: datetime
) -> None:
    one = make_saved_search(session)
    new(session, "Vendeuse")
    session.commit()
    with suppress(Crash), session.begin_nested():
        alerts.tell(session, one.id, now)
        raise Crash
    session.expire_all()
    assert (letters(session), session.scalars(select(ToldProfile)).all()) == ([], [])
    assert alerts.tell(session, one.id, now) == 1
    assert alerts.tell(session, one.id, now) == 0


def test_a_worker_killed_before_its_end_leaves_nothing_and_the_next_one_tells_once(
    committed: Engine, now: datetime
) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions() as session:
        one = make_saved_search(session)
        new(session, "Vendeuse")
        session.commit()
    with sessions() as dying:
        assert alerts.tell(dying, one.id, now) == 1
        backend = dying.scalar(text("select pg_backend_pid()"))
        with sessions.begin() as killer:
            killer.execute(text("select pg_terminate_backend(:backend)"), {"backend": backend})
        with pytest.raises(OperationalError):
            dying.commit()
    for told in (1, 0):
        with sessions.begin() as session:
            assert alerts.tell(session, one.id, now) == told
    with sessions() as session:
        assert len(letters(session)) == 1
        sends = text("select count(*) from procrastinate_jobs where task_name = 'mail.send'")
        assert session.scalar(sends) == 1


def test_one_search_writes_one_letter_a_day_however_it_is_changed(
    session: Session, now: datetime, marc: Person
) -> None:
    one, who = make_saved_search(session, marc), who_is(session, marc)
    new(session, "Vendeuse")
    assert alerts.tell(session, one.id, now) == 1
    later = now + timedelta(hours=1)
    new(session, "Vendeur", at=later)
    for frequency in ("weekly", "daily"):
        saved_searches.change(session, who, one.id, "Vente", frequency, later)
    saved_searches.pause(session, who, one.id, later)
    saved_searches.resume(session, who, one.id)
    saved_searches.remove(session, who, one.id, later)
    saved_searches.save(session, who, Wanted(one.name, one.asked), later)
    midnight = datetime(2026, 11, 24, 0, 0, tzinfo=PARIS)
    for at in (later, midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=6, minutes=59)):
        assert alerts.tell(session, one.id, at) == 0
    assert alerts.tell(session, one.id, midnight + timedelta(hours=7)) == 1
    assert len(letters(session)) == 2


def test_a_weekly_search_writes_on_monday_at_seven_in_paris_and_of_the_whole_week(
    session: Session, now: datetime, marc: Person
) -> None:
    one = make_saved_search(session, marc, frequency="weekly")
    assert alerts.tell(session, one.id, now) == 0
    for day in range(1, 7):
        new(session, f"Vendeuse {day}", at=now + timedelta(days=day))
        assert alerts.tell(session, one.id, now + timedelta(days=day, hours=1)) == 0
    monday = datetime(2026, 11, 30, 7, 0, tzinfo=PARIS)
    assert alerts.tell(session, one.id, monday - timedelta(seconds=1)) == 0
    assert alerts.tell(session, one.id, monday) == 6
    assert len(letters(session)) == 1


def test_ten_workers_at_once_write_one_letter(committed: Engine, now: datetime) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions() as session:
        one = make_saved_search(session)
        for number in range(3):
            new(session, f"Vendeuse {number}")
        session.commit()

    ready = Barrier(10, timeout=30)

    def look(_: int) -> int:
        with sessions.begin() as own:
            own.connection()
            ready.wait()
            return alerts.tell(own, one.id, now)

    with ThreadPoolExecutor(10) as threads:
        assert sorted(threads.map(look, range(10))) == [0] * 9 + [3]
    with sessions() as session:
        assert len(letters(session)) == 1
        assert len(session.scalars(select(ToldProfile)).all()) == 3


def test_a_letter_names_the_page_that_stops_it(session: Session, now: datetime) -> None:
    one = make_saved_search(session)
    new(session, "Vendeuse")
    alerts.tell(session, one.id, now)
    assert letters(session)[0].values["unsubscribe"] == saved_searches.stop_page_path(one.id)
