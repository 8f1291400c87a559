"""What is said is written down by a child that holds no more than it must, whatever hears in it.

The stand-in is held to the same contract as the real library.  That one runs where `make captions` put it, on
a model of its form that knows nothing; and with VISAVIS_REAL_MODEL=<directory of a model>, on a real one.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from app.settings import Settings
from app.videos.captions import transcript
from benchmarks.speech import LINES, SHORT_PAUSES_S, SPEAKERS, record, silence
from tests.tiny_model import make_tiny_model
from tests.workers.test_alignment import needs_voice
from workers import transcription
from workers.layers import reach
from workers.runner import Interrupted, ToolCutShort, ToolFailed
from workers.sandbox import open_room
from workers.transcription import Hearing, Recogniser, RecogniserMissing

STAND_IN = "tests.workers.stand_in"
NO_LIBRARY = "the extra captions is not installed (make captions)"
NO_MODEL = "no model that hears is here (VISAVIS_REAL_MODEL=<its directory>)"
has_library = find_spec("faster_whisper") is not None
MEDIA = "talk.m4a"
NOISE_S = 8.0
SAID = ("Bonjour, je m’appelle Aïcha.", "Je cherche un emploi à Lyon.")


def phrases_of(said: Sequence[str]) -> list[dict[str, object]]:
    """Spell phrases as a recogniser does, a second of each after the other."""
    return [
        {
            "words": [
                [at + place * 0.2, at + (place + 1) * 0.2, f" {word}"]
                for place, word in enumerate(text.split(" "))
            ],
            "log_probability": -0.2,
            "repetition": 1.1,
        }
        for at, text in enumerate(said)
    ]


def stand_in(place: Path, said: Sequence[str] = SAID, **told: str) -> Recogniser:
    """Make a model of the stand-in, which hears this in all that is not silent."""
    place.mkdir()
    (place / "model.bin").write_text(json.dumps({"phrases": phrases_of(said), **told}), encoding="utf-8")
    return Recogniser(place, STAND_IN)


@pytest.fixture
def hearing(tmp_path: Path, settings: Settings) -> Callable[..., Hearing]:
    """Return `hearing(does=…)`: a stand-in in the strongest sandbox of this machine."""
    return lambda **told: Hearing(stand_in(tmp_path / "model", **told), sandbox=reach(settings))


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Open a room with a recording that is not silent."""
    place = tmp_path / "room"
    open_room(place)
    silence(place / MEDIA, NOISE_S, "sine=f=300").chmod(0o644)
    return place


@pytest.fixture(params=["stand-in", "library", "real model"])
def recogniser(request: pytest.FixtureRequest, tmp_path: Path) -> Recogniser:
    """Give each that there is, in turn."""
    real = os.environ.get("VISAVIS_REAL_MODEL", "")
    if request.param == "stand-in":
        return stand_in(tmp_path / "model")
    if not has_library:
        pytest.skip(NO_LIBRARY)
    if request.param == "real model" and not real:
        pytest.skip(NO_MODEL)
    return Recogniser(Path(real) if request.param == "real model" else make_tiny_model(tmp_path / "model"))


@needs_voice
def test_whatever_hears_writes_words_in_their_order_within_the_recording(
    recogniser: Recogniser, room: Path, settings: Settings
) -> None:
    talk = record(room / MEDIA, LINES[:3], SPEAKERS["woman"], SHORT_PAUSES_S)
    talk.path.chmod(0o644)
    told: list[float] = []
    heard = Hearing(recogniser, on_time=told.append, sandbox=reach(settings))
    phrases = heard.phrases(room, MEDIA, talk.duration_s)
    words = [word for phrase in phrases for word in phrase.words]
    assert words
    assert all(0 <= word.start_s <= word.end_s <= talk.duration_s + 1 for word in words)
    assert all(before.start_s <= after.start_s for before, after in pairwise(words))
    assert all(phrase.log_probability <= 0 < phrase.repetition for phrase in phrases)
    assert told == sorted(told)
    assert told


