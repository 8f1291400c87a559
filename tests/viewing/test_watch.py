"""A recruiter plays the video, and the qualified view becomes evidence, once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.evidence.models import OutboxEntry
from app.main import create_app
from app.people.access import SESSION_COOKIE
from app.people.models import Membership, Person
from app.people.sessions import open_session
from app.profiles.models import Profile
from app.settings import Settings
from app.viewing.models import Viewing
from tests.conftest import MovingClock, SignIn, make_resources, page_token
from tests.factories import (
    give_consent,
    make_admin,
    make_adviser,
    make_company,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
    make_video,
)

JSON = {"accept": "application/json"}


@dataclass(frozen=True)
class Crowd:
    """One signed-in browser for many threads, the profile that it plays, and the database behind."""

    browser: TestClient
    profile: Profile
    sessions: sessionmaker[Session]


def start(browser: TestClient, profile: Profile) -> tuple[str, str]:
    """Open a play and return its address for beats and its token."""
    answer = browser.post("/lectures", json={"profile": profile.slug}, headers=JSON)
    assert answer.status_code == 201, answer.text
    started = answer.json()
    return f"/lectures/{started['id']}/battements", started["token"]


def beat(browser: TestClient, address: str, token: str, *spans: tuple[float, float]) -> dict[str, object]:
    """Send a beat and return what is credited."""
    answer = browser.post(address, json={"token": token, "spans": spans}, headers=JSON)
    assert answer.status_code == 200, answer.text
    credited: dict[str, object] = answer.json()
    return credited


def play(browser: TestClient, profile: Profile, clock: MovingClock, seconds: int) -> dict[str, object]:
    """Play the beginning of a video in regular beats."""
    address, token = start(browser, profile)
    credited: dict[str, object] = {}
    for at in range(0, seconds, 5):
        clock.advance(seconds=5)
        credited = beat(browser, address, token, (at, at + 5))
    return credited


def facts(session: Session) -> list[dict[str, object]]:
    """Return what was stated."""
    return [entry.statement for entry in session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]


@pytest.fixture
def profile(session: Session) -> Profile:
    return make_profile(session)


@pytest.fixture
def recruiter(session: Session) -> Person:
    return make_recruiter(session)


def test_a_view_counts_from_ten_seconds_and_is_stated_with_its_circumstances(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    assert play(browser, profile, clock, 5) == {"credited_s": 5.0, "qualified": False}
    assert not facts(session)
    clock.advance(minutes=1)
    assert play(browser, profile, clock, 10) == {"credited_s": 10.0, "qualified": True}
    (fact,) = facts(session)
    assert (fact["kind"], fact["rule"], fact["department"]) == ("view.qualified", "vues-2026.1", "13")
    assert fact["territory"] == str(profile.structure_id)
    assert fact["measures"] == {"credited_ms": 10_000, "duration_ms": 60_000}


def test_half_of_a_short_video_is_enough(
    session: Session, sign_in: SignIn, clock: MovingClock, recruiter: Person
) -> None:
    resident = make_resident(session)
    short = make_video(session, resident, duration_s=10.0)
    profile = make_profile(session, resident, current_video_id=short.id)
    assert play(sign_in(recruiter), profile, clock, 5)["qualified"]


def test_a_voice_that_is_heard_counts_as_a_video_that_is_watched(
    session: Session, sign_in: SignIn, clock: MovingClock, recruiter: Person
) -> None:
    profile = make_profile(session, presentation="voice")
    assert play(sign_in(recruiter), profile, clock, 10)["qualified"]
    assert [fact["kind"] for fact in facts(session)] == ["view.qualified"]


def test_replaying_counts_once_an_hour(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    for _ in range(3):
        assert play(browser, profile, clock, 15)["qualified"]
        clock.advance(minutes=5)
    assert len(facts(session)) == 1
    clock.advance(hours=1)
    play(browser, profile, clock, 15)
    assert len(facts(session)) == 2


def test_rewinding_is_not_watching_more(
    sign_in: SignIn, clock: MovingClock, profile: Profile, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    address, token = start(browser, profile)
    for _ in range(6):
        clock.advance(seconds=5)
        credited = beat(browser, address, token, (0, 5))
    assert credited == {"credited_s": 5.0, "qualified": False}


def test_a_page_that_claims_more_than_time_allows_is_credited_what_it_allows(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    address, token = start(browser, profile)
    clock.advance(seconds=2)
    credited = beat(browser, address, token, (0, 60))
    assert credited["credited_s"] == pytest.approx(2.2)
    assert not facts(session)


def test_starting_again_within_half_a_minute_goes_on_with_the_same_play(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    first = start(browser, profile)
    clock.advance(seconds=29)
    assert start(browser, profile) == first
    clock.advance(seconds=2)
    assert start(browser, profile) != first
    assert len(session.scalars(select(Viewing)).all()) == 2


def test_only_the_hash_of_a_token_is_kept(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    _, token = start(sign_in(recruiter), profile)
    viewing = session.scalars(select(Viewing)).one()
    assert len(viewing.token_sha256) == 32
    assert token.encode() not in viewing.token_sha256


def test_a_beat_with_a_wrong_token_or_of_somebody_else_is_refused(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile, recruiter: Person
) -> None:
    address, token = start(sign_in(recruiter), profile)
    clock.advance(seconds=5)
    wrong = sign_in(recruiter).post(address, json={"token": "x", "spans": [[0, 5]]}, headers=JSON)
    other = sign_in(make_recruiter(session)).post(address, json={"token": token, "spans": []}, headers=JSON)
    assert (wrong.status_code, other.status_code) == (404, 404)


@pytest.mark.parametrize(
    "spans", [[[0, "x"]], [[0]], [[-1, 5]], [[0, 90_000]], [[0, 5, 10]], "x", [[0, 1]] * 101]
)
def test_spans_that_are_none_are_refused(
    sign_in: SignIn, profile: Profile, recruiter: Person, spans: object
) -> None:
    browser = sign_in(recruiter)
    address, token = start(browser, profile)
    answer = browser.post(address, json={"token": token, "spans": spans}, headers=JSON)
    assert answer.status_code == 422


def test_a_recruiter_of_an_unverified_company_starts_nothing(
    session: Session, sign_in: SignIn, profile: Profile
) -> None:
    browser = sign_in(make_recruiter(session, make_company(session, "pending")))
    assert browser.post("/lectures", json={"profile": profile.slug}, headers=JSON).status_code == 404


def test_advisers_residents_and_strangers_start_nothing(
    session: Session, sign_in: SignIn, client: TestClient, profile: Profile
) -> None:
    asked = {"profile": profile.slug}
    for person in (make_adviser(session), session.get_one(Person, profile.person_id), make_admin(session)):
        assert sign_in(person).post("/lectures", json=asked, headers=JSON).status_code == 404
    assert client.post("/lectures", json=asked, headers=JSON).status_code == 401
    assert session.scalars(select(Viewing.qualified_at)).all() == [None] * 3
    assert None not in session.scalars(select(Viewing.excluded)).all()


def test_a_profile_in_words_has_nothing_to_watch(
    session: Session, sign_in: SignIn, recruiter: Person
) -> None:
    resident = make_resident(session)
    profile = make_profile(session, resident, presentation="text", current_video_id=None)
    give_consent(session, resident, "text")
    answer = sign_in(recruiter).post("/lectures", json={"profile": profile.slug}, headers=JSON)
    assert answer.status_code == 404


def test_a_company_suspended_during_the_play_no_longer_counts(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile
) -> None:
    company = make_company(session)
    browser = sign_in(make_recruiter(session, company))
    address, token = start(browser, profile)
    clock.advance(seconds=5)
    beat(browser, address, token, (0, 5))
    company.state = "suspended"
    session.flush()
    clock.advance(seconds=20)
    assert not beat(browser, address, token, (5, 25))["qualified"]
    assert not facts(session)
    assert session.scalars(select(Viewing.excluded)).one() == "unverified_company"


def test_who_is_too_near_is_kept_with_the_reason_and_never_counts(
    session: Session, sign_in: SignIn, clock: MovingClock
) -> None:
    structure = make_structure(session)
    profile = make_profile(session, make_resident(session, structure))
    company = make_company(session)
    near = make_recruiter(session, company)
    near_too = make_recruiter(session, company, email="essai@visavis.invalid")
    session.add(
        Membership(person_id=near.id, organisation_id=structure.id, role="adviser", created_at=clock.now())
    )
    session.flush()
    for person in (near, near_too):
        assert not play(sign_in(person), profile, clock, 20)["qualified"]
    assert not facts(session)
    assert set(session.scalars(select(Viewing.excluded))) == {"own_structure", "test_account"}


@pytest.fixture
def crowd(committed: Engine, settings: Settings, clock: MovingClock) -> Iterator[Crowd]:
    """Open an application on a database of its own, and the browser of a recruiter in many threads."""
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions.begin() as session:
        profile, recruiter = make_profile(session), make_recruiter(session)
        cookie = open_session(session, recruiter.id, "tests", clock.now())
        token = page_token(session, settings, cookie)
    application = create_app(settings, make_resources(settings, clock, sessions))
    with TestClient(application, base_url="https://testserver") as browser:
        browser.cookies.set(SESSION_COOKIE, cookie)
        browser.headers["X-CSRF-Token"] = token
        yield Crowd(browser, profile, sessions)


def test_forty_copies_of_one_beat_state_one_fact(crowd: Crowd, clock: MovingClock) -> None:
    address, token = start(crowd.browser, crowd.profile)
    clock.advance(seconds=12)
    with ThreadPoolExecutor(40) as threads:
        told = list(threads.map(lambda _: beat(crowd.browser, address, token, (0, 12)), range(40)))
    with crowd.sessions() as session:
        assert len(facts(session)) == 1
        assert session.scalars(select(Viewing)).one().credited_s == 12
    assert told == [{"credited_s": 12.0, "qualified": True}] * 40


def test_fifty_tabs_that_start_together_share_one_play(crowd: Crowd) -> None:
    with ThreadPoolExecutor(50) as threads:
        started = list(threads.map(lambda _: start(crowd.browser, crowd.profile), range(50)))
    assert len(set(started)) == 1


def test_ten_plays_in_one_hour_state_one_fact(crowd: Crowd, clock: MovingClock) -> None:
    plays = []
    for _ in range(10):
        plays.append(start(crowd.browser, crowd.profile))
        clock.advance(seconds=31)
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda one: beat(crowd.browser, *one, (0, 30)), plays))
    with crowd.sessions() as session:
        assert len(facts(session)) == 1
        qualified = select(Viewing).where(Viewing.qualified_at.is_not(None))
        assert len(session.scalars(qualified).all()) == 10
