"""What a person writes of themselves: the steps of the profile, the script, the kind of presentation."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.profiles.models import Profile, Script
from app.profiles.rules import SCRIPT_PARTS, may_choose_presentation
from app.profiles.service import ProfileStateForbids, forget_approved, touch
from app.words import N_


class TextInReview(Conflict):
    """An adviser is reading the text: it stays as it was sent."""

    slug = "texte-en-relecture"
    title = N_("Ton texte est en relecture")


class Changes(TypedDict, total=False):
    """What one step of the form writes."""

    headline: str
    about: str
    education_level: str | None
    available_on: date | None
    contract_types: list[str]
    skills: list[str]
    competences: list[str]


def save_form(session: Session, profile: Profile, changes: Changes, now: datetime) -> None:
    """Write what one step of the form says; what is published shows it at once."""
    for name, value in changes.items():
        setattr(profile, name, value)
    touch(session, profile, now)


def save_script(session: Session, profile: Profile, text: Mapping[str, str], now: datetime) -> None:
    """Write the four parts of the script, shown to nobody before a review; raise TextInReview during one."""
    if profile.is_sent:
        raise TextInReview(N_("Pour le changer, annule d’abord ton envoi : tu le renverras ensuite."))
    if profile.script is None:
        profile.script = Script(updated_at=now)
    if any(getattr(profile.script, part) != text[part] for part in SCRIPT_PARTS):
        profile.script.updated_at = now  # a verdict on a text holds as long as no word of it changes
    for part in SCRIPT_PARTS:
        setattr(profile.script, part, text[part])
    session.flush()


def choose_presentation(session: Session, profile: Profile, kind: str) -> None:
    """Choose how the person presents themselves; raise ProfileStateForbids while one is shown or judged.

    What was approved was so for another kind: it does not come back.
    """
    if not may_choose_presentation(profile.state):
        raise ProfileStateForbids(N_("Retire d’abord ce que tu as envoyé."))
    if kind != profile.presentation:
        forget_approved(profile)
    profile.presentation = kind
    session.flush()
