"""Saved searches: saved in one tap, changed, removed with an undo, stopped from a letter by a click."""

import re
from html import unescape

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.directory import saved_searches
from app.directory.rules import SAVED_MAX, next_look
from app.mail.stopping import stop_path
from app.people.models import Person
from app.settings import Settings
from tests.conftest import START, MovingClock, SignIn
from tests.directory.conftest import make_found
from tests.directory.rows import saved
from tests.factories import make_recruiter, make_saved_search
from tests.reading import words_of

# Saving and changing


def test_one_tap_saves_a_search_with_a_name_that_says_it(session: Session, recruiter: TestClient) -> None:
    answer = recruiter.post("/alertes", data={"asked": "mots=vente&contrat=cdi&departement=13&apres=x"})
    [one] = saved(session)
    assert answer.headers["location"] == f"/alertes#{one.id}"
    assert (one.name, one.asked) == (
        "vente, CDI, Bouches-du-Rhône (13)",
        "mots=vente&contrat=cdi&departement=13",
    )
    assert one.name in words_of(recruiter.get("/alertes").text)


def test_its_name_is_written_with_spaces_that_every_program_knows(
    session: Session, recruiter: TestClient
) -> None:
    recruiter.post("/alertes", data={"asked": "mots=vente&disponible=maintenant"})
    assert [one.name for one in saved(session)] == ["vente, Disponible : Tout de suite"]


def test_the_results_offer_to_save_what_was_asked(session: Session, recruiter: TestClient) -> None:
    make_found(session, "Vendeuse")
    page = recruiter.get("/candidats?mots=vente&contrat=cdi").text
    [form] = re.findall(r'<form[^>]*action="/alertes".*?</form>', page, re.DOTALL)
    [asked] = re.findall(r'name="asked" value="([^"]*)"', form)
    recruiter.post("/alertes", data={"asked": unescape(asked)})
    assert [one.asked for one in saved(session)] == ["mots=vente&contrat=cdi"]


def test_the_same_search_is_saved_once_and_comes_back_when_it_was_removed(
    session: Session, recruiter: TestClient
) -> None:
    for asked in ("mots=vente&contrat=cdi", "contrat=cdi&mots=vente"):
        recruiter.post("/alertes", data={"asked": asked})
    [one] = saved(session)
    recruiter.post(f"/alertes/{one.id}/retrait")
    recruiter.post("/alertes", data={"asked": "mots=vente&contrat=cdi"})
    assert [(again.id, again.removed_at) for again in saved(session)] == [(one.id, None)]


def test_there_are_so_many_saved_searches_and_no_more(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    for number in range(SAVED_MAX):
        make_saved_search(session, marc, asked=f"mots={number}")
    session.commit()
    answer = recruiter.post("/alertes", data={"asked": "mots=vente"})
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "trop-d-alertes")


def test_a_saved_search_is_renamed_slowed_paused_and_resumed(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    one = make_saved_search(session, marc)
    session.commit()
    recruiter.post(f"/alertes/{one.id}", data={"name": "Vente au marché", "frequency": "weekly"})
    recruiter.post(f"/alertes/{one.id}/pause")
    [changed] = saved(session)
    assert (changed.name, changed.frequency) == ("Vente au marché", "weekly")
    assert changed.next_at == next_look("weekly", START)
    assert changed.paused_at == START
    recruiter.post(f"/alertes/{one.id}/reprise")
    assert [again.paused_at for again in saved(session)] == [None]


def test_a_nameless_change_is_refused_and_changes_nothing(
    session: Session, recruiter: TestClient, marc: Person
) -> None:
    one = make_saved_search(session, marc)
    session.commit()
    answer = recruiter.post(f"/alertes/{one.id}", data={"name": " ", "frequency": "weekly"})
    assert answer.status_code == 422
    assert [again.frequency for again in saved(session)] == ["daily"]


def test_a_removal_is_undone_from_the_page_that_says_it(
    session: Session, recruiter: TestClient, marc: Person, clock: MovingClock
) -> None:
    one = make_saved_search(session, marc)
    session.commit()
    page = recruiter.get(recruiter.post(f"/alertes/{one.id}/retrait").headers["location"]).text
    assert f'action="/alertes/{one.id}/retour"' in page
    recruiter.post(f"/alertes/{one.id}/retour")
    assert [again.removed_at for again in saved(session)] == [None]
    recruiter.post(f"/alertes/{one.id}/retrait")
    assert saved_searches.sweep_searches(session, clock.advance(hours=1)) == 1


@pytest.mark.parametrize("verb", ["", "/pause", "/reprise", "/retrait", "/retour", "/besoin"])
def test_a_saved_search_is_its_owner_s_alone(
    session: Session, sign_in: SignIn, marc: Person, verb: str
) -> None:
    one = make_saved_search(session, marc)
    session.commit()
    form = {"name": "À moi", "frequency": "weekly"}
    assert sign_in(make_recruiter(session)).post(f"/alertes/{one.id}{verb}", data=form).status_code == 404
    assert [(again.name, again.paused_at) for again in saved(session)] == [("Tous les profils", None)]


# Stopping


def test_one_click_from_a_letter_stops_it_without_signing_in(
    session: Session, client: TestClient, settings: Settings
) -> None:
    one = make_saved_search(session)
    session.commit()
    path = stop_path(settings, saved_searches.stop_page_path(one.id))
    assert "Ne plus recevoir ces e-mails ?" in words_of(client.get(path).text)
    assert [again.paused_at for again in saved(session)] == [None]
    # As mail programs ask it by themselves.  Source: RFC 8058, section 3.2.
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [again.paused_at for again in saved(session)] == [START]
    assert client.post(path).status_code == 200


def test_the_link_of_one_search_stops_no_other(
    session: Session, client: TestClient, settings: Settings
) -> None:
    one, other = make_saved_search(session), make_saved_search(session)
    session.commit()
    own = stop_path(settings, saved_searches.stop_page_path(one.id))
    for path in (own.replace(str(one.id), str(other.id)), f"{own[:-1]}{'x' if own[-1] != 'x' else 'y'}"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert [again.paused_at for again in saved(session)] == [None, None]
