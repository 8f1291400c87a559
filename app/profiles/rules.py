"""Pure rules of profiles: states and who may move them, what is missing, what texts may say."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.people.rules import Who, may_accompany
from app.places.rules import fold
from app.words import N_

STATES = ("draft", "submitted", "changes_requested", "published", "paused", "placed", "withdrawn", "erased")
PRESENTATIONS = ("video", "voice", "text")
EDUCATION_LEVELS = ("none", "cap_bep", "bac", "bac_2", "bac_3", "bac_5")
CONTRACT_TYPES = ("cdi", "cdd", "interim", "alternance", "internship", "immersion")
LANGUAGE_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
# How somebody found, when they care to say it.
PLACED_HOW = ("company_here", "adviser", "elsewhere")
VERDICTS = ("approved", "changes_requested")
SCRIPT_PARTS = ("who_i_am", "experience", "strengths", "conclusion")
JOBS_MAX = 3
LANGUAGES_MAX = 6
SKILLS_MAX = 12
RADII_KM = (5, 10, 20, 30, 50, 100)

# What people bring from one job, or from life, to another; French is what is read and searched.
COMPETENCES = {
    "teamwork": N_("Travailler en équipe"),
    "communication": N_("Écouter et communiquer"),
    "reliability": N_("Être fiable et à l’heure"),
    "initiative": N_("Prendre des initiatives"),
    "adaptability": N_("S’adapter"),
    "organisation": N_("S’organiser"),
    "problem_solving": N_("Trouver des solutions"),
    "learning": N_("Apprendre vite"),
    "customer_care": N_("Accueillir et rendre service"),
    "digital": N_("Utiliser le numérique"),
}

# Where a profile names the video that was approved: shown, hidden with it, kept by who has found.
KEEPS_VIDEO = ("published", "paused", "placed")
LIVE = ("draft", "submitted", "changes_requested", "published", "paused")
# Where each verb leads, from each state that knows it.  A new video or text may be submitted while the old
# one is shown: the state stays, and the old one with it.
TRANSITIONS: dict[str, dict[str, str]] = {
    "submit": {
        "draft": "submitted",
        "changes_requested": "submitted",
        "withdrawn": "submitted",
        "placed": "submitted",
        "published": "published",
        "paused": "paused",
    },
    "take_back": {"submitted": "draft", "published": "published", "paused": "paused"},
    "approve": {"submitted": "published", "published": "published", "paused": "paused"},
    "request_changes": {"submitted": "changes_requested", "published": "published", "paused": "paused"},
    "pause": {"published": "paused"},
    "resume": {"paused": "published"},
    "withdraw": dict.fromkeys((*LIVE, "placed"), "withdrawn"),
    "place": dict.fromkeys(LIVE, "placed"),
    "erase": dict.fromkeys(STATES, "erased"),
}

EMAIL = re.compile(r"[^\s@]+\s?@\s?[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
# A French number, however it is spaced.
PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)\s?33|0)[\s.\-]?[1-9](?:[\s.\-]?\d{2}){4}(?!\d)")
NOTE = re.compile(r"^\s*(?:(\d{1,2}):([0-5]\d)|(\d{1,3})\s?s?)\s+(\S.*?)\s*$")
WORD = re.compile(r"[^\W_]+")
# Less cannot be read as somebody presenting themselves.
TEXT_WORDS_MIN = 30


class Note(NamedTuple):
    """An adviser's remark about one instant of the video."""

    at_s: float
    note: str


class Verdict(NamedTuple):
    """What an adviser said, when, and of which video; of a text there is none."""

    verdict: str
    at: datetime
    video_id: UUID | None


class Made(NamedTuple):
    """A video that can be sent, and when it was made, or made anew."""

    video_id: UUID
    ready_at: datetime


@dataclass(frozen=True)
class Draft:
    """What is there already, as far as sending it to review depends on it.

    `captioned` says that no captions wait to be validated: one may send without, but not be shown.
    """

    presentation: str
    headline: str
    jobs: int
    contracts: int
    zones: int
    script_words: int
    video_ready: bool
    agreed: bool
    captioned: bool = True


