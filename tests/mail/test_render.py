"""A letter reads the same in text and in HTML, and holds what was written in it, no more."""

import re
from datetime import datetime
from email.message import EmailMessage

import pytest

from app.db import new_id
from app.mail import LETTERS, render
from app.mail.letters import composed
from app.mail.models import Mail
from app.mail.stopping import stop_path
from app.settings import Settings
from tests.whispers import whispered

SAMPLE: dict[str, object] = {
    "name": "Aïcha",
    "path": "/moi?a=1&b=2",
    "minutes": 15,
    "hours": 24,
    "contact": "equipe@visavis.example",
    "days": 7,
    "until": "2026-12-01",
    "structure": "Mission locale du Nord",
    "adviser": "Claire",
    "company": "Boulangerie Roux",
    "resident": "Aïcha B.",
    "candidate": "Aïcha B.",
    "who": "Boulangerie Roux",
    "decision": "company_suspended",
    "is_reporter": True,
    "word": "Parle un peu plus fort.",
    "search": "boulanger à Lille",
    "count": 3,
    "unsubscribe": "/alertes/arret/01a20000-0000-7000-8000-000000000000",
    "what": "changed",
    "colleague": "Marc",
    "reason": "Le siège ne connaît pas cette personne.",
    "profiles": [],
    "headlines": ["Vendeuse en boulangerie, Marseille", "Vendeur, Lyon"],
    "job": "Vente en alimentation",
    "since": "2026-11-24",
    "on": "2026-11-26",
    "size": 1204,
    "note": "visavis.example/face-2026\n1204\nq83v\n\n— visavis.example/face-2026 q83v\n",
}


def sample(template: str, now: datetime, language: str = "fr", **values: object) -> Mail:
    """Return a mail with sample values, some replaced."""
    needed = {name: value for name, value in (SAMPLE | values).items() if name in LETTERS[template].values}
    return Mail(
        id=new_id(),
        recipient="a@courrier.test",
        template=template,
        values=needed,
        language=language,
        created_at=now,
    )


def letter(template: str, now: datetime, settings: Settings, **values: object) -> EmailMessage:
    """Render a letter with sample values, some replaced."""
    return render(sample(template, now, "fr", **values), settings)


def form_of(message: EmailMessage, subtype: str) -> str:
    """Return one form of a letter."""
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("template", LETTERS)
def test_every_letter_has_a_subject_a_text_and_an_html_form(
    template: str, now: datetime, settings: Settings
) -> None:
    message = letter(template, now, settings)
    assert message["Subject"]
    assert "https://testserver/moi?a=1&b=2" in form_of(message, "plain")
    assert 'href="https://testserver/moi?a=1&amp;b=2"' in form_of(message, "html")


