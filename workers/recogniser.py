"""Writes down what is said, for `workers/child.py`, with the extra `captions` and a model (ADR 15)."""

import os
from typing import Any

from app.videos.hearing import LANGUAGE, is_foreign
from workers.aligner import speech_in

os.environ["HF_HUB_OFFLINE"] = "1"  # read at the import: nothing is ever downloaded

from faster_whisper import WhisperModel

ONE_CORE = 1


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Answer with the phrases that were heard, each with its words; none in another language than French.

    Asked with the `speech`, as samples in the working directory, and the directory of the `model`.
    """
    speech = speech_in(question["speech"])
    model = WhisperModel(
        question["model"], device="cpu", compute_type="int8", cpu_threads=ONE_CORE, local_files_only=True
    )
    language, certainty, _ = model.detect_language(speech)
    if is_foreign(language, certainty):
        return {"phrases": []}
    # Each window by itself: a wrong word would be believed in all that follows.
    segments, _ = model.transcribe(
        speech, language=LANGUAGE, word_timestamps=True, vad_filter=True, condition_on_previous_text=False
    )
    phrases = []
    for segment in segments:  # heard one by one, as they are asked for
        print(f"out_time_ms={round(segment.end * 1_000_000)}", flush=True)  # noqa: T201  as ffmpeg tells it
        phrases.append(_phrase(segment))
    return {"phrases": phrases}


def _phrase(segment: Any) -> dict[str, Any]:
    """Spell out what was heard in numbers and words that JSON has."""
    return {
        "words": [[float(word.start), float(word.end), word.word] for word in segment.words or ()],
        "log_probability": float(segment.avg_logprob),
        "repetition": float(segment.compression_ratio),
    }
