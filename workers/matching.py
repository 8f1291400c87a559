"""Finds where the lines of a text are said: dynamic time warping of all lines at once, in any order.

Each step of speech belongs to a place in a line, or to nothing that was written.  Within a line one stays,
goes on or hurries; from its end one goes to the next line for nothing, to another one for a price.  Steps are
walked in time, all places at once, so that time alone is looped over and nothing grows with its square.

Loaded by `workers/aligner.py` alone, in its own process.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.cepstra import Floats

# Prices, in distances (one: nothing alike) of one step.
STAY = 0.3
HURRY = (0.05, 0.8)  # twice, and three times as fast
JUMP = 15.0  # a third of a second of bad likeness, rather than take a line out of its turn
JUMP_BACK = 22.0
STRAY = 5.0  # to begin with what is not in the text
NEVER = np.float32(1e9)
CHUNK_STEPS = 256
NOWHERE = -1


@dataclass(frozen=True)
class Stretch:
    """Where a line was found: its steps of speech (the last one included), and its distance a step."""

    line: int
    first: int
    last: int
    distance: float


@dataclass(frozen=True)
class Match:
    """The cheapest reading of the whole speech, in its order, and the price of a step of it."""

    stretches: tuple[Stretch, ...]
    price: float


class _Track:
    """The lines end to end, and what is known of every place in them at the step that is walked."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.last = np.cumsum(lengths) - 1
        self.first = self.last - lengths + 1
        places = int(self.last[-1]) + 1
        self.price = np.full(places, NEVER, np.float32)
        self.since = np.zeros(places, np.intp)  # the step at which the line that stands here was begun
        offsets = np.concatenate([np.arange(length) for length in lengths])
        # One row a way to come here, from so many places before, where the line has so many.
        dear = (STAY, 0.0, *HURRY)
        self.ways = np.array(
            [np.where(offsets >= back, price, NEVER) for back, price in enumerate(dear)], np.float32
        )
        lines = np.arange(len(lengths))
        ahead = lines[None] - lines[:, None]
        self.jumps = np.where(ahead == 1, 0.0, np.where(ahead > 1, JUMP, JUMP_BACK)).astype(np.float32)
        self.begin = np.where(lines == 0, 0.0, JUMP).astype(np.float32)

    def walk(self, step: int, distances: Floats, entry: Floats) -> None:
        """Go one step on; `entry` is the price of beginning each line now."""
        reached = self.ways + self.price
        for back in range(1, len(self.ways)):
            reached[back, back:] = self.ways[back, back:] + self.price[:-back]
            reached[back, :back] = NEVER
        way = reached.argmin(axis=0)
        places = np.arange(len(way))
        price, since = reached[way, places], self.since[np.maximum(places - way, 0)]
        is_begun = entry < price[self.first]
        begun = self.first[is_begun]
        price[begun], since[begun] = entry[is_begun], step
        self.price, self.since = price + distances, since


class _Records:
    """What the way back needs, for each step and line: the price of beginning and ending, and after what."""

    def __init__(self, steps: int, lines: int) -> None:
        self.entered, self.ended = np.empty((2, steps, lines), np.float32)
        self.begun = np.empty((steps, lines), np.intp)
        self.before = np.full((steps, lines), NOWHERE, np.intp)
        self.astray = np.empty(steps, np.float32)
        self.strayed_from = np.full(steps, NOWHERE, np.intp)

    def way_back(self) -> Match:
        """Follow the cheapest way from the last step to the first."""
        step = len(self.astray) - 1
        best = int(self.ended[step].argmin())
        price = min(self.ended[step, best], self.astray[step])
        line = best if self.ended[step, best] <= self.astray[step] else NOWHERE
        found: list[Stretch] = []
        steps = step + 1
        while step >= 0:
            if line == NOWHERE:
                line, step = int(self.strayed_from[step]), step - 1
                continue
            first = int(self.begun[step, line])
            distance = (self.ended[step, line] - self.entered[first, line]) / (step + 1 - first)
            found.append(Stretch(line, first, step, float(distance)))
            line, step = int(self.before[first, line]), first - 1
        return Match(tuple(reversed(found)), float(price) / steps)


def match(speech: Floats, lines: Sequence[Floats], stray_price: float) -> Match:
    """Find the lines in speech; a step that is nothing of the text costs `stray_price`."""
    track = _Track([len(line) for line in lines])
    text = np.concatenate(lines).T
    notes = _Records(len(speech), len(lines))
    astray, strayed_from = 0.0, NOWHERE
    distances = np.empty((0, 0), np.float32)
    for step in range(len(speech)):
        if step % CHUNK_STEPS == 0:
            distances = 1 - speech[step : step + CHUNK_STEPS] @ text
        entry = astray + (track.begin if strayed_from == NOWHERE else track.jumps[strayed_from])
        if step:
            ended = notes.ended[step - 1]
            onward = ended[:, None] + track.jumps
            before = onward.argmin(axis=0)
            onward = onward.min(axis=0)
            notes.before[step] = np.where(entry < onward, NOWHERE, before)
            entry = np.minimum(entry, onward)
            if (leaving := float(ended.min()) + STRAY) < astray:
                astray, strayed_from = leaving, int(ended.argmin())
                notes.strayed_from[step] = strayed_from
        track.walk(step, distances[step % CHUNK_STEPS], entry)
        astray += stray_price
        notes.entered[step], notes.astray[step] = entry, astray
        notes.ended[step], notes.begun[step] = track.price[track.last], track.since[track.last]
    return notes.way_back()
