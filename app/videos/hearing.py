"""Makes captions out of what a recogniser of speech heard: what of it is believed, and its words in lines."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.videos.captions import SHORTEST_S, Cue
from app.videos.cutting import blocks
from app.videos.timing import readable

LANGUAGE = "fr"
FOREIGN_FROM = 0.8  # an accent makes a model doubt; another language makes it this certain
# Source: the limits of Whisper itself (openai/whisper, transcribe.py), beyond which its words count as wrong.
LOG_PROBABILITY_MIN = -1.0
REPETITION_MAX = 2.4
BELIEVED_MIN_SHARE = 0.5  # of the time of what was heard: with less, it is quicker to write it anew
PAUSE_S = 1.0  # after which a caption does not go on
# What models write over silence and music: the credits of the films that they learnt from.
CREDITS = re.compile(r"amara\.org|soustitreur|sous-titr\w+ (réalisé|fait|par|st\b|société)", re.IGNORECASE)
MODEL_FILES = (
    "model.bin",
    "config.json",
    "tokenizer.json",
)  # without the last one the library would download


@dataclass(frozen=True)
class Word:
    """A word and when it is said, with the blank before it as it is written."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Phrase:
    """What was heard of a stretch of speech: words, how likely they are, how much they repeat themselves."""

    words: tuple[Word, ...]
    log_probability: float
    repetition: float

    @property
    def text(self) -> str:
        """All its words."""
        return "".join(word.text for word in self.words)

    @property
    def lasts_s(self) -> float:
        """How long it takes to say."""
        return self.words[-1].end_s - self.words[0].start_s if self.words else 0.0

    @property
    def is_believed(self) -> bool:
        """Whether somebody may be asked to put it right, rather than to write it."""
        is_likely = self.log_probability >= LOG_PROBABILITY_MIN and self.repetition <= REPETITION_MAX
        return is_likely and not CREDITS.search(self.text)


def is_foreign(language: str, certainty: float) -> bool:
    """Tell whether what is said is, for sure, not in French: its words would be guessed."""
    return language != LANGUAGE and certainty >= FOREIGN_FROM


def captioned(phrases: Sequence[Phrase], duration_s: float) -> tuple[tuple[Cue, ...], bool] | None:
    """Return captions of what was heard, and whether all of it was believed; None when too little was."""
    heard = [phrase for phrase in phrases if phrase.text.strip()]
    believed = [phrase for phrase in heard if phrase.is_believed]
    heard_s, believed_s = (sum(phrase.lasts_s for phrase in each) for each in (heard, believed))
    if not believed or believed_s < BELIEVED_MIN_SHARE * heard_s:
        return None
    written = (_written(word) for phrase in believed for word in phrase.words)
    words = [word for word in written if word.text.strip()]
    return readable(_lines(words), duration_s), len(believed) == len(heard)


def _lines(words: Sequence[Word]) -> list[Cue]:
    """Cut words into captions; each stands from its first sign to its last one."""
    signs = [word for word in words for sign in word.text if not sign.isspace()]
    lines: list[Cue] = []
    at, not_before_s = 0, 0.0
    for block in blocks(_typeset(_running(words))):
        first, at = at, at + sum(not sign.isspace() for sign in block)
        start_s = max(not_before_s, signs[first].start_s)
        lines.append(Cue(start_s, max(start_s, signs[at - 1].end_s), block))
        not_before_s = start_s + SHORTEST_S
    return lines


def _running(words: Sequence[Word]) -> str:
    """Return words as one text, a long pause as the end of a paragraph."""
    text, ended_s = "", 0.0
    for word in words:
        is_apart = word.text[0].isspace() and word.start_s - ended_s >= PAUSE_S
        text += f"\n{word.text.lstrip()}" if is_apart else word.text
        ended_s = word.end_s
    return text.strip()


def _written(word: Word) -> Word:
    """Return a word without what cannot be seen, the blank before it kept."""
    composed = unicodedata.normalize("NFC", word.text)
    seen = "".join(sign for sign in composed if not unicodedata.category(sign).startswith("C"))
    return replace(word, text=seen)


def _typeset(text: str) -> str:
    """Hold together what French puts a blank between."""
    held = re.sub(r" (?=[?!:;»])", "\u00a0", text.replace("'", "’"))
    return held.replace("« ", "«\u00a0")
