"""The steps that turn what was sent into what plays everywhere; each in a room, reporting its progress.

A room serves one attempt alone and is deleted by its caller.  Refusals (`VideoRefused`)
are final.  `Interrupted`, `DiskFull`, `LaunchFailed`, `ToolEnded` and `OutputBroken` are not: try again,
then fail.
"""

import json
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from app.uploads.rules import Medium
from app.videos.joining import joined, parts_s
from app.videos.ladder import LADDER_LOW_PX, Size, gain_db, is_copyable, key_frame_s, shrunk, sizes
from app.videos.refusals import OF_VOICE, DamagedVideo, VideoRefused
from app.videos.rules import (
    ROUNDING_S,
    Limits,
    MediaFile,
    Probe,
    Result,
    is_damaged,
    is_shortened,
    is_shorter_than_filmed,
    judge,
    judge_duration,
    judge_whole,
    promised_s,
    warnings,
)
from app.videos.storyboard import cues, storyboard_of
from workers import ffmpeg, measures, outputs
from workers.boxes import examine
from workers.graphs import clean_name
from workers.measures import Loudness
from workers.playlists import OutputBroken
from workers.probe import probe as describe
from workers.probe import probe_voice as describe_voice
from workers.runner import STALL_S, Outcome, ToolFailed, Watch, run
from workers.sandbox import FIRST, Ceilings, Sandbox, confine, name_of, open_room

Step = Literal["check", "preview", "listen", "ladder", "verify"]
Container = Literal["mp4", "webm"]

TASTE_S = 2.0
QUICK_WALL_S = 60.0
WALL_PER_S = 20.0
AWAY_PER_S = 2.0  # decoding alone, on a machine where much else runs
OUTPUT_MAX_BYTES = 256 * 1024**2
PEAK_S = 0.1
SOUND_PACKETS_PER_S = 43  # of AAC at 44.1 kHz; recorders write no fewer
TOO_MANY_ERRORS = 69  # ffmpeg's own verdict on a source that it could mostly not decode


@dataclass(frozen=True)
class Work:
    """One to four takes on the bench: where they lie, in order, the private room, what is accepted.

    `filmed_s` is what the recorder's timer says of each take; empty where nobody timed.
    Of a voice (`medium`) the sound alone is looked at, and kept.
    `on_progress(step, fraction)` hears about each step from 0 to 1, some times a second: its owner thins it
    out.  `should_abort()` is asked five times a second; true ends the tool and raises Interrupted.
    """

    sources: tuple[Path, ...]
    room: Path
    limits: Limits = field(default_factory=Limits)
    on_progress: Callable[[Step, float], None] = lambda _step, _fraction: None
    should_abort: Callable[[], bool] = lambda: False
    medium: Medium = "video"
    sandbox: Sandbox = FIRST
    filmed_s: tuple[float | None, ...] = ()

    @property
    def take_limits(self) -> Limits:
        """What one take may last: of several, any may be short."""
        return self.limits if len(self.sources) == 1 else replace(self.limits, min_s=0.0)

    def filmed_s_of(self, position: int) -> float | None:
        """How long the take at a place, from 1, was filmed for; None where nobody timed it."""
        return self.filmed_s[position - 1] if self.filmed_s else None


@dataclass(frozen=True)
class Made:
    """What the ladder left in the room, and how well the source could be read: in pictures, or packets."""

    rungs: tuple[Size, ...]
    silent_s: float | None
    pieces: int
    damaged: int


def check(work: Work) -> Probe:
    """Find out what was sent, cheapest test first; raise the VideoRefused that it deserves."""
    work.on_progress("check", 0.0)
    containers: list[Container] = []
    for position, source in enumerate(work.sources, start=1):
        with _naming(work, position):
            containers.append(examine(source))
    open_room(work.room, *work.sources)
    takes: list[Probe] = []
    for position, container in enumerate(containers, start=1):
        with _naming(work, position):
            takes.append(_checked(work, position, container))
        work.on_progress("check", position / len(work.sources))
    film = joined(takes)
    with _naming(work, None):
        judge_duration(film, work.limits)
    return film


@contextmanager
def _naming(work: Work, position: int | None) -> Iterator[None]:
    """Let a refusal say which one of several takes deserves it, and speak of a voice where it is one."""
    try:
        yield
    except VideoRefused as fault:
        refusal = OF_VOICE.get(type(fault), type(fault))() if work.medium == "voice" else fault
        refusal.take = position if len(work.sources) > 1 else None
        raise refusal from fault.__cause__


