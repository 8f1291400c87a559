"""Letters: the templates, the values that each needs, and a message in text and HTML from the same words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from textwrap import shorten
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.mail.drafts import Draft
from app.mail.models import Mail
from app.mail.stopping import stop_path
from app.paris import weekday
from app.settings import Settings
from app.words import speaking, translate

TEMPLATES_DIR = Path(__file__).parent / "templates"
DASH = "– "
# What mailboxes show beside a subject at most.
PREVIEW_LETTERS = 140
STOP_HEADER = "List-Unsubscribe"


class Unfolded(EmailPolicy):
    """Mail whose link that stops it stays as it is: folded it is encoded, and no mailbox reads it as a link.

    Source: RFC 2369, section 2 (a bracketed URL); RFC 5322, 2.1.1 (a line may have 998 characters).
    """

    def fold(self, name: str, value: str) -> str:
        """Return a header as text."""
        return f"{name}: {value}{self.linesep}" if name == STOP_HEADER else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as it is sent."""
        return self.fold(name, value).encode() if name == STOP_HEADER else super().fold_binary(name, value)


POLICY = Unfolded()


@dataclass(frozen=True)
class Letter:
    """One kind of letter: its words, which stand once for both forms, and the values that it needs.

    Every letter has one button: the value `path` is its address on this site.  The last one goes to somebody
    who is erased: nothing is kept of it once it left, or never will.
    """

    words: str
    values: frozenset[str]
    is_last: bool = False

    @property
    def can_be_stopped(self) -> bool:
        """Whether it comes again and again until its reader says no (RFC 8058)."""
        return "unsubscribe" in self.values


def letter(words: str, *values: str, is_last: bool = False) -> Letter:
    """Return a letter that greets `name` and leads to `path`, and needs `values` besides.

    With `unsubscribe`, the page where this kind of letter is stopped, by one click: what comes again and
    again has one, what somebody asked for or must know has none.
    """
    return Letter(words, frozenset({"name", "path", *values}), is_last)


LETTERS: Mapping[str, Letter] = {
    "sign_in_link": letter("sign_in_link.txt", "minutes"),
    "email_change": letter("email_change.txt", "hours"),
    "email_changed": letter("email_changed.txt", "contact"),
    "invitation": letter("invitation.txt", "structure", "adviser", "days"),
    "adviser_invitation": letter("adviser_invitation.txt", "structure", "days"),
    # `what` happened: added, changed, recovered (a code on paper) or reset.
    "second_step": letter("second_step.txt", "what"),
    "colleague_invitation": letter("colleague_invitation.txt", "structure", "colleague", "days"),
    "company_refused": letter("company_refused.txt", "company", "reason", "contact"),
    "company_suspended": letter("company_suspended.txt", "company", "reason", "contact"),
    "registration": letter("registration.txt", "hours", "days"),
    "company_waiting": letter("company_waiting.txt", "company"),
    "company_verified": letter("company_verified.txt", "company"),
    # `resident` is empty when the resident reads it, the shown name when it goes to the adviser.
    "contact_received": letter("contact_received.txt", "company", "resident", "until"),
    "contact_to_forward": letter("contact_to_forward.txt", "company", "resident"),
    # What an adviser tells somebody whom neither letter nor text message reaches.
    "word_to_tell": letter("word_to_tell.txt", "company", "resident"),
    "outcome_to_tell": letter("outcome_to_tell.txt", "company", "resident"),
    "contact_accepted": letter("contact_accepted.txt", "candidate", "until"),
    "contact_reminder": letter("contact_reminder.txt", "company", "until"),
    "contact_expired": letter("contact_expired.txt", "candidate"),
    "contact_taken_back": letter("contact_taken_back.txt", "candidate"),
    "company_reminder": letter("company_reminder.txt", "candidate", "until"),
    "company_silent": letter("company_silent.txt", "candidate"),
    "company_answered": letter("company_answered.txt", "company"),
    "candidate_left": letter("candidate_left.txt", "candidate"),
    # A recruiter left, or a whole company did, or it is back; `resident` as above.
    "exchanges_left": letter("exchanges_left.txt", "colleague", "count"),
    "company_gone": letter("company_gone.txt", "company", "resident"),
    "company_back": letter("company_back.txt", "company", "resident"),
    # A mailbox or phone that somebody else said is theirs.
    "disowned": letter("disowned.txt", "resident"),
    "withdrawn": letter("withdrawn.txt"),
    "account_closed": letter("account_closed.txt", "on", "contact", is_last=True),
    "outcome_to_confirm": letter("outcome_to_confirm.txt", "who"),
    "outcome_told": letter("outcome_told.txt", "who"),
    "follow_up": letter("follow_up.txt", "company"),
    "follow_up_with": letter("follow_up_with.txt", "company", "resident"),
    "flag_decided": letter("flag_decided.txt", "decision", "word", "is_reporter"),
    "changes_requested": letter("changes_requested.txt", "adviser", "word"),
    "published": letter("published.txt"),
    # It is stopped for one saved search; `headlines` are the first of its new profiles.
    # `profiles` are the ids of those whom `headlines` are of: who is hidden before it leaves is taken out.
    "search_news": letter("search_news.txt", "search", "count", "headlines", "profiles", "unsubscribe"),
    "submitted": letter("submitted.txt", "resident"),
    "need_published": letter("need_published.txt", "company", "job", "unsubscribe"),
    "need_proposed": letter("need_proposed.txt", "company", "job", "structure"),
    "need_answered": letter("need_answered.txt", "job", "count"),
    "need_agreed": letter("need_agreed.txt", "job", "candidate"),
    # The signed closing of the days from `since` to `on`, to those who keep it outside the service.
    "journal_closed": letter("journal_closed.txt", "since", "on", "size", "note"),
    "need_ends_soon": letter("need_ends_soon.txt", "job", "count", "until"),
}