@pytest.mark.parametrize("template", LETTERS)
def test_a_letter_that_comes_again_is_stopped_by_one_click_and_no_other_one_is(
    template: str, now: datetime, settings: Settings
) -> None:
    message = letter(template, now, settings)
    stop = f"https://testserver{stop_path(settings, str(SAMPLE['unsubscribe']))}"
    can_be_stopped = template in ("search_news", "need_published")
    assert message["List-Unsubscribe"] == (f"<{stop}>" if can_be_stopped else None)
    # On the wire too: a line that is too long for some policies must be neither folded nor encoded.
    assert (f"\nList-Unsubscribe: <{stop}>\n".encode() in message.as_bytes()) == can_be_stopped
    assert message["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if can_be_stopped else None)
    for subtype in ("plain", "html"):
        assert (stop in form_of(message, subtype)) == can_be_stopped


@pytest.mark.parametrize("template", LETTERS)
def test_the_text_of_a_letter_has_no_hole(template: str, now: datetime, settings: Settings) -> None:
    assert "\n\n\n" not in form_of(letter(template, now, settings), "plain")


@pytest.mark.parametrize("template", LETTERS)
def test_both_forms_say_the_same_words(template: str, now: datetime, settings: Settings) -> None:
    message = letter(template, now, settings)
    shown = re.sub(r"<[^>]+>", " ", form_of(message, "html").partition("<body")[2])
    words = form_of(message, "plain").partition("\n--\n")[0].replace("https://testserver/moi?a=1&b=2", "")
    missing = [word for word in re.findall(r"\w+", words) if word not in shown]
    assert not missing


@pytest.mark.parametrize("template", LETTERS)
def test_no_letter_asks_a_third_party_for_anything(template: str, now: datetime, settings: Settings) -> None:
    html = form_of(letter(template, now, settings), "html")
    assert not re.findall(r"(?:src|url|@import)\s*[=(]", html)
    assert set(re.findall(r"https?://[^/\"<\s]+", html)) == {"https://testserver"}


def test_what_somebody_wrote_is_escaped_in_html_and_kept_in_text(now: datetime, settings: Settings) -> None:
    message = letter("changes_requested", now, settings, word="<script>alert(1)</script> & plus fort")
    assert "<script>" not in form_of(message, "html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; plus fort" in form_of(message, "html")
    assert "<script>alert(1)</script> & plus fort" in form_of(message, "plain")


@pytest.mark.parametrize("template", LETTERS)
def test_every_sentence_of_a_letter_is_marked_for_translation(
    template: str, now: datetime, settings: Settings
) -> None:
    message = whispered(lambda: composed(sample(template, now), settings))
    own_words = [message["Subject"], *form_of(message, "plain").partition("\n--\n")[0].splitlines()]
    assert all(line.startswith("[") for line in own_words if line)


def test_a_name_cannot_add_a_header(now: datetime, settings: Settings) -> None:
    message = letter("submitted", now, settings, resident="Aïcha\r\nBcc: tous@courrier.test")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


def test_an_adviser_is_told_that_the_resident_has_no_mailbox(now: datetime, settings: Settings) -> None:
    own = letter("contact_received", now, settings, resident="")
    relayed = letter("contact_received", now, settings)
    assert own["Subject"] == "Boulangerie Roux t’écrit"
    assert relayed["Subject"] == "Boulangerie Roux écrit à Aïcha B."


def test_a_repeated_mail_has_the_same_identity(now: datetime, settings: Settings) -> None:
    mail = sample("published", now)
    assert render(mail, settings)["Message-ID"] == render(mail, settings)["Message-ID"]


def test_a_mailbox_shows_what_follows_the_greeting_beside_the_subject(
    now: datetime, settings: Settings
) -> None:
    html = form_of(letter("changes_requested", now, settings, word="Plus <fort>"), "html")
    shown = re.sub(r"<[^>]+>", "", html.partition("<body>")[2]).strip().partition("\n")[0]
    assert shown.startswith("Claire a relu ta présentation.")
    assert "Plus &lt;fort&gt;" in shown
    assert "Bonjour" not in shown


def test_a_list_of_a_letter_is_one_in_both_forms(now: datetime, settings: Settings) -> None:
    message = letter("search_news", now, settings)
    items = "<ul><li>Vendeuse en boulangerie, Marseille</li><li>Vendeur, Lyon</li></ul>"
    assert items in form_of(message, "html")
    assert "\n– Vendeuse en boulangerie, Marseille\n– Vendeur, Lyon\n" in form_of(message, "plain")


@pytest.mark.parametrize(("language", "day"), [("fr", "mardi 1er décembre"), ("en", "Tuesday 1 December")])
def test_what_is_owed_has_its_day_in_the_language_of_its_reader(
    now: datetime, settings: Settings, language: str, day: str
) -> None:
    message = render(sample("company_reminder", now, language), settings)
    for subtype in ("plain", "html"):
        assert day in form_of(message, subtype)


def test_a_letter_says_where_to_ask_although_nobody_reads_answers(now: datetime, settings: Settings) -> None:
    message = letter("published", now, settings)
    for subtype in ("plain", "html"):
        assert settings.contact_email in form_of(message, subtype)


def test_a_letter_keeps_its_button_and_width_where_the_style_sheet_is_dropped(
    now: datetime, settings: Settings
) -> None:
    html = form_of(letter("published", now, settings), "html")
    bare = re.sub(r"<style>.*</style>", "", html, flags=re.DOTALL)
    button = re.search(r'<td[^>]* bgcolor="(#\w+)"[^>]*>\s*<a href="[^"]+" style="[^"]*color:(#\w+)', bare)
    assert button
    assert button.groups() == ("#f6582a", "#2b1331")
    assert '<table role="presentation" width="560"' in bare
