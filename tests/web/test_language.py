"""Visitors and recruiters read French or English, as they ask; residents and advisers read French."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from app.web import french
from app.web.language import COOKIE, preferred
from app.words import ENGLISH, speaking
from tests.conftest import SignIn
from tests.factories import make_adviser, make_recruiter, make_resident

ENGLISH_BROWSER = {"accept-language": "en-GB,en;q=0.9", "accept": "text/html"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.1", "en"),
        ("de-DE,de;q=0.9,en;q=0.7,fr;q=0.5", "en"),
        ("en;q=0.5,fr;q=0.8", "fr"),
        ("en;q=0,fr;q=0.1", "fr"),
        ("es", "fr"),
        ("*", "fr"),
        ("EN", "en"),
        ("en;q=much", "fr"),
        (";;q=,,en ; q=0.3", "en"),
    ],
)
def test_a_browser_gets_the_language_of_ours_that_it_wants_most(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_a_page_says_in_which_language_it_speaks_and_on_what_that_depends(client: TestClient) -> None:
    answer = client.get("/connexion", headers=ENGLISH_BROWSER)
    assert '<html lang="en">' in answer.text
    assert "Sign in</h1>" in answer.text
    assert answer.headers["content-language"] == "en"
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))
    assert '<html lang="fr">' in client.get("/connexion").text


def test_a_language_that_was_asked_for_is_kept_whatever_the_browser_says(client: TestClient) -> None:
    asked = {"language": "en", "back": "/inscription?a=1"}
    answer = client.post("/langue", data=asked, follow_redirects=False)
    assert answer.headers["location"] == "/inscription?a=1"
    assert '<html lang="en">' in client.get("/inscription", headers={"accept-language": "fr"}).text


@pytest.mark.parametrize("back", ["https://elsewhere.test/", "//elsewhere.test", ""])
def test_the_switch_leads_nowhere_else(client: TestClient, back: str) -> None:
    answer = client.post("/langue", data={"language": "en", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_language_that_nobody_speaks_here_is_refused(client: TestClient) -> None:
    assert client.post("/langue", data={"language": "de", "back": "/"}).status_code == 422


def test_a_cookie_that_is_no_language_of_ours_is_passed_over(client: TestClient) -> None:
    answer = client.get("/connexion", headers=ENGLISH_BROWSER | {"cookie": f"{COOKIE}=../../fr"})
    assert answer.headers["content-language"] == "en"


def test_the_switch_names_the_other_language_in_itself(client: TestClient) -> None:
    assert 'value="en"\n          lang="en">' in client.get("/").text
    assert "<span>Français</span>" in client.get("/", headers=ENGLISH_BROWSER).text


@pytest.mark.parametrize("path", ["/moi", "/", "/compte", "/moi/messages", "/candidats"])
def test_a_resident_reads_french_everywhere_and_is_offered_nothing_else(
    session: Session, sign_in: SignIn, path: str
) -> None:
    page = sign_in(make_resident(session)).get(path, headers=ENGLISH_BROWSER).text
    assert '<html lang="fr">' in page
    assert "/langue" not in page
    assert "visavis-words" not in page


@pytest.mark.parametrize("path", ["/accompagnement", "/relecture", "/", "/compte"])
def test_an_adviser_reads_french_everywhere(session: Session, sign_in: SignIn, path: str) -> None:
    page = sign_in(make_adviser(session)).get(path, headers=ENGLISH_BROWSER).text
    assert '<html lang="fr">' in page


@pytest.mark.parametrize("path", ["/candidats", "/messages", "/entreprise", "/compte", "/moi"])
def test_a_recruiter_reads_english_on_every_page_of_theirs(
    session: Session, sign_in: SignIn, path: str
) -> None:
    answer = sign_in(make_recruiter(session)).get(path, headers=ENGLISH_BROWSER)
    assert ('<html lang="en">' in answer.text) == (path != "/moi")


def test_a_refusal_speaks_the_language_of_its_page(client: TestClient) -> None:
    answer = client.get("/nulle-part", headers=ENGLISH_BROWSER)
    assert "Page not found</h1>" in answer.text
    assert "Clé d’API" in client.get("/api/v1/profiles", headers=ENGLISH_BROWSER).json()["title"]


def test_a_word_after_an_action_speaks_the_language_of_the_page_that_shows_it(
    session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(make_recruiter(session))
    browser.post("/compte/sessions/fermer")
    assert "All other devices are signed out." in browser.get("/compte", headers=ENGLISH_BROWSER).text


def test_letters_follow_the_language_that_a_recruiter_asks_for_and_never_a_resident_s(
    session: Session, sign_in: SignIn
) -> None:
    recruiter, resident = make_recruiter(session), make_resident(session)
    for person in (recruiter, resident):
        sign_in(person).post("/langue", data={"language": "en", "back": "/"})
    session.expire_all()
    assert session.get_one(Person, recruiter.id).language == "en"
    assert session.get_one(Person, resident.id).language == "fr"


def test_scripts_get_their_words_with_an_english_page_alone(client: TestClient) -> None:
    assert "visavis-words" not in client.get("/connexion").text
    english = client.get("/connexion", headers=ENGLISH_BROWSER).text
    assert '"Afficher le mot de passe": "Show the password"' in english


def test_dates_numbers_and_sizes_are_written_in_english() -> None:
    at = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
    with speaking(ENGLISH):
        assert french.long_date(date(2026, 11, 23)) == "23 November 2026"
        assert french.long_datetime(at) == "23 November 2026 at 12:05"
        assert french.ago(at - timedelta(days=3), at) == "3 days ago"
        assert french.number(1234.5, 1) == "1,234.5"
        assert french.percent(0.42) == "42%"
        assert french.size(12_400_000) == "12.4\u00a0MB"
        assert french.size(12) == "12\u00a0bytes"
        assert french.wait(90) == "2\u00a0minutes"
        assert french.listing(["Lyon", "Bron", "Lille"]) == "Lyon, Bron and Lille"
        assert french.about("To be filled in.", "SIRET") == "SIRET: to be filled in."
