"""French that is marked is read in the reader's language; nothing else of the program sees the difference."""

import re
from datetime import datetime
from html import unescape

import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, field_validator
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.testclient import TestClient

from app import mail
from app.db import new_id
from app.errors import Conflict, Invalid
from app.home.schemas import NEXT, STEP_LABELS
from app.settings import Settings
from app.videos.schemas import News, worded
from app.web.forms import parse
from app.web.security import FLASH_COOKIE, read_flash, redirect
from app.web.templating import environment
from app.words import N_, plain, said
from tests.conftest import SignIn
from tests.factories import make_admin, make_profile, make_resident
from tests.reading import main_of
from tests.whispers import whispered

READER = mail.Recipient(new_id(), "ines@courrier.test")


def printed(source: str, **values: object) -> str:
    """Return what a template prints."""
    return environment().from_string(source).render(values)


def test_without_a_catalogue_french_is_read_as_it_is_written() -> None:
    sentence = N_("Encore %(count)s mots", count=3)
    assert sentence == said(sentence) == printed("{{ sentence }}", sentence=sentence) == "Encore 3 mots"


def test_a_marked_sentence_is_translated_before_its_values_are_filled_in() -> None:
    sentence = N_("Encore %(count)s %(what)s", count=3, what=N_("mots"))
    assert whispered(lambda: said(sentence)) == "[Encore 3 [mots]]"


def test_a_template_translates_what_python_marked_wherever_it_stands() -> None:
    whole = {"title": N_("Reçu"), "label": N_("Où ?")}
    source = '{{ title }} / {{ label ~ " " ~ 1 }} / {{ [title, label]|join(", ") }} / {{ _("Retour") }}'
    assert whispered(lambda: printed(source, **whole)) == "[Reçu] / [Où ?] 1 / [Reçu], [Où ?] / [Retour]"


def test_what_is_not_marked_is_not_translated() -> None:
    assert whispered(lambda: said("Boulangerie Roux")) == "Boulangerie Roux"
    assert whispered(lambda: printed("{{ name }}", name="Boulangerie Roux")) == "Boulangerie Roux"


def test_values_are_escaped_with_the_sentence_and_a_percent_sign_stays() -> None:
    assert printed("{{ x }}", x=N_("Écrire « %(line)s »", line="<b>")) == "Écrire «\u00a0&lt;b&gt;\u00a0»"
    assert N_("42 % des cas") == "42 % des cas"
    assert said(N_("42 % des cas")) == said(N_("%(n)s %% des cas", n=42)) == "42\u00a0% des cas"


# As app/web/ts/words.test.ts has them: pages and their scripts are set alike.
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("C’est fait : rien ne reste ; vraiment ?", "C’est fait_: rien ne reste_; vraiment_?"),
        ("Touche « Reprendre » !", "Touche «_Reprendre_»_!"),
        ("« %(words)s » : %(job)s", "«_%(words)s_»_: %(job)s"),
        ("De 30 à 90 secondes, 1 000 profils, 20 km", "De 30 à 90_secondes, 1_000 profils, 20_km"),
        ("%(size)s Mo, %(radius)s km, %(percent)s %%", "%(size)s_Mo, %(radius)s_km, %(percent)s_%%"),
        ("À 12:30 sur https://a.test/?b=c ?", "À 12:30 sur https://a.test/?b=c_?"),
        ("%(name)s vous écrit, %(days)s jours", "%(name)s vous écrit, %(days)s_jours"),
        ("Un mois, 6 mois, %(n)s mois, 18 ans", "Un mois, 6_mois, %(n)s_mois, 18_ans"),
        ("%(count)s m’attendent, 5 s’affichent", "%(count)s m’attendent, 5 s’affichent"),
        ("Ouvrir /candidats ?mots=vente, 3 mots", "Ouvrir /candidats ?mots=vente, 3 mots"),
        ("Déjà\u00a0: noté", "Déjà_: noté"),
    ],
)
def test_no_line_breaks_where_french_allows_none(written: str, read: str) -> None:
    assert said(N_(written)) == read.replace("_", "\u00a0")
    assert N_(written) == written


def test_what_programs_read_has_plain_spaces() -> None:
    assert plain(N_("Rayon : %(radius)s km", radius=20)) == "Rayon : 20 km"
    assert whispered(lambda: plain(N_("Encore : 20 km"))) == "[Encore : 20 km]"


