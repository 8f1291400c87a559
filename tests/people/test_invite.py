"""An invitation opens one account, once: by whom, for whom, how long, and what one reads when it is dead."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.mail import render
from app.mail.models import Mail
from app.people import companies, invitations, queries
from app.people.access import SESSION_COOKIE
from app.people.invitations import EmailTaken, Invited, NobodyToInvite
from app.people.models import Invitation, Organisation, Person
from app.people.passwords import is_password
from app.people.rules import Belonging, Who
from app.people.sessions import open_session
from app.rights.service import erase_person
from app.settings import Settings
from tests.conftest import MovingClock, SignIn
from tests.contacts.parties import who_is
from tests.factories import make_adviser, make_organisation, make_recruiter, make_resident, make_structure
from tests.reading import words_of
from tests.rights.test_every_table import places_of

PHRASE = "ma phrase rien qu’à moi"
AICHA = Invited(
    "Aïcha", "Benali", born_on=date(2006, 3, 1), email="aicha@courrier.test", phone="06 12 34 56 78"
)
WITHOUT_MAIL = Invited("Karim", "Diallo", born_on=date(2005, 3, 1), at_desk=True)


def who_of(person: Person, structure: Organisation) -> Who:
    """Return an adviser as the permissions see them."""
    held = Belonging("adviser", structure.id, structure.name, structure.state)
    return Who(person.id, person.id, person.given_name, (held,))


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def claire(session: Session, structure: Organisation) -> Who:
    """Return the adviser who invites."""
    return who_of(make_adviser(session, structure), structure)


@pytest.fixture
def token(
    session: Session, structure: Organisation, claire: Who, clock: MovingClock, settings: Settings
) -> str:
    """Invite somebody by post and return the token."""
    return invitations.invite(session, claire, structure.id, AICHA, clock.now(), settings)[1]


@pytest.fixture
def desk_token(
    session: Session, structure: Organisation, claire: Who, clock: MovingClock, settings: Settings
) -> str:
    """Invite somebody without a mailbox at the desk and return the token."""
    return invitations.invite(session, claire, structure.id, WITHOUT_MAIL, clock.now(), settings)[1]


def test_who_is_invited_is_a_resident_of_the_structure_from_then_on(
    session: Session, structure: Organisation, token: str
) -> None:
    del token
    (aicha,) = session.scalars(queries.members("resident", [structure.id]))
    assert (aicha.given_name, aicha.phone, aicha.password_hash) == ("Aïcha", "0612345678", None)
    assert queries.structure_of(session, aicha.id) == structure.id


def test_what_the_adviser_says_of_the_neighbourhood_is_kept_as_attested(
    session: Session, structure: Organisation, claire: Who, clock: MovingClock, settings: Settings
) -> None:
    invited = Invited("Inès", "Moreau", lives_in_qpv=True)
    person, _ = invitations.invite(session, claire, structure.id, invited, clock.now(), settings)
    assert (person.lives_in_qpv, person.qpv_known_by) == (True, "attested")


def test_an_adviser_invites_into_no_other_structure(
    session: Session, claire: Who, clock: MovingClock, settings: Settings
) -> None:
    other = make_structure(session, "Mission locale du Sud")
    with pytest.raises(NobodyToInvite):
        invitations.invite(session, claire, other.id, AICHA, clock.now(), settings)


def test_an_adviser_of_a_suspended_structure_invites_nobody(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    closed = make_organisation(session, "structure", "Club fermé", state="suspended")
    who = who_of(make_adviser(session, closed), closed)
    with pytest.raises(NobodyToInvite):
        invitations.invite(session, who, closed.id, AICHA, clock.now(), settings)


@pytest.mark.usefixtures("token")
def test_an_address_has_one_account(
    session: Session, structure: Organisation, claire: Who, clock: MovingClock, settings: Settings
) -> None:
    twin = Invited("Aïcha", "Bis", email="AICHA@courrier.test")
    with pytest.raises(EmailTaken):
        invitations.invite(session, claire, structure.id, twin, clock.now(), settings)


def test_an_invitation_by_post_is_mailed(session: Session, token: str) -> None:
    posted = session.scalars(select(Mail)).one()
    assert (posted.recipient, posted.template) == ("aicha@courrier.test", "invitation")
    assert posted.values["path"] == f"/invitation/{token}"


@pytest.mark.usefixtures("desk_token")
def test_an_invitation_at_the_desk_is_not_mailed(session: Session) -> None:
    assert session.scalar(select(func.count(Mail.id))) == 0


def test_the_token_is_kept_only_as_its_digest(session: Session, token: str) -> None:
    assert token.encode() not in session.scalars(select(Invitation)).one().token_sha256


def test_the_page_says_who_invites_and_into_what(client: TestClient, token: str) -> None:
    page = client.get(f"/invitation/{token}")
    assert page.status_code == 200
    assert "Claire (Mission locale du Nord)" in page.text


def test_a_resident_is_invited_in_french_as_all_that_follows(client: TestClient, token: str) -> None:
    page = client.get(f"/invitation/{token}", headers={"accept-language": "en"})
    assert '<html lang="fr">' in page.text
    assert "/langue" not in page.text
    assert page.headers["content-language"] == "fr"


def test_looking_at_an_invitation_uses_nothing_up(client: TestClient, token: str) -> None:
    for _ in range(3):
        assert client.get(f"/invitation/{token}").status_code == 200
    assert SESSION_COOKIE not in client.cookies
    assert client.post(f"/invitation/{token}", data={"password": PHRASE}).status_code == 303


def test_accepting_opens_the_account_and_a_session(
    client: TestClient, session: Session, structure: Organisation, token: str
) -> None:
    answer = client.post(f"/invitation/{token}", data={"password": PHRASE})
    assert (answer.status_code, answer.headers["location"]) == (303, "/moi")
    assert client.get("/compte").status_code == 200
    (aicha,) = session.scalars(queries.members("resident", [structure.id]))
    session.refresh(aicha)
    assert is_password(aicha.password_hash, PHRASE)


def test_a_password_is_kept_as_it_was_typed_spaces_included(
    client: TestClient, session: Session, structure: Organisation, token: str
) -> None:
    client.post(f"/invitation/{token}", data={"password": f"  {PHRASE} "})
    (aicha,) = session.scalars(queries.members("resident", [structure.id]))
    session.refresh(aicha)
    assert is_password(aicha.password_hash, f"  {PHRASE} ")


def test_somebody_with_a_mailbox_may_do_without_a_password(client: TestClient, token: str) -> None:
    assert client.post(f"/invitation/{token}", data={"password": ""}).status_code == 303


def test_somebody_without_a_mailbox_needs_a_password(client: TestClient, desk_token: str) -> None:
    answer = client.post(f"/invitation/{desk_token}", data={"password": ""})
    assert answer.status_code == 422
    assert "Choisis un mot de passe." in answer.text
    assert client.post(f"/invitation/{desk_token}", data={"password": PHRASE}).status_code == 303


def test_a_poor_password_is_refused_and_the_invitation_still_serves(client: TestClient, token: str) -> None:
    answer = client.post(f"/invitation/{token}", data={"password": "court"})
    assert answer.status_code == 422
    assert "12 caractères" in answer.text
    assert client.post(f"/invitation/{token}", data={"password": PHRASE}).status_code == 303


def test_an_invitation_serves_once_and_says_to_sign_in(client: TestClient, token: str) -> None:
    client.post(f"/invitation/{token}", data={"password": PHRASE})
    client.cookies.clear()
    for answer in (client.get(f"/invitation/{token}"), client.post(f"/invitation/{token}")):
        assert answer.status_code == 410
        assert 'href="/connexion"' in answer.text
    assert SESSION_COOKIE not in client.cookies


def test_an_invitation_by_post_lives_for_days(client: TestClient, token: str, clock: MovingClock) -> None:
    clock.advance(days=6, hours=23)
    assert client.get(f"/invitation/{token}").status_code == 200
    clock.advance(hours=1)
    assert client.get(f"/invitation/{token}").status_code == 410


def test_an_invitation_at_the_desk_lives_for_minutes_and_says_what_to_do(
    client: TestClient, desk_token: str, clock: MovingClock
) -> None:
    clock.advance(minutes=9)
    assert client.get(f"/invitation/{desk_token}").status_code == 200
    clock.advance(minutes=1)
    page = client.post(f"/invitation/{desk_token}", data={"password": PHRASE})
    assert page.status_code == 410
    assert "la personne qui a donné ce lien en donne un autre" in page.text


def test_an_invitation_that_nobody_sent_does_not_exist(client: TestClient) -> None:
    assert client.get("/invitation/inconnue").status_code == 404
    assert client.post("/invitation/inconnue").status_code == 404


def test_a_new_invitation_kills_the_former_one(
    client: TestClient, session: Session, claire: Who, token: str, clock: MovingClock, settings: Settings
) -> None:
    aicha = session.scalars(select(Invitation)).one().person_id
    newer = invitations.renew(session, claire, aicha, clock.now(), settings, at_desk=True)
    assert client.get(f"/invitation/{token}").status_code == 404
    assert client.get(f"/invitation/{newer}").status_code == 200


def test_nobody_else_renews_an_invitation(
    session: Session, claire: Who, clock: MovingClock, settings: Settings
) -> None:
    stranger = make_resident(session)
    with pytest.raises(NobodyToInvite):
        invitations.renew(session, claire, stranger.id, clock.now(), settings, at_desk=True)


def test_a_lost_password_set_again_by_invitation_ends_the_sessions_there_were(
    client: TestClient, session: Session, claire: Who, clock: MovingClock, settings: Settings
) -> None:
    structure_id = claire.organisations("adviser")[0]
    structure = queries.organisation(session, structure_id)
    resident = make_resident(session, structure, email=None)
    lost = open_session(session, resident.id, "", clock.now())
    token = invitations.renew(session, claire, resident.id, clock.now(), settings, at_desk=True)
    client.post(f"/invitation/{token}", data={"password": PHRASE})
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, lost)
    assert client.get("/compte").status_code == 401


def test_accepting_on_a_shared_device_ends_the_session_of_the_one_before(
    sign_in: SignIn, session: Session, token: str
) -> None:
    adviser = make_adviser(session)
    browser = sign_in(adviser)
    former = browser.cookies[SESSION_COOKIE]
    assert browser.post(f"/invitation/{token}", data={"password": PHRASE}).headers["location"] == "/moi"
    browser.cookies.clear()
    browser.cookies.set(SESSION_COOKIE, former)
    assert browser.get("/compte").status_code == 401


def test_an_invitation_outlives_nobody_who_was_suspended(
    client: TestClient, session: Session, token: str, clock: MovingClock
) -> None:
    aicha = session.get(Person, session.scalars(select(Invitation)).one().person_id)
    assert aicha is not None
    aicha.suspended_at = clock.now() - timedelta(hours=1)
    session.commit()
    assert client.get(f"/invitation/{token}").status_code == 404


def test_an_invitation_of_who_closed_their_account_is_the_structure_s(
    session: Session, client: TestClient, structure: Organisation, claire: Who, token: str
) -> None:
    page = f"/invitation/{token}"
    assert f"Claire ({structure.name}) t’ouvre" in words_of(client.get(page).text)
    session.get_one(Person, claire.person_id).given_name = ""
    session.commit()
    assert f" {structure.name} t’ouvre un espace" in words_of(client.get(page).text)
    assert "()" not in client.get(page).text


@pytest.mark.parametrize("role", ["adviser", "recruiter"])
def test_an_invitation_that_waits_when_its_author_is_erased_leaves_without_their_name(
    session: Session, clock: MovingClock, settings: Settings, role: str
) -> None:
    name = "Quetzalina"
    inviter = make_adviser(session, name=name) if role == "adviser" else make_recruiter(session, name=name)
    who = who_is(session, inviter)
    invite = invitations.invite if role == "adviser" else companies.invite
    invite(session, who, who.organisations(role)[0], AICHA, clock.now(), settings)
    erase_person(session, inviter.id, clock.now())
    [letter] = session.scalars(select(Mail)).all()
    message = render(letter, settings)
    assert (message["To"], "Vis-à-vis" in message["Subject"]) == ("aicha@courrier.test", True)
    assert name not in str(message)
    assert places_of(session, name) == set()
