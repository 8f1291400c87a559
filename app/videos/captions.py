"""Pure rules of captions: when each stands and what it says, what can be read in time, what follows what."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.errors import Invalid
from app.words import N_

# Source: charte relative à la qualité du sous-titrage (CSA, 2011), and the reading speed of EBU Tech 3380.
LINES_MAX = 2
LINE_MAX_CHARACTERS = 42
READING_MAX_CPS = 20
SHORTEST_S = 0.7
FAULTS = {
    "fast": N_("Trop long pour être lu : à raccourcir, ou à laisser plus longtemps."),
    "brief": N_("Trop bref pour être lu : 0,7 seconde au moins."),
    "wide": N_("Ligne trop longue : 42 signes au plus."),
    "tall": N_("Plus de deux lignes : à couper en deux."),
}

CUES_MAX = 400
TEXT_MAX_CHARACTERS = 500
ROUNDING_S = 0.5  # a file may say that its last caption ends a little after the recording


@dataclass(frozen=True)
class Cue:
    """One caption: when it stands and what it says, in lines."""

    start_s: float
    end_s: float
    text: str


class CaptionsWrong(Invalid):
    """What was given cannot stand as captions; the detail says which one, and why."""

    slug = "sous-titres-illisibles"
    title = N_("Ces sous-titres ne peuvent pas être lus")


def faults(cue: Cue) -> tuple[str, ...]:
    """Return what keeps a caption from being read in time, as keys of FAULTS: warnings, not refusals."""
    lines = cue.text.split("\n")
    lasts_s = cue.end_s - cue.start_s
    characters = sum(len(line) for line in lines)
    found = {
        # What is too brief is so whatever it says: one warning is enough.
        "fast": lasts_s >= SHORTEST_S and characters > READING_MAX_CPS * lasts_s,
        "brief": lasts_s < SHORTEST_S,
        "wide": any(len(line) > LINE_MAX_CHARACTERS for line in lines),
        "tall": len(lines) > LINES_MAX,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def plain(text: str) -> str:
    """Return the lines of a text without what cannot be seen, empty ones left out."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(
        sign for sign in composed if sign == "\n" or not unicodedata.category(sign).startswith("C")
    )
    lines = (" ".join(line.split()) for line in seen.split("\n"))
    return "\n".join(line for line in lines if line)


def tidy(cues: Iterable[Cue], duration_s: float) -> tuple[Cue, ...]:
    """Return captions in their order, none over the next one, none beyond the end, empty ones left out.

    Raise CaptionsWrong for what would have to be guessed: two at once, one that ends before it starts, one
    that comes after the end.
    """
    kept = sorted((rounded(cue) for cue in cues if plain(cue.text)), key=lambda cue: cue.start_s)
    if len(kept) > CUES_MAX:
        raise CaptionsWrong(N_("Il y en a trop : %(most)s au plus.", most=CUES_MAX))
    for cue in kept:
        judge(cue, duration_s)
    for cue, following in pairwise(kept):
        if following.start_s <= cue.start_s:
            raise CaptionsWrong(
                N_("À %(instant)s, deux sous-titres commencent ensemble.", instant=instant(cue.start_s))
            )
    limits_s = [*(cue.start_s for cue in kept[1:]), duration_s]
    return tuple(
        replace(cue, end_s=min(cue.end_s, limit_s)) for cue, limit_s in zip(kept, limits_s, strict=False)
    )


def rounded(cue: Cue) -> Cue:
    """Return a caption with its plain text, to the millisecond, as files write it."""
    return Cue(round(cue.start_s, 3), round(cue.end_s, 3), plain(cue.text))


def within(cues: Iterable[Cue], duration_s: float, earlier_s: float = 0.0) -> tuple[Cue, ...]:
    """Return what is left of captions of which a piece is shown: they stand so much earlier, or are gone."""
    moved = (replace(cue, start_s=cue.start_s - earlier_s, end_s=cue.end_s - earlier_s) for cue in cues)
    return tuple(
        replace(cue, start_s=round(max(0.0, cue.start_s), 3), end_s=round(min(cue.end_s, duration_s), 3))
        for cue in moved
        if cue.start_s < duration_s and cue.end_s > 0
    )


def put_back(whole: Iterable[Cue], kept: Iterable[Cue], start_s: float, end_s: float) -> tuple[Cue, ...]:
    """Return the captions of a whole recording of which a piece was put right by itself, `kept` on its clock.

    What lies outside the piece is as it was; one that stood across its edge lives on within it.
    """
    before = [cue for cue in whole if cue.end_s <= start_s]
    after = [cue for cue in whole if cue.start_s >= end_s]
    return (*before, *within(kept, end_s, -start_s), *after)


def judge(cue: Cue, duration_s: float) -> None:
    """Raise CaptionsWrong for a caption that can stand nowhere in a recording of this length."""
    at = instant(cue.start_s)
    if not 0 <= cue.start_s < cue.end_s:
        raise CaptionsWrong(N_("À %(instant)s, un sous-titre finit avant de commencer.", instant=at))
    if cue.start_s >= duration_s or cue.end_s > duration_s + ROUNDING_S:
        raise CaptionsWrong(
            N_("À %(instant)s, un sous-titre dépasse la fin : est-ce le bon fichier ?", instant=at)
        )
    if len(cue.text) > TEXT_MAX_CHARACTERS:
        raise CaptionsWrong(N_("À %(instant)s, le texte est trop long : à couper en plusieurs.", instant=at))


def instant(at_s: float) -> str:
    """Say an instant as a player shows it."""
    minutes, seconds = divmod(max(0, int(at_s)), 60)
    return f"{minutes}:{seconds:02d}"


def in_one_line(cue: Cue) -> str:
    """Return what a caption says as running text, for the transcript."""
    return " ".join(cue.text.split("\n"))


def transcript(cues: Sequence[Cue]) -> str:
    """Return all that is said, as one text."""
    return " ".join(in_one_line(cue) for cue in cues)
