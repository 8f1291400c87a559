"""Letters: the templates, the values that each needs, and a message in text and HTML from the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.mail.models import Mail
from app.settings import Settings
from app.words import translate

TEMPLATES_DIR = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Letter:
    """One kind of letter: its words, which stand once for both forms, and the values that it needs.

    Every letter has one button: the value `path` is its address on this site.
    """

    words: str
    values: frozenset[str]


def letter(words: str, *values: str) -> Letter:
    """Return a letter that greets `name` and leads to `path`, and needs `values` besides."""
    return Letter(words, frozenset({"name", "path", *values}))


LETTERS: Mapping[str, Letter] = {
    "sign_in_link": letter("sign_in_link.txt", "minutes"),
    "email_change": letter("email_change.txt", "hours"),
    "email_changed": letter("email_changed.txt", "contact"),
    "invitation": letter("invitation.txt", "structure", "adviser", "days"),
    "adviser_invitation": letter("adviser_invitation.txt", "structure", "days"),
    "company_verified": letter("company_verified.txt", "company"),
    # `resident` is empty when the resident reads it, the shown name when it goes to the adviser.
    "contact_received": letter("contact_received.txt", "company", "resident"),
    "contact_accepted": letter("contact_accepted.txt", "candidate"),
    "changes_requested": letter("changes_requested.txt", "adviser", "word"),
    "published": letter("published.txt"),
    "submitted": letter("submitted.txt", "resident"),
}


class LetterIncomplete(ValueError):
    """A service posts a letter that does not exist, or without the values that its words name."""


def check(template: str, values: Mapping[str, object]) -> None:
    """Raise LetterIncomplete unless `values` are the ones that the letter needs."""
    if template not in LETTERS:
        raise LetterIncomplete(f"No letter {template}: {sorted(LETTERS)}")
    if wrong := LETTERS[template].values ^ values.keys():
        raise LetterIncomplete(f"Letter {template}, missing or unknown values: {sorted(wrong)}")


@cache
def environment(layout: str) -> Environment:
    """Return the templates for one form: `layout.html` escapes, `layout.txt` does not."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=layout.endswith(".html"),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translate(env)
    env.filters["paragraphs"] = paragraphs
    env.globals["layout"] = layout
    return env


def paragraphs(words: str) -> Markup:
    """Return the escaped words with each blank line become the end of a paragraph."""
    parts = (" ".join(part.split()) for part in words.split("\n\n"))
    return Markup("\n").join(Markup("<p>{}</p>").format(Markup(part)) for part in parts if part)  # noqa: S704 - escaped by the environment before the filter gets it


def written(mail: Mail, layout: str, settings: Settings) -> str:
    """Return one form of a letter."""
    words = LETTERS[mail.template].words
    url = settings.public_url.rstrip("/") + mail.values["path"]
    return environment(layout).get_template(words).render(mail.values | {"url": url})


def render(mail: Mail, settings: Settings) -> EmailMessage:
    """Return the message of a mail; its Message-ID is the mail's own, so that a repeat can be recognised."""
    subject, _, text = written(mail, "layout.txt", settings).partition("\n")
    message = EmailMessage()
    # A name may hold anything: a header holds one line.
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{urlsplit(settings.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(text.strip() + "\n")
    message.add_alternative(written(mail, "layout.html", settings), subtype="html")
    return message
