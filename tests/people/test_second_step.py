"""Professionals prove who they are in two steps: by a password or a link, then by a code of their phone."""

import re
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.cli import reset_code
from app.cli.trouble import Trouble
from app.mail.models import Mail
from app.main import create_app
from app.people import factors
from app.people.access import SESSION_COOKIE
from app.people.models import Factor, Person, RecoveryCode, SignInSession
from app.settings import Settings
from tests.conftest import MovingClock, SignIn, make_resources
from tests.factories import (
    PASSWORD,
    make_admin,
    make_adviser,
    make_company,
    make_factor,
    make_funder,
    make_recruiter,
    make_resident,
)
from tests.people.pressing import PAGE, press, token_of

KEY = re.compile(r'class="key"[^>]*>([A-Z2-7 ]+)<')


@pytest.fixture
def strict(settings: Settings) -> Settings:
    """Return settings that spare nobody."""
    return settings.model_copy(update={"second_factor": "required"})


@pytest.fixture
def app(strict: Settings, clock: MovingClock, sessions: sessionmaker[Session]) -> FastAPI:
    """Return the application as it is in production."""
    return create_app(strict, make_resources(strict, clock, sessions))


def type_password(client: TestClient, person: Person, suite: str = "") -> str:
    """Do the first step and return where it leads."""
    form = {"identifier": person.email or "", "password": PASSWORD, "suite": suite}
    return client.post("/connexion", data=form).headers["location"]


