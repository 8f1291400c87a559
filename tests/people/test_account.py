"""One's account: where one is signed in, a new password, what is exported, frozen and erased."""

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.db import session_factory
from app.main import create_app
from app.people import queries, service
from app.people.access import SESSION_COOKIE
from app.people.models import Consent, Person, SignInSession
from app.people.passwords import is_password
from app.people.sessions import open_session
from app.rights.service import erase_person
from app.settings import Settings
from tests.conftest import MovingClock, SignIn, make_resources
from tests.factories import PASSWORD, give_consent, make_adviser, make_resident

NEW = "une autre phrase bien à moi"


def standing(session: Session, person: Person) -> int:
    """Count the open sessions of a person."""
    query = select(func.count(SignInSession.id)).where(SignInSession.ended_at.is_(None))
    return session.scalar(query.where(SignInSession.person_id == person.id)) or 0


def test_the_page_names_each_browser(sign_in: SignIn, session: Session, clock: MovingClock) -> None:
    person = make_resident(session)
    open_session(session, person.id, "Mozilla/5.0 (Android 14; Mobile) Firefox/140.0", clock.now())
    assert "Firefox, Android" in sign_in(person).get("/compte").text


def test_one_session_is_closed_and_the_others_stay(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    lost, mine = sign_in(person), sign_in(person)
    closed = session.scalars(select(SignInSession).order_by(SignInSession.id)).first()
    assert closed is not None
    assert mine.post(f"/compte/sessions/{closed.id}/fermer").status_code == 303
    assert lost.get("/compte").status_code == 401
    assert mine.get("/compte").status_code == 200


def test_nobody_closes_the_session_of_somebody_else(sign_in: SignIn, session: Session) -> None:
    victim = make_resident(session)
    theirs = sign_in(victim)
    session_id = session.scalars(select(SignInSession.id)).one()
    sign_in(make_adviser(session)).post(f"/compte/sessions/{session_id}/fermer")
    assert theirs.get("/compte").status_code == 200


def test_all_other_sessions_close_at_once_and_this_one_gets_a_new_token(
    sign_in: SignIn, session: Session
) -> None:
    person = make_resident(session)
    lost, mine = sign_in(person), sign_in(person)
    before = mine.cookies[SESSION_COOKIE]
    answer = mine.post("/compte/sessions/fermer")
    assert answer.status_code == 303
    assert SESSION_COOKIE in answer.cookies
    assert answer.cookies[SESSION_COOKIE] != before
    assert lost.get("/compte").status_code == 401
    assert standing(session, person) == 1


def test_a_new_password_ends_every_other_session(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    lost, mine = sign_in(person), sign_in(person)
    assert mine.post("/compte/mot-de-passe", data={"current": PASSWORD, "password": NEW}).status_code == 303
    assert lost.get("/compte").status_code == 401
    assert standing(session, person) == 1
    session.refresh(person)
    assert is_password(person.password_hash, NEW)


def test_a_new_password_needs_the_current_one(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    browser = sign_in(person)
    answer = browser.post("/compte/mot-de-passe", data={"current": "au hasard", "password": NEW})
    assert answer.status_code == 422
    assert "pas le mot de passe actuel" in answer.text
    session.refresh(person)
    assert is_password(person.password_hash, PASSWORD)


def test_a_poor_new_password_is_refused(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session))
    answer = browser.post("/compte/mot-de-passe", data={"current": PASSWORD, "password": "123456789012"})
    assert answer.status_code == 422
    assert "trop facile à deviner" in answer.text


def test_who_signs_in_by_links_may_choose_a_password(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session, password_hash=None)
    assert sign_in(person).post("/compte/mot-de-passe", data={"password": NEW}).status_code == 303
    session.refresh(person)
    assert is_password(person.password_hash, NEW)


def test_the_current_password_is_not_guessed_from_an_open_session(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session))
    form = {"current": "au hasard", "password": NEW}
    statuses = [browser.post("/compte/mot-de-passe", data=form).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_use_is_noted_although_the_page_only_reads(
    settings: Settings, clock: MovingClock, committed: Engine
) -> None:
    sessions = session_factory(committed)
    with sessions.begin() as session:
        token = open_session(session, make_resident(session).id, "", clock.now())
    app = create_app(settings, make_resources(settings, clock, sessions))
    browser = TestClient(app, base_url="https://testserver")
    browser.cookies.set(SESSION_COOKIE, token)
    later = clock.advance(minutes=6)
    assert browser.get("/compte").status_code == 200
    with sessions() as session:
        assert session.scalars(select(SignInSession.last_seen_at)).one() == later


def test_the_answer_on_the_neighbourhood_is_frozen_once(session: Session, clock: MovingClock) -> None:
    person = make_resident(session, lives_in_qpv=True, qpv_known_by="attested")
    first = clock.now()
    assert service.freeze_qpv(session, person.id, first).lives_in_qpv
    assert service.freeze_qpv(session, person.id, clock.advance(days=1)).qpv_frozen_at == first


def test_the_export_holds_what_is_kept_and_no_secret(session: Session, clock: MovingClock) -> None:
    person = make_resident(session)
    give_consent(session, person, "text")
    open_session(session, person.id, "Firefox", clock.now())
    export = queries.export_person(session, person.id)
    words = str(export)
    assert person.email is not None
    for kept in (person.email, "Aïcha", "2006", "Mission locale du Nord", "text", "Firefox"):
        assert kept in words
    assert "argon2" not in words
    assert "sha256" not in words


def test_after_an_erasure_no_table_knows_who_it_was(
    client: TestClient, session: Session, clock: MovingClock
) -> None:
    person = make_resident(session, phone="0698765432")
    email = person.email or ""
    give_consent(session, person, "text")
    client.post("/connexion/lien", data={"email": email})
    client.post("/connexion", data={"identifier": email, "password": PASSWORD})
    erase_person(session, person.id, clock.now())
    session.flush()
    tables = session.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    for table in tables:
        rows = str(session.execute(text(f'select * from "{table}"')).all())  # noqa: S608 - names of our tables
        for trace in (email, "0698765432", "Benali", "argon2"):
            assert trace not in rows, table


def test_an_erased_person_is_signed_in_nowhere_and_never_again(
    sign_in: SignIn, session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    email = person.email or ""
    browser = sign_in(person)
    service.erase_person(session, person.id, clock.now())
    session.commit()
    assert browser.get("/compte").status_code == 401
    assert browser.post("/connexion", data={"identifier": email, "password": PASSWORD}).status_code == 422
    assert queries.person(session, person.id) is None


def test_an_erasure_keeps_the_proof_of_agreements_without_a_name(
    session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    give_consent(session, person, "text")
    service.erase_person(session, person.id, clock.now())
    kept = session.scalars(select(Consent)).one()
    session.refresh(kept)
    assert (kept.person_id, kept.withdrawn_at) == (person.id, clock.now())