def test_whatever_hears_writes_nothing_of_silence(
    recogniser: Recogniser, room: Path, settings: Settings
) -> None:
    silence(room / MEDIA, NOISE_S, "anullsrc=r=48000").chmod(0o644)
    heard = Hearing(recogniser, sandbox=reach(settings))
    assert heard.phrases(room, MEDIA, NOISE_S) == []
    assert heard.transcribe(room, MEDIA, NOISE_S) is None


def test_what_is_heard_becomes_captions(hearing: Callable[..., Hearing], room: Path) -> None:
    aligned = hearing().transcribe(room, MEDIA, NOISE_S)
    assert aligned is not None
    assert transcript(aligned.cues) == " ".join(SAID)
    assert (aligned.is_sure, aligned.is_found) == (True, True)


@pytest.mark.parametrize("does", ["die", "give up", "grow", "say too much"])
def test_a_child_that_fails_costs_the_captions_and_nothing_else(
    does: str, hearing: Callable[..., Hearing], room: Path
) -> None:
    child = hearing(does=does)
    with pytest.raises(ToolFailed):
        child.phrases(room, MEDIA, NOISE_S)
    assert child.transcribe(room, MEDIA, NOISE_S) is None


@pytest.mark.parametrize("does", ["call", "write", "read"])
def test_a_child_reaches_nothing_outside(does: str, hearing: Callable[..., Hearing], room: Path) -> None:
    child = hearing(does=does)
    if not child.sandbox.landlock or not child.sandbox.calls:
        pytest.skip("this kernel has no Landlock, or this machine no filter")
    with pytest.raises(ToolFailed, match=r"Permission denied|Operation not permitted"):
        child.phrases(room, MEDIA, NOISE_S)


def test_a_child_that_never_ends_is_ended_and_the_job_comes_back(
    hearing: Callable[..., Hearing], room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcription, "WALL_MIN_S", 1.0)
    monkeypatch.setattr(transcription, "WALL_PER_S", 0.0)
    with pytest.raises(ToolCutShort):
        hearing(does="hang").transcribe(room, MEDIA, NOISE_S)


def test_a_worker_that_is_asked_to_stop_does_not_wait_for_its_child(
    hearing: Callable[..., Hearing], room: Path
) -> None:
    asked = iter([False] * 8)
    child = replace(hearing(does="hang"), should_abort=lambda: next(asked, True))
    with pytest.raises(Interrupted):
        child.transcribe(room, MEDIA, NOISE_S)


def test_the_larger_the_model_the_more_memory_its_child_may_take(tmp_path: Path, settings: Settings) -> None:
    small = stand_in(tmp_path / "small").helper(1.0, reach(settings))
    large = stand_in(tmp_path / "large", said=SAID * 1_000).helper(1.0, reach(settings))
    assert large.ceilings.memory_bytes - small.ceilings.memory_bytes > 100_000


def test_without_a_model_there_is_nobody_who_hears(settings: Settings) -> None:
    assert transcription.recogniser_of(settings) is None
    assert transcription.hired(settings) is None
    assert transcription.tried(settings) == ""


def test_a_worker_does_without_a_model_that_is_not_whole(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "model.bin").touch()
    asked = settings.model_copy(update={"captions_model_dir": tmp_path})
    with pytest.raises(RecogniserMissing, match=r"config\.json, tokenizer\.json"):
        transcription.recogniser_of(asked)
    assert transcription.hired(asked) is None


@pytest.mark.skipif(not has_library, reason=NO_LIBRARY)
def test_a_model_is_tried_before_it_is_believed(settings: Settings, tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "model")
    asked = settings.model_copy(update={"captions_model_dir": model})
    assert transcription.tried(asked) == str(model)
    (model / "model.bin").write_bytes(b"not a model")
    with pytest.raises(RecogniserMissing, match="ne peut pas servir"):
        transcription.tried(asked)