def code_of(secret: str, clock: MovingClock, steps: int = 0) -> str:
    """Return what a phone shows now, or some steps from now."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


def is_inside(client: TestClient) -> bool:
    """Tell whether somebody is signed in with this browser."""
    return client.get("/compte").status_code == 200


def test_a_secret_shown_to_one_browser_is_not_added_by_another(client: TestClient, session: Session) -> None:
    person, shown = make_recruiter(session), set()
    for _ in range(2):
        client.cookies.clear()
        type_password(client, person)
        shown |= set(KEY.findall(client.get("/compte/code").text))
    assert len(shown) == 2
    assert len(session.scalars(select(SignInSession).where(SignInSession.ended_at.is_(None))).all()) == 1


@pytest.mark.parametrize("make", [make_recruiter, make_adviser, make_admin, make_funder])
def test_a_professional_without_a_phone_adds_one_before_anything_else(
    client: TestClient, session: Session, make: object
) -> None:
    person = make(session)  # type: ignore[operator]  # one of the factories
    assert type_password(client, person) == "/compte/code"
    assert not is_inside(client)
    for path in ("/candidats", "/accompagnement", "/administration", "/bilan", "/entreprise", "/messages"):
        assert client.get(path).status_code == 401


def test_a_resident_is_asked_for_one_step_alone(client: TestClient, session: Session) -> None:
    assert type_password(client, make_resident(session)) == "/moi"
    assert is_inside(client)


def test_a_phone_is_added_by_its_first_code_and_the_paper_shown_once(
    client: TestClient, session: Session, clock: MovingClock
) -> None:
    person = make_recruiter(session)
    type_password(client, person)
    page = client.get("/compte/code", headers=PAGE).text
    key = re.search(r'class="key"[^>]*>([A-Z2-7 ]+)<', page)
    assert key
    secret = key[1].replace(" ", "")
    before = client.cookies[SESSION_COOKIE]
    status, page = press(client, "/compte/code", code=code_of(secret, clock))
    assert status == 200
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", page)
    assert len(set(codes)) == 10
    assert client.cookies[SESSION_COOKIE] != before
    assert is_inside(client)
    assert codes[0] not in client.get("/compte/code", headers=PAGE).text
    assert secret not in client.get("/compte/code", headers=PAGE).text
    told = session.scalars(select(Mail.values["what"].astext).where(Mail.template == "second_step")).all()
    assert told == ["added"]


def test_a_phone_that_gave_a_wrong_code_is_not_added(client: TestClient, session: Session) -> None:
    type_password(client, make_recruiter(session))
    status, page = press(client, "/compte/code", code="000000")
    assert status == 422
    assert "ne marche pas" in page
    assert not is_inside(client)
    assert session.scalars(select(Factor)).one().confirmed_at is None


def test_the_code_lets_in_and_leads_to_the_page_that_was_asked_for(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    there = type_password(client, person, suite="/relecture")
    assert there == "/connexion/code?suite=/relecture"
    assert 'value="/relecture"' in client.get(there, headers=PAGE).text
    before = client.cookies[SESSION_COOKIE]
    answer = press(client, "/connexion/code", code=code_of(secret, clock), suite="/relecture")
    assert answer == (303, "/relecture")
    assert client.cookies[SESSION_COOKIE] != before
    assert is_inside(client)
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, before)
    assert not is_inside(client)


def test_a_page_that_needs_somebody_leads_to_the_step_that_is_left(
    client: TestClient, session: Session, strict: Settings
) -> None:
    person = make_adviser(session)
    make_factor(session, person, strict)
    type_password(client, person)
    answer = client.get("/relecture", headers=PAGE)
    assert answer.headers["location"] == "/connexion?suite=/relecture"
    assert client.get(answer.headers["location"]).headers["location"] == "/connexion/code?suite=/relecture"


@pytest.mark.parametrize(("steps", "lets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off_and_no_more(
    *,
    client: TestClient,
    session: Session,
    strict: Settings,
    clock: MovingClock,
    steps: int,
    lets_in: bool,
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    type_password(client, person)
    press(client, "/connexion/code", code=code_of(secret, clock, steps))
    assert is_inside(client) is lets_in


def test_a_code_serves_once_and_none_before_it_serves_after(
    client: TestClient, app: FastAPI, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    type_password(client, person)
    seen, earlier = code_of(secret, clock), code_of(secret, clock, -1)
    assert press(client, "/connexion/code", code=seen)[0] == 303
    thief = TestClient(app, base_url="https://testserver", follow_redirects=False)
    type_password(thief, person)
    for code in (seen, earlier):
        assert press(thief, "/connexion/code", code=code)[0] == 422
    clock.advance(seconds=30)
    assert press(thief, "/connexion/code", code=code_of(secret, clock))[0] == 303


def test_a_code_of_somebody_else_lets_nobody_in(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person, other = make_adviser(session), make_adviser(session)
    make_factor(session, person, strict)
    type_password(client, person)
    press(client, "/connexion/code", code=code_of(make_factor(session, other, strict), clock))
    assert not is_inside(client)


def test_guessing_stops_after_a_few_tries_even_for_the_right_code(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    type_password(client, person)
    statuses = [press(client, "/connexion/code", code=f"00000{number}")[0] for number in range(6)]
    assert statuses == [422] * 6
    assert press(client, "/connexion/code", code=code_of(secret, clock))[0] == 429
    clock.advance(minutes=5)
    assert press(client, "/connexion/code", code=code_of(secret, clock))[0] == 303


def test_a_code_on_paper_lets_in_once_in_capitals_too_and_the_person_is_told(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    make_factor(session, person, strict)
    paper = factors.renew_codes(session, person.id, clock.now())[0]
    session.commit()
    type_password(client, person)
    assert press(client, "/connexion/code", code=f" {paper.upper()} ") == (303, "/compte/code")
    assert is_inside(client)
    assert "9 codes de secours" in client.get("/compte/code", headers=PAGE).text
    assert session.scalars(select(Mail.values["what"].astext)).all() == ["recovered"]
    client.cookies.clear()
    type_password(client, person)
    assert press(client, "/connexion/code", code=paper)[0] == 422


def test_new_codes_on_paper_need_a_code_and_kill_the_ones_before(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    old = factors.renew_codes(session, person.id, clock.now())[0]
    session.commit()
    type_password(client, person)
    press(client, "/connexion/code", code=code_of(secret, clock))
    token = token_of(client, "/compte/code")
    there = "/compte/code/secours"
    assert client.post(there, data={"code": "000000", "csrf_token": token}).status_code == 422
    clock.advance(seconds=30)
    answer = client.post(there, data={"code": code_of(secret, clock), "csrf_token": token})
    assert len(re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", answer.text)) == 10
    assert not factors.use_recovery(session, person.id, old, clock.now())


def test_a_phone_is_changed_by_a_code_of_the_one_before_and_others_are_signed_out(
    client: TestClient, app: FastAPI, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    elsewhere = TestClient(app, base_url="https://testserver", follow_redirects=False)
    for browser in (elsewhere, client):
        type_password(browser, person)
        assert press(browser, "/connexion/code", code=code_of(secret, clock))[0] == 303
        clock.advance(seconds=30)
    token = token_of(client, "/compte/code")
    refused = client.post("/compte/code/changer", data={"code": "000000", "csrf_token": token})
    assert refused.status_code == 422
    client.post("/compte/code/changer", data={"code": code_of(secret, clock), "csrf_token": token})
    key = re.search(r'class="key"[^>]*>([A-Z2-7 ]+)<', client.get("/compte/code", headers=PAGE).text)
    assert key
    new = key[1].replace(" ", "")
    assert new != secret
    assert press(client, "/compte/code", code=code_of(new, clock))[0] == 200
    assert (is_inside(client), is_inside(elsewhere)) == (True, False)
    clock.advance(seconds=30)
    type_password(elsewhere, person)
    assert press(elsewhere, "/connexion/code", code=code_of(secret, clock))[0] == 422
    assert press(elsewhere, "/connexion/code", code=code_of(new, clock))[0] == 303


def test_a_mailed_link_is_a_first_step_alone(client: TestClient, session: Session, strict: Settings) -> None:
    person = make_recruiter(session)
    make_factor(session, person, strict)
    client.post("/connexion/lien", data={"email": person.email})
    path = session.scalars(select(Mail)).one().values["path"]
    assert client.post(path).headers["location"] == "/connexion/code"
    assert not is_inside(client)


def test_half_a_sign_in_dies_within_the_hour(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    type_password(client, person)
    clock.advance(minutes=60)
    answer = client.post("/connexion/code", data={"code": code_of(secret, clock)})
    assert answer.status_code == 401


def test_half_a_sign_in_is_left_by_its_button(client: TestClient, session: Session, strict: Settings) -> None:
    person = make_adviser(session)
    make_factor(session, person, strict)
    type_password(client, person)
    client.post("/deconnexion", data={"csrf_token": token_of(client, "/connexion/code")})
    assert client.get("/connexion/code").status_code == 401
    assert session.scalars(select(SignInSession.ended_at)).all() != [None]


def test_a_step_is_done_from_its_own_page_alone(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    type_password(client, person)
    assert client.post("/connexion/code", data={"code": code_of(secret, clock)}).status_code == 403
    assert not is_inside(client)


def test_who_signed_in_changes_the_password_and_stays(
    client: TestClient, session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    type_password(client, person)
    press(client, "/connexion/code", code=code_of(secret, clock))
    form = {
        "current": PASSWORD,
        "password": "une autre phrase à moi",
        "csrf_token": token_of(client, "/compte/code"),
    }
    assert client.post("/compte/mot-de-passe", data=form).headers["location"] == "/compte"
    assert is_inside(client)


def test_the_secret_is_sealed_and_opens_in_its_own_row_alone(session: Session, strict: Settings) -> None:
    person, other = make_adviser(session), make_adviser(session)
    secret = make_factor(session, person, strict)
    make_factor(session, other, strict)
    one, two = session.scalars(select(Factor).order_by(Factor.id)).all()
    assert secret.encode() not in one.sealed_secret
    assert factors.secret_of(one, strict) == secret
    two.sealed_secret = one.sealed_secret
    assert not factors.secret_of(two, strict)


def test_a_changed_key_of_the_settings_lets_paper_in_and_no_phone(
    session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_adviser(session)
    secret = make_factor(session, person, strict)
    paper = factors.renew_codes(session, person.id, clock.now())[0]
    changed = strict.model_copy(update={"secret_key": SecretStr("une autre")})
    with pytest.raises(factors.CodeRefused):
        factors.prove(session, person.id, code_of(secret, clock), clock.now(), changed)
    assert factors.prove(session, person.id, paper, clock.now(), changed)


def test_codes_on_paper_are_kept_only_as_hashes(session: Session, clock: MovingClock) -> None:
    person = make_adviser(session)
    codes = factors.renew_codes(session, person.id, clock.now())
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert all(one.startswith("$argon2id$") for one in kept)
    assert not any(code.replace("-", "") in one for one in kept for code in codes)


def test_the_operator_sets_somebody_back_to_the_first_step_and_they_are_told(
    client: TestClient, session: Session, strict: Settings, sign_in: SignIn
) -> None:
    company = make_company(session)
    person = make_recruiter(session, company)
    make_factor(session, person, strict)
    theirs, office = sign_in(person), sign_in(make_admin(session))
    address = f"/administration/organisations/{company.id}/membres/{person.id}/code"
    assert office.post(address).status_code == 303
    assert not is_inside(theirs)
    assert session.scalar(select(func.count(Factor.id))) == 0
    assert session.scalars(select(Mail.values["what"].astext)).all() == ["reset"]
    assert type_password(client, person) == "/compte/code"


def test_one_who_is_spared_is_asked_for_a_code_once_they_have_a_phone(
    session: Session, settings: Settings, clock: MovingClock, sessions: sessionmaker[Session]
) -> None:
    app = create_app(settings, make_resources(settings, clock, sessions))
    person = make_adviser(session)
    browser = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert type_password(browser, person) == "/accompagnement"
    make_factor(session, person, settings)
    browser.cookies.clear()
    assert type_password(browser, person) == "/connexion/code"


def test_a_code_is_of_the_thirty_seconds_that_rfc_6238_gives_it(clock: MovingClock) -> None:
    # Appendix B of the RFC: the last six of the eight digits at 2005-03-18 01:58:29.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = clock.now().replace(year=2005, month=3, day=18, hour=1, minute=58, second=29)
    assert factors.step_of(secret, "081804", at) == int(at.timestamp()) // 30
    assert factors.step_of(secret, "081804", at + timedelta(seconds=90)) is None


def test_the_operator_who_is_locked_out_is_reset_from_the_machine(
    session: Session, strict: Settings, clock: MovingClock
) -> None:
    person = make_admin(session)
    make_factor(session, person, strict)
    assert "prochaine connexion" in reset_code.reset(session, str(person.email).upper(), clock.now())
    assert factors.confirmed(session, person.id) is None
    with pytest.raises(Trouble):
        reset_code.reset(session, "personne@courrier.test", clock.now())
