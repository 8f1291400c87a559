"""Whatever visitors and recruiters read has its English, whole: `make messages` lists what lacks."""

import re

import pytest
from babel.messages.catalog import Catalog, Message
from fastapi import FastAPI

from app.web.language import FRENCH_ONLY
from tests.house.english import (
    CATALOGUE,
    english_pages,
    extracted_messages,
    is_spoken_script,
    lacking,
    read,
    spoken_files,
    updated,
)
from tests.house.routes import addresses

PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|%)")
# What only French says, in a sentence that is English.
FRENCH = re.compile(r"\b(?:vous|votre|vos|leur|avec|pour|dans|les|une|des|est|sont|ne|pas)\b", re.IGNORECASE)
# First parts of the addresses that visitors and recruiters open: what is there has its English.
ENGLISH_TOO = {
    "",
    "alertes",
    "besoins",
    "candidats",
    "compte",
    "connexion",
    "deconnexion",
    "entreprise",
    "favoris",
    "inscription",
    "invitation",
    "langue",
    "messages",
    "problemes",
    "signaler",
    "statistiques",
    "accessibilite",
    "confidentialite",
    "mentions-legales",
}
# And of those where no page is: files, and what scripts and programs ask.
WITHOUT_PAGES = {"healthz", "lectures", "lieux", "media", "medias", "readyz", "version", "videos"}


def forms(text: object) -> list[str]:
    """Return the forms of a sentence: two for a plural."""
    return [text] if isinstance(text, str) else [str(form) for form in text]  # type: ignore[attr-defined]  # a tuple


def blanks(message: Message) -> list[str]:
    """Name what is wrong with the blanks of a translation: each one is filled, and no other."""
    wanted = names_in(*forms(message.id))
    single, *others = forms(message.string)
    wrong = [form for form in others if names_in(form) != wanted]
    # « One thing » says the number by itself.
    return wrong + [single] * (not names_in(single) <= wanted if others else names_in(single) != wanted)


def names_in(*sentences: str) -> set[str]:
    """Return the blanks of sentences; a literal percent sign is one, without a name."""
    return set(PLACEHOLDER.findall(" ".join(sentences)))


def of_scripts(catalogue: Catalog) -> set[object]:
    """Return the sentences that pages hand to their scripts."""
    return {one.id for one in catalogue if any(is_spoken_script(path) for path, _ in one.locations)}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read(CATALOGUE)


def test_every_sentence_that_visitors_and_recruiters_read_has_its_english(catalogue: Catalog) -> None:
    assert [message.id for message in lacking(extracted_messages(), catalogue)] == []


def test_the_catalogue_holds_what_is_said_today_and_nothing_else(catalogue: Catalog) -> None:
    current = updated(extracted_messages(), catalogue)
    assert {message.id for message in catalogue} == {message.id for message in current}
    assert of_scripts(catalogue) == of_scripts(current)


def test_no_translation_waits_to_be_looked_at(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_a_translation_fills_the_blanks_of_its_sentence(catalogue: Catalog) -> None:
    assert [wrong for message in catalogue if message.id for wrong in blanks(message)] == []


def test_a_translation_is_no_french(catalogue: Catalog) -> None:
    translations = [form for message in catalogue if message.id for form in forms(message.string)]
    assert [form for form in translations if FRENCH.search(form)] == []


def test_a_blank_that_does_not_agree_is_found() -> None:
    assert blanks(Message("%(a)s et %(b)s", "%(a)s and %(c)s"))
    assert blanks(Message(("%(num)s mot de %(a)s", "%(num)s mots de %(a)s"), ("one word", "%(num)s words")))
    assert not blanks(Message(("%(num)s mot", "%(num)s mots"), ("one word", "%(num)s words")))


def test_every_address_says_whether_it_has_english(app: FastAPI) -> None:
    starts = {address.path.split("/")[1] for address in addresses(app)}
    assert starts - FRENCH_ONLY - ENGLISH_TOO - WITHOUT_PAGES == set()
    assert not FRENCH_ONLY & (ENGLISH_TOO | WITHOUT_PAGES)


def test_pages_are_found_from_their_addresses_and_residents_are_not_among_them() -> None:
    pages = english_pages()
    assert {"home/landing.html", "people/register.html", "directory/results.html", "problem.html"} <= pages
    assert not pages & {"home/path.html", "videos/studio.html", "contacts/received.html"}
    assert "app/web/templates/base.html" in spoken_files()
    assert is_spoken_script("app/web/ts/player/player.ts")
    assert not is_spoken_script("app/web/ts/studio/studio.ts")
