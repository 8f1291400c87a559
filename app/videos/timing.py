"""Gives the captions of a text their times, from where its lines were found in speech."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.videos.captions import READING_MAX_CPS, Cue

STANDS_MIN_S = 1.0
GAP_MIN_S = 0.5  # a shorter one flickers
ROOM_SHARE = 0.5  # of the time that lines take: with less speech to stand on, they were not said
STRAY_MAX_S, STRAY_MAX_SHARE = 2.0, 0.1  # more speech without captions is something that was not written
FOUND_MIN_SHARE = 0.5  # with fewer lines, what was found may be chance


@dataclass(frozen=True)
class Found:
    """A line of the text, by its number, and when it is said."""

    line: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Stray:
    """Speech that is no line that was found: after how many of those, when, and how much is not silence."""

    place: int
    start_s: float
    end_s: float
    spoken_s: float


@dataclass(frozen=True)
class Heard:
    """What was made out of speech: lines and strays in the order of time, when speech begins and ends."""

    found: tuple[Found, ...]
    stray: tuple[Stray, ...]
    start_s: float
    end_s: float


def timed(texts: Sequence[str], heard: Heard, duration_s: float) -> tuple[tuple[Cue, ...], bool]:
    """Return the captions in the order in which they are said, and whether all of it can be relied upon.

    A line that was not found stands where speech is left over in its place; without any it was not said, and
    is left out.
    """
    if not is_found(texts, heard):
        return proportional(texts, heard.start_s, heard.end_s, duration_s), False
    guessed = list(_guessed(texts, heard))
    stray_s = sum(stray.spoken_s for stray in heard.stray)
    is_whole = len(heard.found) == len(texts)
    is_all = stray_s <= max(STRAY_MAX_S, STRAY_MAX_SHARE * (heard.end_s - heard.start_s))
    cues = [Cue(each.start_s, each.end_s, texts[each.line]) for each in (*heard.found, *guessed)]
    return readable(cues, duration_s), is_whole and is_all


def is_found(texts: Sequence[str], heard: Heard) -> bool:
    """Tell whether enough of a text was found in speech for the rest to be placed by it."""
    return len(heard.found) >= FOUND_MIN_SHARE * len(texts)


def proportional(texts: Sequence[str], start_s: float, end_s: float, duration_s: float) -> tuple[Cue, ...]:
    """Share a time out among captions by their length: all that can be said of them without hearing."""
    lines = _shared(range(len(texts)), texts, start_s, end_s)
    return readable([Cue(each.start_s, each.end_s, texts[each.line]) for each in lines], duration_s)


def readable(cues: Sequence[Cue], duration_s: float) -> tuple[Cue, ...]:
    """Put captions in order and let them stand as long as they take to read, where the next one allows it."""
    if not cues:
        return ()
    ordered = sorted(cues, key=lambda cue: (cue.start_s, cue.end_s))
    nexts = [*(cue.start_s for cue in ordered[1:]), max(duration_s, ordered[-1].end_s)]
    made = []
    for cue, next_s in zip(ordered, nexts, strict=True):
        wanted_s = max(STANDS_MIN_S, len(cue.text) / READING_MAX_CPS)
        end_s = max(cue.end_s, cue.start_s + wanted_s)
        made.append(Cue(cue.start_s, next_s if end_s > next_s - GAP_MIN_S else end_s, cue.text))
    return tuple(made)


def _guessed(texts: Sequence[str], heard: Heard) -> Iterator[Found]:
    """Place the lines that were not found, run by run, beside the lines around them in the text."""
    found_s = sum(each.end_s - each.start_s for each in heard.found)
    pace_s = found_s / sum(len(texts[each.line]) for each in heard.found)
    left = {stray.place: stray for stray in heard.stray}
    for run in _missing(len(texts), heard.found):
        needed_s = pace_s * sum(len(texts[line]) for line in run)
        for place in _places(run, len(texts), heard.found):
            if place in left and left[place].spoken_s >= ROOM_SHARE * needed_s:
                stray = left.pop(place)
                yield from _shared(run, texts, stray.start_s, stray.end_s)
                break


def _missing(count: int, found: Sequence[Found]) -> list[range]:
    """List the runs of lines between those that were found."""
    known = [-1, *sorted(each.line for each in found), count]
    return [range(before + 1, after) for before, after in pairwise(known) if after - before > 1]


def _places(run: range, count: int, found: Sequence[Found]) -> list[int]:
    """List where in time a run may stand: after the line before it, then before the line behind it."""
    order = [each.line for each in found]
    after = [order.index(run.start - 1) + 1] if run.start else []
    ahead = [order.index(run.stop)] if run.stop < count else []
    return after + ahead


def _shared(lines: Sequence[int], texts: Sequence[str], start_s: float, end_s: float) -> Iterator[Found]:
    """Share a time out among lines by their length."""
    pace_s = (end_s - start_s) / max(1, sum(len(texts[line]) for line in lines))
    at_s = start_s
    for line in lines:
        next_s = at_s + pace_s * len(texts[line])
        yield Found(line, round(at_s, 3), round(next_s, 3))
        at_s = next_s
