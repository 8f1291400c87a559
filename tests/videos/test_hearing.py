"""What a recogniser heard becomes captions that can be read, or none where it is quicker to write anew."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.captions import LINE_MAX_CHARACTERS, LINES_MAX, Cue, tidy, transcript
from app.videos.hearing import Phrase, Word, captioned, is_foreign

LIKELY, UNLIKELY = -0.3, -1.4


def said(text: str, start_s: float = 0.0, pace_s: float = 0.4, likely: float = LIKELY) -> Phrase:
    """Say words one after the other, as a model writes them: the blank before each."""
    words = [
        Word(start_s + at * pace_s, start_s + (at + 1) * pace_s, f" {word}")
        for at, word in enumerate(text.split(" "))
    ]
    return Phrase(tuple(words), likely, 1.2)


def cues_of(*phrases: Phrase, duration_s: float = 60.0) -> tuple[Cue, ...]:
    found = captioned(phrases, duration_s)
    assert found is not None
    return found[0]


def test_words_become_captions_that_stand_when_they_are_said() -> None:
    text = "Bonjour, je m’appelle Aïcha et j’ai un CAP vente. Je cherche un emploi à Lyon."
    cues = cues_of(said(text, 2.0))
    assert [(cue.start_s, cue.text) for cue in cues] == [
        (2.0, "Bonjour, je m’appelle\nAïcha et j’ai un CAP vente."),
        (pytest.approx(5.6), "Je cherche un emploi à Lyon."),
    ]


def test_a_pause_ends_a_caption() -> None:
    cues = cues_of(said("Je sais vendre", 0.0), said("et compter", 5.0))
    assert [cue.text for cue in cues] == ["Je sais vendre", "et compter"]
    assert cues[1].start_s == 5.0


def test_what_a_model_cuts_within_a_word_stays_one_word() -> None:
    pieces = (Word(0, 0.2, " J"), Word(0.2, 0.4, "'ai"), Word(0.4, 0.9, " vingt"), Word(3.0, 3.2, "-deux"))
    (cue,) = cues_of(Phrase((*pieces, Word(3.2, 3.6, " ans !")), LIKELY, 1.0))
    assert cue.text == "J’ai vingt-deux ans\u00a0!"


def test_what_is_not_likely_is_left_out_and_the_rest_is_to_check() -> None:
    found = captioned([said("Je sais vendre et compter."), said("Brouhaha.", 6.0, likely=UNLIKELY)], 60.0)
    assert found is not None
    cues, is_sure = found
    assert transcript(cues) == "Je sais vendre et compter."
    assert not is_sure


def test_what_is_all_likely_is_sure() -> None:
    assert captioned([said("Je sais vendre.")], 60.0) == (cues_of(said("Je sais vendre.")), True)


@pytest.mark.parametrize(
    "phrases",
    [
        [],
        [said("Je sais.", likely=UNLIKELY)],
        [said("Je sais."), said("Un long bruit que personne ne comprend.", 6.0, likely=UNLIKELY)],
        [Phrase(said("Merci. Merci. Merci.").words, LIKELY, 3.0)],
        [said("Sous-titres réalisés par la communauté d’Amara.org")],
        [said("Sous-titrage Société Radio-Canada")],
        [Phrase((Word(0, 1, " "),), LIKELY, 1.0), Phrase((), LIKELY, 1.0)],
    ],
    ids=["nothing", "unlikely", "mostly unlikely", "going round", "credits", "more credits", "blank"],
)
def test_too_little_that_is_believed_is_nothing(phrases: Sequence[Phrase]) -> None:
    assert captioned(phrases, 60.0) is None


@pytest.mark.parametrize(
    ("language", "certainty", "taken_for"),
    [("fr", 0.99, "French"), ("ar", 0.95, "foreign"), ("ar", 0.5, "French"), ("fr", 0.2, "French")],
)
def test_another_language_is_only_taken_for_one_when_it_is_sure(
    language: str, certainty: float, taken_for: str
) -> None:
    assert is_foreign(language, certainty) == (taken_for == "foreign")


texts = st.text(st.characters(codec="utf-8"), max_size=60)
moments = st.tuples(st.floats(0, 59), st.floats(0, 3))
words = st.builds(lambda text, at: Word(at[0], min(60.0, at[0] + at[1]), text), texts, moments)


@given(st.lists(st.lists(words, max_size=12), max_size=6))
def test_whatever_a_model_writes_can_stand_as_captions(spoken: list[list[Word]]) -> None:
    in_order = [tuple(sorted(each, key=lambda word: word.start_s)) for each in spoken]
    found = captioned([Phrase(each, LIKELY, 1.0) for each in in_order], 1_000.0)
    if found is None:
        return
    cues = tidy(found[0], 1_000.0)
    assert all(before.end_s <= after.start_s for before, after in pairwise(cues))
    lines = [line for cue in cues for line in cue.text.split("\n")]
    assert all(len(line) <= LINE_MAX_CHARACTERS for line in lines)
    assert all(cue.text.count("\n") < LINES_MAX for cue in cues)