# What asks whether a mailbox is somebody's goes there though somebody else said that it is theirs.
ASK_THE_MAILBOX = frozenset({"email_change"})


class LetterIncomplete(ValueError):
    """A service posts a letter that does not exist, or without the values that its words name."""


def check(draft: Draft) -> None:
    """Raise LetterIncomplete unless the values are the ones that the letter needs."""
    if draft.template not in LETTERS:
        raise LetterIncomplete(f"No letter {draft.template}: {sorted(LETTERS)}")
    if wrong := LETTERS[draft.template].values ^ draft.values.keys():
        raise LetterIncomplete(f"Letter {draft.template}, missing or unknown values: {sorted(wrong)}")


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
    env.filters.update(paragraphs=paragraphs, preview=preview, day=day)
    env.globals["layout"] = layout
    return env


def paragraphs(words: str) -> Markup:
    """Return the escaped words with paragraphs between blank lines, and lines with dashes a list."""
    parts = ([line.strip() for line in part.strip().splitlines()] for part in words.split("\n\n"))
    return Markup("\n").join(paragraph(lines) for lines in parts if any(lines))


def paragraph(lines: Sequence[str]) -> Markup:
    """Return escaped lines as one paragraph, or as a list when each of them begins with a dash."""
    if all(line.startswith(DASH) for line in lines):
        items = (Markup("<li>{}</li>").format(Markup(line.removeprefix(DASH))) for line in lines)  # noqa: S704 - escaped by the environment before the filter gets it
        return Markup("<ul>{}</ul>").format(Markup().join(items))
    return Markup("<p>{}</p>").format(Markup(" ".join(lines)))  # noqa: S704 - as above


def preview(words: str) -> str:
    """Return what a mailbox shows beside the subject: what follows the greeting, as far as it shows it."""
    _, _, told = Markup(words).unescape().strip().partition("\n\n")  # noqa: S704 - as above
    return shorten(told, PREVIEW_LETTERS, placeholder="…")


def day(on: str) -> str:
    """Write an ISO day of a letter's values as its reader says it: « mardi 1er décembre »."""
    return weekday(date.fromisoformat(on))


def address_on(settings: Settings, path: str) -> str:
    """Return the whole address of a path of this site."""
    return settings.public_url.rstrip("/") + path


def stop_address(mail: Mail, settings: Settings) -> str:
    """Return the whole address that stops letters like this one."""
    return address_on(settings, stop_path(settings, mail.values["unsubscribe"]))


def written(mail: Mail, layout: str, settings: Settings) -> str:
    """Return one form of a letter."""
    letter = LETTERS[mail.template]
    links = {
        "url": address_on(settings, mail.values["path"]),
        "stop_url": stop_address(mail, settings) if letter.can_be_stopped else "",
        "language": mail.language,
        "team": settings.contact_email,
    }
    return environment(layout).get_template(letter.words).render(mail.values | links)


def render(mail: Mail, settings: Settings) -> EmailMessage:
    """Return the message of a mail in the language of its reader."""
    with speaking(mail.language):
        return composed(mail, settings)


def composed(mail: Mail, settings: Settings) -> EmailMessage:
    """Return the message; its Message-ID is the mail's own, so that a repeat can be recognised."""
    subject, _, text = written(mail, "layout.txt", settings).partition("\n")
    message = EmailMessage(POLICY)
    # A name may hold anything: a header holds one line.
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{urlsplit(settings.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.language
    if LETTERS[mail.template].can_be_stopped:
        message[STOP_HEADER] = f"<{stop_address(mail, settings)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(squeezed(text) + "\n")
    message.add_alternative(written(mail, "layout.html", settings), subtype="html")
    return message


def squeezed(text: str) -> str:
    """Return a text in which what a letter left out leaves no hole."""
    return re.sub(r"\n{3,}", "\n\n", text.strip())
