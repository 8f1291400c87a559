"""Whoever wants a view to count without watching: none counts, and each is among the exclusions, counted."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.evidence.models import OutboxEntry
from app.people.models import Membership, Organisation, Person
from app.profiles.models import Profile
from app.viewing.models import Viewing
from app.viewing.queries import companies_that_watched, exclusions
from app.viewing.robots import is_robot
from tests.conftest import MovingClock, SignIn
from tests.factories import (
    make_admin,
    make_adviser,
    make_company,
    make_funder,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)

JSON = {"accept": "application/json"}
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
ROBOTS = ("Googlebot/2.1", "curl/8.5", "python-requests/2.32", CHROME.replace("Chrome", "HeadlessChrome"), "")


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def profile(session: Session, structure: Organisation) -> Profile:
    return make_profile(session, make_resident(session, structure))


def begin(browser: TestClient, profile: Profile, user_agent: str = CHROME) -> tuple[int, str, str]:
    """Begin a play, and return the status with the address for beats and the token, empty when refused."""
    headers = JSON | {"user-agent": user_agent}
    answer = browser.post("/lectures", json={"profile": profile.slug}, headers=headers)
    started = answer.json()
    return answer.status_code, f"/lectures/{started.get('id')}/battements", str(started.get("token"))


def beats(browser: TestClient, clock: MovingClock, address: str, token: str, seconds: int = 30) -> bool:
    """Watch honestly for a while, and tell whether it counts."""
    told = {"qualified": False}
    for at in range(0, seconds, 5):
        clock.advance(seconds=5)
        told = browser.post(address, json={"token": token, "spans": [[at, at + 5]]}, headers=JSON).json()
    return bool(told["qualified"])


def counted(session: Session) -> int:
    """Count the facts."""
    return session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


def test_sixty_seconds_claimed_in_five_are_credited_as_five(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile
) -> None:
    browser = sign_in(make_recruiter(session))
    _, address, token = begin(browser, profile)
    clock.advance(seconds=5)
    told = browser.post(address, json={"token": token, "spans": [[0, 60]]}, headers=JSON).json()
    assert told == {"credited_s": 5.5, "qualified": False}
    for _ in range(20):  # the same beat again, and again
        clock.advance(seconds=1)
        told = browser.post(address, json={"token": token, "spans": [[0, 60]]}, headers=JSON).json()
    assert told == {"credited_s": 5.5, "qualified": False}
    assert counted(session) == 0


def test_tabs_that_watch_different_parts_at_the_same_time_are_credited_one_clock(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile
) -> None:
    browser = sign_in(make_recruiter(session))
    tabs = {begin(browser, profile) for _ in range(50)}
    ((_, address, token),) = tabs
    clock.advance(seconds=5)
    for tab in range(50):
        spans = {"token": token, "spans": [[tab, tab + 1]]}
        told = browser.post(address, json=spans, headers=JSON).json()
    assert told["credited_s"] <= 5.5
    assert not told["qualified"]
    assert counted(session) == 0


@pytest.mark.parametrize("user_agent", ROBOTS)
def test_a_robot_with_a_recruiters_account_is_kept_as_one(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile, user_agent: str
) -> None:
    browser = sign_in(make_recruiter(session))
    status, address, token = begin(browser, profile, user_agent)
    assert status == 201
    assert not beats(browser, clock, address, token)
    assert (counted(session), exclusions(session, None, None)) == (0, {"robot": 1})


@pytest.mark.parametrize("user_agent", [CHROME, IPHONE])
def test_browsers_of_people_are_no_robots(user_agent: str) -> None:
    assert not is_robot(user_agent)


@pytest.mark.parametrize(
    "who", ["owner", "own_structure", "staff", "unverified_company", "no_company", "no_company elsewhere"]
)
def test_who_is_shown_nothing_is_turned_away_and_counted_once_in_half_a_minute(
    session: Session, sign_in: SignIn, clock: MovingClock, structure: Organisation, profile: Profile, who: str
) -> None:
    persons = {
        "owner": lambda: session.get_one(Person, profile.person_id),
        "own_structure": lambda: make_adviser(session, structure),
        "staff": lambda: make_admin(session),
        "unverified_company": lambda: make_recruiter(session, make_company(session, "pending")),
        "no_company": lambda: make_funder(session),
        "no_company elsewhere": lambda: make_adviser(session, make_structure(session, "Ailleurs")),
    }
    browser = sign_in(persons[who]())
    for _ in range(3):
        assert begin(browser, profile)[0] == 404
    clock.advance(seconds=31)
    begin(browser, profile)
    assert exclusions(session, None, None) == {who.split(maxsplit=1)[0]: 2}
    assert counted(session) == 0
    assert companies_that_watched(session, profile.person_id) == []


def test_a_colleague_of_the_owners_structure_who_recruits_too_never_counts(
    session: Session, sign_in: SignIn, clock: MovingClock, structure: Organisation, profile: Profile
) -> None:
    recruiter = make_recruiter(session)
    session.add(
        Membership(
            person_id=recruiter.id, organisation_id=structure.id, role="adviser", created_at=clock.now()
        )
    )
    session.flush()
    browser = sign_in(recruiter)
    _, address, token = begin(browser, profile)
    assert not beats(browser, clock, address, token)
    assert (counted(session), exclusions(session, None, None)) == (0, {"own_structure": 1})


def test_nothing_is_noted_of_what_nobody_could_see(
    session: Session, sign_in: SignIn, structure: Organisation
) -> None:
    draft = make_profile(session, make_resident(session, structure), published=False)
    assert begin(sign_in(make_adviser(session, structure)), draft)[0] == 404
    assert session.scalars(select(Viewing)).all() == []


def test_a_view_that_counts_is_never_among_the_exclusions_even_when_its_company_falls_later(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile
) -> None:
    company = make_company(session)
    browser = sign_in(make_recruiter(session, company))
    _, address, token = begin(browser, profile)
    assert beats(browser, clock, address, token)
    company.state = "suspended"
    session.flush()
    clock.advance(seconds=5)
    browser.post(address, json={"token": token, "spans": [[30, 35]]}, headers=JSON)
    assert exclusions(session, None, None) == {}
    assert counted(session) == 1


def test_a_play_of_endless_tiny_beats_shows_nothing_more(
    session: Session, sign_in: SignIn, clock: MovingClock, profile: Profile, now: datetime
) -> None:
    browser = sign_in(make_recruiter(session))
    _, address, token = begin(browser, profile)
    viewing = session.scalars(select(Viewing)).one()
    viewing.beats = [[0.0, [[0, 0.001]]]] * 400
    viewing.started_at = now
    session.flush()
    clock.advance(seconds=30)
    told = browser.post(address, json={"token": token, "spans": [[0, 30]]}, headers=JSON).json()
    assert told == {"credited_s": 0.0, "qualified": False}
