"""Captions from speech alone, where the operator laid a model: a child writes down what is said (ADR 15).

`python -m workers.transcription` tries it, for `visavis doctor`.
"""

import importlib.util
import logging
import math
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings
from app.videos.hearing import MODEL_FILES, Phrase, Word, captioned
from workers import children, ffmpeg
from workers.alignment import Aligned, Listener
from workers.children import Helper
from workers.layers import reach
from workers.runner import ToolCutShort, ToolEnded, Watch
from workers.sandbox import FIRST, Ceilings, Sandbox, open_room

LOG = logging.getLogger(__name__)
LIBRARY = "faster_whisper"
WALL_MIN_S = 120.0  # to load the largest model from a slow disk
WALL_PER_S = 20.0  # the largest model, on one core
MEMORY_BYTES = 3 * 1024**3  # of libraries and threads; what they reserve is far more than what they use
MODEL_SHARE = 3  # its file, its numbers as they are used, and the change from one to the other
TRIAL_S = 1.0
TO_READ = "Voir docs/operations.md, « Reconnaître la parole »."
NO_MODEL = f"VISAVIS_CAPTIONS_MODEL_DIR : il manque {{missing}} dans {{place}}. {TO_READ}"
NO_LIBRARY = "le modèle est là, et la bibliothèque manque. Tapez : make captions"
NO_HEARING = f"le modèle ne peut pas servir ({{why}}). {TO_READ}"


class RecogniserMissing(Exception):
    """The operator wants speech to be written down, and something is missing for it; says what to do."""


@dataclass(frozen=True)
class Recogniser:
    """A model that lies on this machine, and the module of the child that hears with it."""

    model_dir: Path
    module: str = "workers.recogniser"

    def helper(self, wall_s: float, sandbox: Sandbox) -> Helper:
        """Describe the child: its ceilings grow with the model, and it reads nothing but that."""
        model_bytes = sum(file.stat().st_size for file in self.model_dir.iterdir() if file.is_file())
        memory_bytes = MEMORY_BYTES + MODEL_SHARE * model_bytes
        ceilings = Ceilings(math.ceil(wall_s), children.ANSWER_MAX_BYTES, memory_bytes)
        return Helper(self.module, ceilings, sandbox, (self.model_dir,))


def recogniser_of(settings: Settings) -> Recogniser | None:
    """Return what the settings ask for, None when they ask for none; raise RecogniserMissing."""
    if settings.captions_model_dir is None:
        return None
    place = settings.captions_model_dir.resolve()
    missing = [name for name in MODEL_FILES if not (place / name).is_file()]
    if missing:
        raise RecogniserMissing(NO_MODEL.format(missing=", ".join(missing), place=place))
    if importlib.util.find_spec(LIBRARY) is None:
        raise RecogniserMissing(NO_LIBRARY)
    return Recogniser(place)


def hired(settings: Settings) -> Recogniser | None:
    """Return the recogniser of a worker, which does without when anything is missing, and says so."""
    try:
        return recogniser_of(settings)
    except RecogniserMissing as missing:
        LOG.warning("captions come from scripts alone: %s", missing)
        return None


@dataclass(frozen=True)
class Hearing:
    """How a recording is written down: who hears it, who may stop it, who is told how far it is."""

    recogniser: Recogniser
    should_abort: Callable[[], bool] = lambda: False
    on_time: Callable[[float], None] = lambda _time_s: None
    sandbox: Sandbox = FIRST

    def transcribe(self, room: Path, media: str, duration_s: float) -> Aligned | None:
        """Write down a recording, `media`, that lasts so long; None when too little of it is believed.

        Raise Interrupted, DiskFull, LaunchFailed or ToolCutShort.
        """
        open_room(room)
        try:
            phrases = self.phrases(room, media, duration_s)
        except ToolCutShort:
            raise  # by the machine, or by us: that says nothing of the sound
        except ToolEnded as trouble:
            LOG.warning("not written down: %s", trouble)
            return None
        found = captioned(phrases, duration_s)
        return Aligned(*found, is_found=True) if found else None

    def phrases(self, room: Path, media: str, duration_s: float) -> list[Phrase]:
        """Return what the child heard."""
        Listener(room, duration_s, self.should_abort, self.sandbox).decode(media)
        wall_s = WALL_MIN_S + WALL_PER_S * duration_s
        helper = self.recogniser.helper(wall_s, self.sandbox)
        question = {"speech": ffmpeg.SPEECH, "model": str(self.recogniser.model_dir)}
        watch = Watch(wall_s, stall_s=None, on_time=self.on_time, should_abort=self.should_abort)
        answer = children.ask(helper, room, question, watch)
        return [
            Phrase(tuple(Word(*word) for word in each["words"]), each["log_probability"], each["repetition"])
            for each in answer["phrases"]
        ]


def tried(settings: Settings) -> str:
    """Return where the model lies once it heard a second of silence; raise RecogniserMissing."""
    recogniser = recogniser_of(settings)
    if recogniser is None:
        return ""
    helper = recogniser.helper(WALL_MIN_S, reach(settings))
    with tempfile.TemporaryDirectory() as room:
        speech = Path(room) / ffmpeg.SPEECH
        speech.write_bytes(bytes(2 * round(TRIAL_S * ffmpeg.SPEECH_HZ)))
        question = {"speech": speech.name, "model": str(recogniser.model_dir)}
        try:
            children.ask(helper, Path(room), question, Watch(WALL_MIN_S, stall_s=None))
        except ToolEnded as trouble:
            why = (trouble.last_words.strip().splitlines() or [str(trouble)])[-1]
            raise RecogniserMissing(NO_HEARING.format(why=why)) from trouble
    return str(recogniser.model_dir)


def main() -> None:
    """Print where the model lies, nothing without one; end badly, with what to do, when it cannot serve."""
    try:
        sys.stdout.write(f"{tried(Settings())}\n")
    except RecogniserMissing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