def _checked(work: Work, position: int, container: Container) -> Probe:
    """Describe one take that is in the room, and decode its beginning."""
    try:
        if container == "webm":
            _run(work, "check", ffmpeg.remux(work.limits, position))
        name = clean_name(position) if container == "webm" else name_of(position=position)
        size_bytes = work.sources[position - 1].stat().st_size
        described = describe_voice if work.medium == "voice" else describe
        found = described(_runner(work), name, container, size_bytes, work.limits)
        take = replace(found, position=position, filmed_s=work.filmed_s_of(position))
        judge(take, work.take_limits)
        if len(work.sources) > 1:
            judge_whole(take, work.limits)
        tasted = _run(work, "check", ffmpeg.taste(take, TASTE_S))
    except ToolFailed as failure:
        raise DamagedVideo from failure
    pieces = _pieces(take, tasted)
    if not pieces or is_damaged(tasted.damaged, pieces):
        raise DamagedVideo
    return take


def _pieces(film: Probe, outcome: Outcome) -> int:
    """Count what was decoded: pictures, or of a voice about as many packets of sound."""
    return outcome.frames if film.has_picture else round(outcome.time_s * SOUND_PACKETS_PER_S)


def preview(work: Work, probe: Probe) -> MediaFile:
    """Make `preview.mp4` for the owner and the adviser: a copy in a second where browsers play it."""
    if is_copyable(probe):
        try:
            _run(work, "preview", ffmpeg.copy(probe, work.limits), probe)
        except ToolFailed:  # some phones write what their own decoder alone accepts
            pass
        else:
            return outputs.described(work.room, ffmpeg.PREVIEW, *shown_px(probe))
    _run(work, "preview", ffmpeg.shrink(probe, work.limits), probe)
    return outputs.described(work.room, ffmpeg.PREVIEW, *shown_px(probe, LADDER_LOW_PX))


def shown_px(probe: Probe, side_px: int | None = None) -> tuple[int, ...]:
    """Give the width and height of a film, by a short side if it is to be shrunk; of a voice, nothing."""
    if not probe.has_picture:
        return ()
    size = shrunk(probe, side_px) if side_px else probe
    return size.width_px, size.height_px


def listen(work: Work, probe: Probe) -> Loudness | None:
    """Measure the sound; None when there is none."""
    if probe.sound is None:
        return None
    heard = _run(work, "listen", ffmpeg.listen(probe, work.limits), probe)
    silent_s = measures.noted_s(work.room / ffmpeg.SILENCES, probe.duration_s)
    return Loudness(measures.integrated_lufs(heard.said), silent_s)


def ladder(work: Work, probe: Probe, loudness: Loudness | None) -> Made:
    """Make the renditions, their playlists, the poster and the muxed MP4, all in the room."""
    gain = gain_db(loudness.integrated_lufs) if loudness else 0.0
    with _naming(work, None):
        passed = _passed(work, probe, gain)
    rungs = sizes(probe) if probe.has_picture else ()
    made = [*(rung.name for rung in rungs[-1:]), *([ffmpeg.AUDIO] if probe.sound else [])]
    names = [f"{name}.mp4" for name in made]
    _run(work, "ladder", ffmpeg.mux(names, work.limits))
    work.on_progress("ladder", 1.0)
    pieces = probe.pictures or _pieces(probe, passed)
    return Made(rungs, loudness.silent_s if loudness else None, pieces, passed.damaged)


def _passed(work: Work, probe: Probe, gain: float) -> Outcome:
    """Go through the whole film once; raise DamagedVideo when next to nothing can be decoded."""
    try:
        passed = _run(work, "ladder", ffmpeg.ladder(probe, gain, work.limits), probe)
    except ToolFailed as failure:
        if failure.code == TOO_MANY_ERRORS:
            raise DamagedVideo from failure
        raise
    if not _pieces(probe, passed):
        raise DamagedVideo
    return passed


