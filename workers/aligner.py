"""Finds the lines of a text in speech, for `workers/child.py`: a process of its own, for numpy's memory."""

import wave
from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

from workers.cepstra import STEP_S, Floats, in_room, noise, powers, spoken, vectors
from workers.matching import Match, Stretch, match

SPEECH_HZ = 16_000
FULL_SCALE = 32_768
WARPS = (0.9, 1.0, 1.1, 1.2)  # from the deepest voice of a man to the lightest of a child
SHORTEST_S = 1.0
# Against what the same voice costs where the text is turned around, so that noise and accent weigh on both.
STRAY_SHARE = 0.80
LEAP_SHARE = 0.20  # worse than the lines around by so much: not this line
LENGTHS = (0.4, 2.5)  # how long a line may last, beside its model
NOTHING: dict[str, Any] = {"found": [], "stray": [], "speech": None}


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Answer with where each line was found, what speech is left over, and where speech begins and ends (s).

    Asked with names in the working directory: the `speech`, as samples, and spoken models of its `lines`.
    """
    speech = speech_in(question["speech"])
    if len(speech) < SHORTEST_S * SPEECH_HZ or not speech.any():
        return NOTHING
    power = powers(speech, SPEECH_HZ)
    is_spoken = spoken(power)
    steps = np.flatnonzero(is_spoken)
    room = noise(power)
    heard = vectors(in_room(power[is_spoken], room))
    models = [_samples(name) for name in question["lines"]]
    lines = _nearest_throat(heard, models, room)
    astray = match(heard, [line[::-1] for line in lines], stray_price=np.inf).price
    reading = match(heard, lines, astray * STRAY_SHARE)
    found = _believed(reading, [len(line) for line in lines], astray)
    return {
        "found": [[each.line, *_span_s(steps[each.first], steps[each.last])] for each in found],
        "stray": _stray(steps, found),
        "speech": _span_s(steps[0], steps[-1]),
    }


def speech_in(name: str) -> Floats:
    """Read samples of speech."""
    return np.fromfile(name, "<i2").astype(np.float32) / FULL_SCALE


def _samples(name: str) -> tuple[Floats, int]:
    """Read what was synthesised, and its rate."""
    with wave.open(name) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float32) / FULL_SCALE
        return samples, sound.getframerate()


def _nearest_throat(heard: Floats, models: Sequence[tuple[Floats, int]], room: Floats) -> list[Floats]:
    """Return the lines as said by the throat that is nearest to the speaker's; half the steps are enough."""
    throats = [_lines(models, room, warp) for warp in WARPS]
    return min(
        throats, key=lambda lines: match(heard[::2], [line[::2] for line in lines], stray_price=np.inf).price
    )


def _lines(models: Sequence[tuple[Floats, int]], room: Floats, warp: float) -> list[Floats]:
    """Return the vectors of each line, its silences left out."""
    said = []
    for samples, rate_hz in models:
        power = powers(samples, rate_hz, warp)
        said.append(power[spoken(power)])
    ends = np.cumsum([len(line) for line in said])[:-1]
    return np.split(vectors(in_room(np.concatenate(said), room)), ends)


def _believed(reading: Match, lengths: Sequence[int], astray: float) -> list[Stretch]:
    """Keep the stretches that are like their line in sound and length, one a line, in the order of time."""
    if not reading.stretches:
        return []
    usual = median(each.distance for each in reading.stretches)
    limit = min(STRAY_SHARE * astray, usual + LEAP_SHARE * astray)
    best: dict[int, Stretch] = {}
    for each in sorted(reading.stretches, key=lambda each: each.distance):
        stretched = (each.last + 1 - each.first) / lengths[each.line]
        if each.distance <= limit and LENGTHS[0] <= stretched <= LENGTHS[1]:
            best.setdefault(each.line, each)
    return sorted(best.values(), key=lambda each: each.first)


def _stray(steps: Any, found: Sequence[Stretch]) -> list[list[float]]:
    """List the speech between what was found: after how many lines, from when to when, and how much."""
    bounds = [-1, *(bound for each in found for bound in (each.first, each.last)), len(steps)]
    return [
        [place, *_span_s(steps[before + 1], steps[after - 1]), (after - before - 1) * STEP_S]
        for place, (before, after) in enumerate(zip(bounds[::2], bounds[1::2], strict=True))
        if after - before > 1
    ]


def _span_s(first: Any, last: Any) -> list[float]:
    """Turn two steps into seconds."""
    return [round(float(first) * STEP_S, 3), round(float(last + 1) * STEP_S, 3)]