def next_state(state: str, verb: str) -> str | None:
    """Return where `verb` leads from `state`, None when it is not possible there."""
    return TRANSITIONS[verb].get(state)


def may_review(who: Who, structure_id: UUID | None, person_id: UUID) -> bool:
    """Tell whether this person may judge a profile: an adviser of its verified structure, not its owner."""
    return may_accompany(who, structure_id) and who.person_id != person_id


def awaits_review(state: str, *, replacing: bool) -> bool:
    """Tell whether an adviser has to look: a first presentation, or a new one beside the one shown."""
    return state == "submitted" or (replacing and state in ("published", "paused"))


def use_of_video(state: str, *, proposed: bool) -> str | None:
    """Return what a profile does with a video that it names: `judged`, one of KEEPS_VIDEO, or None."""
    if proposed and awaits_review(state, replacing=True):
        return "judged"
    return state if state in KEEPS_VIDEO and not proposed else None


def is_as_judged(verdict: Verdict, presentation: str, made: Made | None, script_at: datetime | None) -> bool:
    """Tell whether what would be sent is what the last verdict was about: that very text, and that video.

    A video that was cut since is another one.
    """
    same_text = script_at is None or script_at <= verdict.at
    same_video = made is not None and made.video_id == verdict.video_id and made.ready_at <= verdict.at
    return same_text and (presentation == "text" or same_video)


def stage_of(state: str, *, waiting: bool, newest_is_shown: bool, may_send: bool, came_back: bool) -> str:
    """Return where sending is: `waiting`, `shown`, `lacking`, `came_back` (nothing redone yet) or `ready`."""
    if waiting:
        return "waiting"
    if newest_is_shown and state in ("published", "paused"):
        return "shown"
    if not may_send:
        return "lacking"
    return "came_back" if came_back else "ready"


def may_choose_presentation(state: str) -> bool:
    """Tell whether the kind of presentation may change: not while one is shown or judged."""
    return state in ("draft", "changes_requested", "withdrawn", "placed")


def shown_name(given_name: str, family_name: str) -> str:
    """Return the first name and an initial, « Aïcha B. »."""
    initial = family_name.strip()[:1].upper()
    return f"{given_name.strip()} {initial}." if initial else given_name.strip()


def missing(draft: Draft) -> tuple[str, ...]:
    """Return what has to be done before sending, in the order of the path."""
    lacks = {
        "agreement": not draft.agreed,
        "headline": not draft.headline.strip(),
        "jobs": not draft.jobs,
        "contracts": not draft.contracts,
        "zones": not draft.zones,
        "script": draft.presentation == "text" and draft.script_words < TEXT_WORDS_MIN,
        "video": draft.presentation == "video" and not draft.video_ready,
        "voice": draft.presentation == "voice" and not draft.video_ready,
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def words_in(*texts: str) -> int:
    """Count the words of texts, as the counter in the page does."""
    return sum(1 for text in texts for word in text.split() if any(letter.isalnum() for letter in word))


def gives_contact(text: str) -> bool:
    """Tell whether a text gives a phone number or an e-mail address: those stay hidden until accepted."""
    return bool(EMAIL.search(text) or PHONE.search(text))


def read_note(line: str) -> Note | None:
    """Return the note of a line « 0:12 Parle plus fort » or « 12 Parle plus fort », None when it is none."""
    found = NOTE.match(line)
    if found is None:
        return None
    minutes, seconds, alone, note = found.groups()
    return Note(float(alone) if alone else int(minutes) * 60.0 + int(seconds), note)


def without_words(text: str, names: str) -> str:
    """Return a text without the words of `names`, however they are written there."""
    unsaid = set(fold(names).split())
    return WORD.sub(lambda word: "" if set(fold(word[0]).split()) & unsaid else word[0], text)


def split_skills(text: str) -> tuple[str, ...]:
    """Return the skills of a text with one a line, or commas between them: each once, in order."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    unique: dict[str, str] = {}
    for part in parts:
        if part:
            unique.setdefault(part.casefold(), part)
    return tuple(unique.values())
