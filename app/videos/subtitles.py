"""Caption files: WebVTT written and read, SubRip (.srt) read; pure, and a bad file is refused by its line.

No library does this part: webvtt-py 0.6 leaves out a caption whose time it cannot read, glues the next one of
an .srt to the one before, and keeps one that ends before it starts, without a word.  Whoever sends a file
would find out by watching it.
"""

import html
import re
from collections.abc import Iterable, Iterator

from app.videos.captions import CUES_MAX, CaptionsWrong, Cue, plain
from app.words import N_

FILE_MAX_CHARACTERS = 200_000
MEDIA_TYPE = "text/vtt"
ARROW = "-->"
TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,](\d{3})"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?:\s.*)?")
TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
# Blocks of WebVTT that say nothing to be read.
ASIDE = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")

Block = list[tuple[int, str]]


def written(cues: Iterable[Cue]) -> str:
    """Return captions as a WebVTT file."""
    blocks = (
        f"{time(cue.start_s)} {ARROW} {time(cue.end_s)}\n{html.escape(cue.text, quote=False)}\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def time(at_s: float) -> str:
    """Write an instant as WebVTT does, to the millisecond."""
    minutes, ms = divmod(round(at_s * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{ms // 1000:02d}.{ms % 1000:03d}"


def read(text: str) -> tuple[Cue, ...]:
    """Return the captions of a WebVTT or SubRip file as they stand in it, without tags and settings.

    Raise CaptionsWrong, which says the line, for what is neither.
    """
    if len(text) > FILE_MAX_CHARACTERS:
        raise CaptionsWrong(N_("Le fichier est trop lourd : 200 Ko au plus."))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = blocks_of(lines)
    if re.match(r"WEBVTT(\s|$)", lines[0]):
        next(found)  # the header, up to the first empty line
    cues = [cue_of(block) for block in found if not ASIDE.match(block[0][1])]
    if not cues:
        raise CaptionsWrong(N_("On n’y trouve aucun sous-titre."))
    if len(cues) > CUES_MAX:
        raise CaptionsWrong(N_("Il y en a trop : %(most)s au plus.", most=CUES_MAX))
    return tuple(cues)


def blocks_of(lines: Iterable[str]) -> Iterator[Block]:
    """Yield what stands between empty lines, each line with its number, from 1."""
    block: Block = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def cue_of(block: Block) -> Cue:
    """Return the caption of a block: a name that nobody needs, the times, then the words."""
    (number, first), *rest = block
    if ARROW not in first and rest:
        (number, first), *rest = rest
    times = TIMING.fullmatch(first)
    if times is None:
        raise CaptionsWrong(
            N_(
                "Ligne %(number)s : il faut deux temps, comme « 00:00:01.000 --> 00:00:03.500 ».",
                number=number,
            )
        )
    start_s, end_s = seconds(*times.groups()[:4]), seconds(*times.groups()[4:])
    if end_s <= start_s:
        raise CaptionsWrong(N_("Ligne %(number)s : ce sous-titre finit avant de commencer.", number=number))
    for below, line in rest:
        if ARROW in line:
            raise CaptionsWrong(
                N_("Ligne %(number)s : il manque une ligne vide avant ce sous-titre.", number=below - 1)
            )
    return Cue(start_s, end_s, words("\n".join(line for _, line in rest)))


def seconds(hours: str | None, minutes: str, whole: str, thousandths: str) -> float:
    """Return an instant in seconds."""
    whole_s = (int(hours or 0) * 60 + int(minutes)) * 60 + int(whole)
    return (whole_s * 1000 + int(thousandths)) / 1000


def words(text: str) -> str:
    """Return what is read of a text: no tags, no entities, no blanks that one does not see."""
    return plain(html.unescape(TAG.sub("", text)))
