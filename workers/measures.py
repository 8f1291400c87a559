"""Reads what ffmpeg's filters noted about a video: loudness, silences, black pictures."""

import re
import sys
from array import array
from dataclasses import dataclass
from pathlib import Path

SUMMARY = re.compile(r"Integrated loudness:\s+I:\s+(-?[\d.]+|-inf|nan) LUFS")
NOTE = re.compile(r"lavfi\.(?:black|silence)_(start|end)=(-?[\d.]+)")
SILENCE_LUFS = -70.0  # what EBU R128 gives when nothing passes its gate
LOUDEST = 32_768  # of samples of two bytes
NOTES_MAX_BYTES = 1024**2


@dataclass(frozen=True)
class Loudness:
    """How loud the speech is, and for how many seconds there is none."""

    integrated_lufs: float
    silent_s: float


def integrated_lufs(last_words: str) -> float:
    """Find the integrated loudness in the summary of `ebur128`; no summary means that nothing was heard."""
    found = SUMMARY.findall(last_words)
    try:
        return max(SILENCE_LUFS, float(found[-1]))
    except (IndexError, ValueError):
        return SILENCE_LUFS


def noted_s(notes: Path, duration_s: float) -> float:
    """Sum the seconds between the starts and ends noted in a file; the last span may stay open."""
    if not notes.exists():
        return 0.0
    with notes.open(encoding="utf-8", errors="replace") as lines:
        return spans_s(lines.read(NOTES_MAX_BYTES), duration_s)


def spans_s(notes: str, duration_s: float) -> float:
    """Sum the spans of `lavfi.…_start` and `_end` lines."""
    total_s, open_s = 0.0, None
    for edge, time in NOTE.findall(notes):
        if edge == "start":
            open_s = float(time)
        elif open_s is not None:
            total_s, open_s = total_s + float(time) - open_s, None
    return total_s + (max(0.0, duration_s - open_s) if open_s is not None else 0.0)


def peaks(samples: bytes, each: int) -> list[int]:
    """Return the loudest of every `each` samples (two bytes, the low one first), from 0 to 100."""
    numbers = array("h", samples[: len(samples) // 2 * 2])
    if sys.byteorder == "big":
        numbers.byteswap()
    pieces = (numbers[start : start + each] for start in range(0, len(numbers), each))
    return [round(100 * max(map(abs, piece)) / LOUDEST) for piece in pieces]
