"""Letters of needs: one click stops them for one adviser, undone there or on their list of needs."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import mail
from app.directory import hearing
from app.directory.models import NeedSilence
from app.mail import Concern
from app.mail.models import Mail
from app.mail.stopping import stop_path
from app.people.models import Organisation, Person
from app.rights.queries import export_person
from app.settings import Settings
from tests.conftest import START, SignIn
from tests.directory.rows import stated
from tests.factories import make_adviser, make_job, make_need
from tests.reading import words_of
from workers.announcements import LISTENERS
from workers.wanted import is_wanted

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def other(session: Session, structure: Organisation) -> Person:
    return make_adviser(session, structure)


@pytest.fixture
def stop(settings: Settings, adviser: Person) -> str:
    """Return the link of the adviser's letters."""
    return stop_path(settings, hearing.stop_page_path(adviser.id))


def letters_of(session: Session, now: datetime) -> list[str]:
    """State a need and let everybody hear of it; return to whom letters were written."""
    need = make_need(session)
    for listener in LISTENERS["need.published"]:
        listener(session, need.id, now)
    written = session.scalars(select(Mail).where(Mail.concerns == f"need:{need.id}"))
    return sorted(letter.recipient for letter in written)


def silent(session: Session) -> list[tuple[object, datetime]]:
    """Return who wants no letters, since when."""
    rows = session.scalars(select(NeedSilence).execution_options(populate_existing=True))
    return [(row.person_id, row.asked_at) for row in rows]


def test_a_letter_of_a_need_carries_what_stops_it_for_its_reader_alone(
    session: Session, adviser: Person, settings: Settings, now: datetime
) -> None:
    letters_of(session, now)
    message = mail.render(session.scalars(select(Mail)).one(), settings)
    link = f"https://testserver{stop_path(settings, hearing.stop_page_path(adviser.id))}"
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for subtype in ("plain", "html"):
        part = message.get_body((subtype,))
        assert part is not None
        assert link in str(part.get_content())


def test_one_click_without_a_cookie_stops_them_and_looking_does_not(
    session: Session, client: TestClient, adviser: Person, stop: str
) -> None:
    session.commit()
    assert "Ne plus recevoir ces e-mails ?" in words_of(client.get(stop).text)
    assert silent(session) == []
    # As mail programs ask it by themselves.  Source: RFC 8058, section 3.2.
    answer = client.post(stop, data=ONE_CLICK)
    assert (answer.status_code, silent(session)) == (200, [(adviser.id, START)])
    assert "C’est arrêté" in words_of(answer.text)
    assert client.post(stop, data=ONE_CLICK).status_code == 200
    assert "C’est arrêté" in words_of(client.get(stop).text)


def test_who_stopped_them_gets_no_further_letter_and_the_others_do(
    *, session: Session, client: TestClient, adviser: Person, other: Person, stop: str, now: datetime
) -> None:
    session.commit()
    assert letters_of(session, now) == sorted([str(adviser.email), str(other.email)])
    client.post(stop, data=ONE_CLICK)
    assert letters_of(session, now) == [other.email]
    client.post(f"{stop}/reprise")
    assert letters_of(session, now) == sorted([str(adviser.email), str(other.email)])


def test_a_letter_that_waited_does_not_leave_once_they_are_stopped(
    *, session: Session, client: TestClient, adviser: Person, other: Person, stop: str
) -> None:
    need = make_need(session)
    session.commit()
    client.post(stop, data=ONE_CLICK)
    waiting = [Concern(one.id, "need_published", f"need:{need.id}") for one in (adviser, other)]
    assert [is_wanted(session, one) for one in waiting] == [False, True]


def test_a_link_stops_the_letters_of_nobody_else(
    *, session: Session, client: TestClient, adviser: Person, other: Person, stop: str
) -> None:
    session.commit()
    forged = f"{stop[:-1]}{'x' if stop[-1] != 'x' else 'y'}"
    for path in (stop.replace(str(adviser.id), str(other.id)), forged):
        assert client.get(path).status_code == 404
        assert client.post(path, data=ONE_CLICK).status_code == 404
        assert client.post(f"{path}/reprise").status_code == 404
    assert silent(session) == []


def test_the_list_of_needs_stays_and_there_they_are_stopped_and_asked_for_again(
    session: Session, sign_in: SignIn, adviser: Person
) -> None:
    make_job(session)
    make_need(session)
    browser = sign_in(adviser)
    session.commit()
    page = "/accompagnement/besoins"
    assert "Ne plus les recevoir" in words_of(browser.get(page).text)
    assert browser.post(f"{page}/e-mails/arret").headers["location"] == page
    assert silent(session) == [(adviser.id, START)]
    words = words_of(browser.get(page).text)
    assert "Recevoir ces e-mails" in words
    assert stated(session)[0].department == "13"
    assert "Vente en alimentation" in words
    browser.post(f"{page}/e-mails/reprise")
    assert silent(session) == []


def test_it_is_in_what_an_adviser_takes_away(session: Session, adviser: Person) -> None:
    def since() -> object:
        directory = export_person(session, adviser.id)["directory"]
        assert isinstance(directory, dict)
        return directory["no_letters_of_needs_since"]

    assert since() is None
    hearing.stop(session, adviser.id, START)
    assert since() == START


def test_the_page_of_a_letter_speaks_the_language_of_its_reader(
    session: Session, client: TestClient, stop: str
) -> None:
    session.commit()
    page = client.get(stop, headers={"accept-language": "en"}).text
    assert "Stop these e-mails?" in words_of(page)
