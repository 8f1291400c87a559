"""Captions from the script: each line is spoken by espeak-ng, and found in what the person says (ADR 15)."""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.videos.captions import Cue
from app.videos.cutting import blocks
from app.videos.timing import Found, Heard, Stray, is_found, proportional, timed
from workers import children, ffmpeg
from workers.children import Helper
from workers.outputs import write_plain
from workers.runner import ToolCutShort, ToolEnded, Watch, run
from workers.sandbox import FIRST, Ceilings, Sandbox, ToolMissing, confine, open_room

LOG = logging.getLogger(__name__)
WORDS_PER_MINUTE = 160  # of the model: a presentation that is read calmly
SAY_WALL_S = 20.0
DECODE_WALL_S = 120.0
MATCH_WALL_S = 240.0
MATCH_MEMORY_BYTES = 2 * 1024**3
MODEL_MAX_BYTES = 16 * 1024**2
SAMPLE_BYTES_PER_S = 2 * ffmpeg.SPEECH_HZ


@dataclass(frozen=True)
class Aligned:
    """What the script looks like in time.

    `is_sure` is False when there is something to check: the times are only a proportion of the whole, a line
    was not heard, or more was said than is written.  `is_found` is False when they are only that proportion.
    """

    cues: tuple[Cue, ...]
    is_sure: bool
    is_found: bool


@dataclass(frozen=True)
class Listener:
    """One room in which one recording is listened to."""

    room: Path
    duration_s: float
    should_abort: Callable[[], bool]
    sandbox: Sandbox

    def hear(self, media: str, texts: Sequence[str]) -> Heard | None:
        """Find the texts in a recording; None when it is silent, or too short."""
        models = [self.model(position, text) for position, text in enumerate(texts)]
        self.decode(media)
        question = {"speech": ffmpeg.SPEECH, "lines": models}
        ceilings = Ceilings(math.ceil(MATCH_WALL_S), children.ANSWER_MAX_BYTES, MATCH_MEMORY_BYTES)
        watch = Watch(MATCH_WALL_S, stall_s=None, should_abort=self.should_abort)
        helper = Helper("workers.aligner", ceilings, self.sandbox)
        answer = children.ask(helper, self.room, question, watch)
        if answer["speech"] is None:
            return None
        found = tuple(Found(*each) for each in answer["found"])
        return Heard(found, tuple(Stray(*each) for each in answer["stray"]), *answer["speech"])

    def decode(self, media: str) -> None:
        """Turn a recording into samples of speech."""
        self.tool(ffmpeg.speech(media, self.duration_s), DECODE_WALL_S, self.speech_bytes)

    def model(self, position: int, text: str) -> str:
        """Let the line be spoken, and return the name of the sound; the text is read from a file."""
        line, sound = self.room / f"line{position}.txt", f"line{position}.wav"
        write_plain(self.room, line.name, text.replace("\n", " "))
        speed = str(WORDS_PER_MINUTE)
        words = ["espeak-ng", "-v", "fr", "-s", speed, "-b", "1", "-f", line.name, "-w", sound]
        self.tool(words, SAY_WALL_S, MODEL_MAX_BYTES)
        return sound

    def tool(self, words: list[str], wall_s: float, file_bytes: int) -> None:
        """Run a confined tool in the room."""
        watch = Watch(wall_s, stall_s=None, should_abort=self.should_abort)
        run(confine(self.room, Ceilings(math.ceil(wall_s), file_bytes), self.sandbox), words, watch)

    @property
    def speech_bytes(self) -> int:
        """What the samples may take up."""
        return math.ceil((self.duration_s + ffmpeg.SPEECH_MARGIN_S + 1) * SAMPLE_BYTES_PER_S)


def align(
    room: Path,
    media: str,
    script: str,
    duration_s: float,
    should_abort: Callable[[], bool] = lambda: False,
    sandbox: Sandbox = FIRST,
) -> Aligned:
    """Give the script its times in a recording of the room, `media`, that lasts so long.

    What cannot be heard gets times in proportion to its length; raise Interrupted, DiskFull, LaunchFailed or
    ToolCutShort.
    """
    texts = blocks(script)
    open_room(room)
    try:
        heard = Listener(room, duration_s, should_abort, sandbox).hear(media, texts) if texts else None
    except ToolMissing as missing:
        LOG.warning("captions in proportion: %s is missing", missing)
        heard = None
    except ToolCutShort:
        raise  # by the machine, or by us: that says nothing of the sound
    except ToolEnded as trouble:
        LOG.warning("captions in proportion: %s", trouble)
        heard = None
    if heard is None:
        return Aligned(proportional(texts, 0.0, duration_s, duration_s), is_sure=False, is_found=False)
    return Aligned(*timed(texts, heard, duration_s), is_found=is_found(texts, heard))