def verify(work: Work, probe: Probe, made: Made) -> Result:
    """Hold what was made against what was sent.

    Raise DamagedVideo when too little could be decoded, OutputBroken when the tools did not do their work.
    """
    work.on_progress("verify", 0.0)
    files = outputs.files(work.room, made.rungs, has_sound=probe.sound is not None)
    described = describe if probe.has_picture else describe_voice
    muxed = described(_runner(work), ffmpeg.MUXED, "mp4", 0, work.limits)
    if (muxed.sound is None) != (probe.sound is None):
        raise OutputBroken(ffmpeg.MUXED)
    sound_end_s = muxed.sound.end_s if muxed.sound else muxed.end_s
    picture_end_s = muxed.end_s if muxed.has_picture else sound_end_s
    made_s = min(picture_end_s, sound_end_s)
    with _naming(work, None):
        if is_damaged(made.damaged, made.pieces) or made_s < work.limits.min_s - ROUNDING_S:
            raise DamagedVideo
    is_broken = (
        is_shortened(made_s, promised_s(probe, work.limits))
        or abs(picture_end_s - sound_end_s) > outputs.GAP_S
    )
    is_partial = is_broken or is_shorter_than_filmed(made_s, probe, work.limits)
    black_s = measures.noted_s(work.room / ffmpeg.BLACKS, made_s)
    found = warnings(made_s, black_s=black_s, silent_s=made.silent_s, is_partial=is_partial)
    work.on_progress("verify", 1.0)
    several = (probe.whole or probe).takes
    lasting_s = (made_s,) if not several else () if is_broken else parts_s(probe)
    return Result(made_s, is_partial, found, files, lasting_s)


def storyboard(work: Work, probe: Probe, made: Made, result: Result) -> Result:
    """Add small pictures of a film, and when each is to be seen, to what can be shipped; a voice has none."""
    if not made.rungs:
        return result
    low = made.rungs[-1]
    board = storyboard_of(result.duration_s, low.width_px, low.height_px)
    _run(work, "verify", ffmpeg.storyboard(f"{low.name}.mp4", board, work.limits))
    sheet = outputs.picture(work.room, ffmpeg.STORYBOARD, board.width_px, board.height_px)
    said = cues(board, sheet.name, result.duration_s, key_frame_s(probe.fps))
    outputs.write_plain(work.room, ffmpeg.STORYBOARD_CUES, said)
    return replace(result, files=(*result.files, sheet, outputs.described(work.room, ffmpeg.STORYBOARD_CUES)))


def waveform(work: Work, result: Result) -> Result:
    """Add how loud a film is from moment to moment to what can be shipped, if it is heard."""
    try:
        outputs.plain_bytes(work.room, ffmpeg.SAMPLES)
    except OutputBroken:
        return result
    most_bytes = math.ceil(work.limits.read_s) * ffmpeg.SAMPLES_HZ * 2
    with (work.room / ffmpeg.SAMPLES).open("rb") as samples:
        found = measures.peaks(samples.read(most_bytes), round(PEAK_S * ffmpeg.SAMPLES_HZ))
    said = json.dumps({"step_s": PEAK_S, "peaks": found}, separators=(",", ":"))
    outputs.write_plain(work.room, ffmpeg.PEAKS, said)
    return replace(result, files=(*result.files, outputs.described(work.room, ffmpeg.PEAKS)))


def poster(work: Work, key_frame: int, width_px: int, height_px: int) -> MediaFile:
    """Cut one key frame, counted from 0, out of a rendition on the bench."""
    open_room(work.room, *work.sources)
    _run(work, "ladder", ffmpeg.poster(name_of(), key_frame, work.limits))
    return outputs.picture(work.room, ffmpeg.POSTER, width_px, height_px)


def _runner(work: Work) -> Callable[[list[str], Watch], Outcome]:
    """Give a function that runs a tool in the room, stoppable, with ceilings as large as what was sent."""

    def confined(words: list[str], watch: Watch) -> Outcome:
        file_bytes = sum(source.stat().st_size for source in work.sources) + OUTPUT_MAX_BYTES
        ceilings = Ceilings(cpu_s=math.ceil(watch.wall_s * (os.cpu_count() or 1)), file_bytes=file_bytes)
        confinement = confine(work.room, ceilings, work.sandbox)
        return run(confinement, words, replace(watch, should_abort=work.should_abort))

    return confined


def _run(work: Work, step: Step, arguments: list[str], probe: Probe | None = None) -> Outcome:
    """Run ffmpeg; with a probe, its time becomes the progress of the step and its length the wall limit."""
    length_s = probe.duration_s if probe else 0.0

    def tell(time_s: float) -> None:
        if length_s:
            work.on_progress(step, min(1.0, time_s / length_s))

    # Until the part that is kept begins, nothing is made: that is no stall.
    away_s = float(probe.kept_s[0]) if probe else 0.0
    wall_s = max(QUICK_WALL_S, WALL_PER_S * (away_s + length_s))
    return _runner(work)(arguments, Watch(wall_s, STALL_S + AWAY_PER_S * away_s, on_time=tell))
