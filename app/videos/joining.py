"""Pure arithmetic of takes: several as if they were one file, each for as long as it plays.

Takes of a voice have no shape, and their rate is that of their samples.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise

from app.videos.ladder import Size, steady_fps
from app.videos.rules import Cut, Probe, Sound

SAMPLE_HZ = 48_000  # of every sound that is made


def joined(takes: Sequence[Probe]) -> Probe:
    """Return takes in playing order as if they were one file; a single one is that file."""
    if len(takes) == 1:
        return takes[0]
    shape = shape_of(takes)
    rate = max(rate_of(take) for take in takes)
    claims_s = [take.claimed_s for take in takes if take.claimed_s is not None]
    timed_s = [take.duration_s if take.filmed_s is None else take.filmed_s for take in takes]
    is_timed = any(take.filmed_s is not None for take in takes)
    end_s = float(sum(length_of(take, rate) for take in takes))
    return Probe(
        container=shape.container,
        size_bytes=sum(take.size_bytes for take in takes),
        claimed_s=sum(claims_s) if len(claims_s) == len(takes) else None,
        index=0,
        codec="several",
        pixel_format="yuv420p",
        transfer="bt709",
        matrix="bt709",
        width_px=shape.width_px,
        height_px=shape.height_px,
        pictures=sum(take.pictures for take in takes),
        fps=float(rate) if shape.has_picture else 0.0,
        end_s=end_s,
        sound=Sound(0, "several", "", end_s) if any(take.sound for take in takes) else None,
        filmed_s=sum(timed_s) if is_timed else None,
        takes=tuple(takes),
    )


def shape_of(takes: Sequence[Probe]) -> Probe:
    """Choose the take whose shape all get: the largest of those held as the first one is."""
    alike = [take for take in takes if is_tall(take) == is_tall(takes[0])]
    return max(alike, key=lambda take: take.short_side_px)


def is_tall(take: Probe) -> bool:
    """Tell whether a take was filmed upright."""
    return take.height_px > take.width_px


def rate_of(film: Probe) -> Fraction:
    """Return how many pictures, or samples of a voice, a second of what is made has."""
    return steady_fps(film.fps) if film.has_picture else Fraction(SAMPLE_HZ)


def length_of(take: Probe, rate: Fraction) -> Fraction:
    """Return the seconds that a take plays among others: whole pictures, so that its sound ends with them."""
    return max(1, round(take.duration_s * rate)) / rate


def lengths_s(film: Probe) -> tuple[Fraction, ...]:
    """Return the seconds that each take of a joined film plays."""
    return tuple(length_of(take, rate_of(film)) for take in film.takes)


def fitted(take: Probe, canvas: Size) -> Size:
    """Return the largest even size of a take that stands inside a canvas, whatever its shape."""
    ratio = min(canvas.width_px / take.width_px, canvas.height_px / take.height_px)
    width_px, height_px = (max(2, round(edge * ratio / 2) * 2) for edge in (take.width_px, take.height_px))
    return Size(min(width_px, canvas.width_px), min(height_px, canvas.height_px), canvas.max_kbps)


def trimmed(film: Probe, cut: Cut) -> Probe:
    """Return what is kept of a film as if it were a file, from one whole picture to another."""
    if cut.start_s is None and cut.end_s is None:
        return film
    rate = rate_of(film)
    start_s, end_s = (
        round(edge_s * rate) / rate
        for edge_s in (
            cut.start_s or 0.0,
            film.duration_s if cut.end_s is None else min(cut.end_s, film.duration_s),
        )
    )
    heard_s = max(0.0, min(film.sound.end_s, float(end_s)) - float(start_s)) if film.sound else 0.0
    return replace(
        film,
        claimed_s=None,
        filmed_s=None,
        end_s=float(end_s - start_s) if film.has_picture else 0.0,
        sound=replace(film.sound, end_s=heard_s) if film.sound else None,
        takes=(),
        whole=film,
        kept_s=(start_s, end_s),
    )


def parts_s(film: Probe) -> tuple[float, ...]:
    """Return the seconds that each take plays in a film, 0 where it was cut away; nothing for one take."""
    if film.whole is None:
        return tuple(map(float, lengths_s(film)))
    start_s, end_s = film.kept_s
    edges = pairwise(accumulate(lengths_s(film.whole), initial=Fraction(0)))
    return tuple(max(0.0, float(min(to_s, end_s) - max(from_s, start_s))) for from_s, to_s in edges)
