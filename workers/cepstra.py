"""What a voice says, as vectors that depend little on who says it: mel-frequency cepstra.

Loaded by `workers/aligner.py` alone, in its own process: numpy has no place in the worker's memory.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]  # single or double, as numpy makes them
Mask = npt.NDArray[np.bool_]

STEP_S = 0.02
WINDOW_S = 0.03
BANDS = 26
CEPSTRA = 13
LOWEST_HZ = 80.0
HIGHEST_HZ = 6500.0  # below the reach of all our samples, whatever the warp
PRE_EMPHASIS = 0.97
QUIETEST_PERCENT, LOUDEST_PERCENT = 10, 95
SPOKEN_SHARE = 0.35  # of the way from the quietest to the loudest, in decibels
SPOKEN_RANGE_DB = 12.0  # less between them is one steady sound, which is taken for speech throughout
BREATH_STEPS = 3  # around what is spoken: soft consonants
TINY = 1e-10


def powers(samples: Floats, rate_hz: int, warp: float = 1.0) -> Floats:
    """Return the power in each mel band, a row a step; `warp` is how much shorter a throat to pretend."""
    window, step = round(WINDOW_S * rate_hz), round(STEP_S * rate_hz)
    padded = np.pad(samples, (0, max(0, window + 1 - len(samples))))
    sharpened = padded[1:] - np.float32(PRE_EMPHASIS) * padded[:-1]
    steps = np.lib.stride_tricks.sliding_window_view(sharpened, window)[::step]
    size = 1 << (window - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(steps * np.hamming(window).astype(np.float32), size)) ** 2
    bands: Floats = spectrum @ _bank(size, rate_hz, warp).T
    return bands.astype(np.float32)


def _bank(size: int, rate_hz: int, warp: float) -> Floats:
    """Draw the triangles of the mel bands over the bins of a spectrum."""
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    mels = np.linspace(lowest, highest, BANDS + 2)
    corners = (700 * (10 ** (mels / 2595) - 1) / warp)[:, None]
    bins = np.fft.rfftfreq(size, 1 / rate_hz)[None]
    rising = (bins - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins) / (corners[2:] - corners[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)


def spoken(power: Floats) -> Mask:
    """Tell which steps hold speech rather than a pause, by their loudness among the others."""
    loudness = 10 * np.log10(power.sum(axis=1) + TINY)
    quiet, loud = np.percentile(loudness, (QUIETEST_PERCENT, LOUDEST_PERCENT))
    if loud - quiet < SPOKEN_RANGE_DB:
        return np.ones(len(power), dtype=bool)
    is_loud = loudness > quiet + SPOKEN_SHARE * (loud - quiet)
    near: Mask = np.convolve(is_loud, np.ones(2 * BREATH_STEPS + 1))[BREATH_STEPS:-BREATH_STEPS] > 0
    return near


def noise(power: Floats) -> Floats:
    """Return what the room adds to every band, beside speech of a mean power of one."""
    floor: Floats = np.percentile(power, QUIETEST_PERCENT, axis=0) / (power[spoken(power)].mean() + TINY)
    return floor


def in_room(power: Floats, room: Floats) -> Floats:
    """Bring speech to a mean power of one, and add the noise of a room: like is compared with like."""
    mixed: Floats = power / (power.mean() + TINY) + room
    return mixed


def vectors(power: Floats) -> Floats:
    """Return unit vectors, so that a product of two is their likeness; what is constant is taken out."""
    bands = np.arange(BANDS)
    cosines = np.cos(np.pi / BANDS * (bands[None] + 0.5) * np.arange(1, CEPSTRA + 1)[:, None])
    cepstra = np.log(power + TINY) @ cosines.T
    steady = (cepstra - cepstra.mean(axis=0)) / (cepstra.std(axis=0) + 1e-3)
    padded = np.pad(steady, ((2, 2), (0, 0)), mode="edge")
    moving = 0.5 * (padded[4:] - padded[:-4]) + 0.25 * (padded[3:-1] - padded[1:-3])
    both = np.concatenate([steady, moving], axis=1)
    unit: Floats = (both / (np.linalg.norm(both, axis=1, keepdims=True) + TINY)).astype(np.float32)
    return unit