def test_a_sentence_of_several_is_set_too_and_another_language_as_it_is_written() -> None:
    source = "{{ ngettext('%(num)s profil : lui', '%(num)s profils : eux', count) }}"
    assert printed(source, count=2) == "2 profils\u00a0: eux"
    assert printed(source, count=0) == "0 profil\u00a0: lui"
    assert whispered(lambda: said(N_("Encore : 20 km"))) == "[Encore : 20 km]"


def test_a_page_a_refusal_and_a_letter_are_set_alike(
    *, client: TestClient, session: Session, settings: Settings, now: datetime
) -> None:
    page = client.get("/connexion", headers={"accept": "text/html"}).text
    assert not re.search(r"\w [;:?!»](?!\w)|« ", main_of(page))
    refused = client.post("/inscription/entreprise", data={"siret": "123"}).text
    assert "Ce numéro SIRET n’existe pas\u00a0: vérifiez" in main_of(refused)
    values = {"name": "Inès", "path": "/", "on": "2026-12-01", "contact": "equipe@visavis.example"}
    message = mail.render(mail.post(session, READER, "account_closed", values, now), settings)
    for subtype in ("plain", "html"):
        part = message.get_body((subtype,))
        assert part is not None
        words = unescape(str(part.get_content())).partition("<body")[2] or str(part.get_content())
        assert "1er décembre\u00a0: votre compte" in words
        assert "Ouvrir Vis-à-vis : " not in words


def test_a_sentence_is_filled_later() -> None:
    sentence = N_("%(most)s au plus")
    assert sentence.fill(most=12) == "12 au plus"
    assert whispered(lambda: said(sentence.fill(most=12))) == "[12 au plus]"


class Tea(BaseModel):
    """A form whose own sentence is marked."""

    sugar: int

    @field_validator("sugar")
    @classmethod
    def refuse(cls, sugar: int) -> int:
        """Refuse any number of lumps."""
        raise ValueError(N_("Pas plus de %(most)s sucres.", most=sugar - 1))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "[À remplir.]"), ("x", "[Écrire un nombre.]"), ("3", "[Pas plus de 2 sucres.]")],
)
def test_what_a_form_says_of_a_field_stays_marked(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(Tea, FormData({"sugar": typed}))
    assert whispered(lambda: said(refused.value.errors["sugar"])) == sentence


def test_the_word_after_an_action_is_kept_in_every_language_for_the_page_that_shows_it() -> None:
    cookie = redirect("/moi", N_("Certaines informations sont à corriger")).headers["set-cookie"]
    flash = read_flash({FLASH_COOKIE: cookie.partition("=")[2].partition(";")[0]})
    assert flash is not None
    assert flash.texts == {
        "fr": "Certaines informations sont à corriger",
        "en": "Some information needs correcting",
    }


class NoTeaLeft(Conflict):
    """The pot is empty."""

    title = N_("Il n’y a plus de thé")


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_refusal_is_read_in_the_language_of_whoever_asks(app: FastAPI, accept: str) -> None:
    router = APIRouter()

    @router.get("/the")
    def ask() -> None:
        raise NoTeaLeft(N_("Revenez à %(hour)s h.", hour=17))

    app.include_router(router)
    browser = TestClient(app, raise_server_exceptions=False)
    answer = whispered(lambda: browser.get("/the", headers={"accept": accept}))
    assert answer.status_code == NoTeaLeft.status
    for words in ("[Il n’y a plus de thé]", "[Revenez à 17 h.]"):
        assert words in answer.text


def test_a_page_whose_words_python_chose_is_read_in_the_language_of_whoever_asks(
    session: Session, sign_in: SignIn
) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False)
    page = whispered(lambda: sign_in(person).get("/moi")).text
    for words in (NEXT["agreement"].title, NEXT["agreement"].button, STEP_LABELS["script"][0], "Mes accords"):
        assert f"[{words}]" in page


def test_a_spreadsheet_is_read_in_the_language_of_whoever_asks(session: Session, sign_in: SignIn) -> None:
    table = whispered(lambda: sign_in(make_admin(session)).get("/bilan.csv")).text
    assert "[indicateur];[valeur];[définition]" in table
    assert "[Jeunes filmés];0;" in table


def test_the_news_of_a_video_are_read_in_the_language_of_whoever_asks() -> None:
    news = News(state="processing", step="ladder", percent=40, remaining_s=130, preview=False)
    sentence = whispered(lambda: worded(news)).sentence
    assert sentence == "[On prépare ta vidéo pour tous les écrans.] [Encore 3 minutes environ.]"
