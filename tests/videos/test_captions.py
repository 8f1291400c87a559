"""What captions may be: readable in time, in order, none over the next one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.captions import (
    LINE_MAX_CHARACTERS,
    LINES_MAX,
    CaptionsWrong,
    Cue,
    faults,
    plain,
    spread,
    tidy,
)


@pytest.mark.parametrize(
    ("cue", "found"),
    [
        (Cue(0, 2, "x" * 40), ()),
        (Cue(0, 2, "x" * 41), ("fast",)),
        (Cue(0, 0.7, "Oui."), ()),
        (Cue(0, 0.69, "x" * 42), ("brief",)),
        (Cue(0, 9, "x" * 43), ("wide",)),
        (Cue(0, 9, "un\ndeux\ntrois"), ("tall",)),
    ],
)
def test_what_cannot_be_read_in_time_is_told(cue: Cue, found: tuple[str, ...]) -> None:
    assert faults(cue) == found


def test_captions_come_in_order_and_none_stands_over_the_next() -> None:
    late, early = Cue(3, 5, "après"), Cue(1, 4, "  avant ")
    assert tidy([late, early, Cue(6, 7, " \n")], 10) == (Cue(1, 3, "avant"), Cue(3, 5, "après"))


def test_a_last_caption_that_is_a_little_too_long_ends_with_the_video() -> None:
    assert tidy([Cue(8, 10.4, "fin")], 10) == (Cue(8, 10, "fin"),)


@pytest.mark.parametrize(
    ("cues", "words"),
    [
        ([Cue(1, 2, "un"), Cue(1, 3, "deux")], "À 0:01, deux sous-titres commencent ensemble."),
        ([Cue(62, 61, "un")], "À 1:02, un sous-titre finit avant de commencer."),
        ([Cue(100, 101, "un")], "À 1:40, un sous-titre dépasse la fin"),
        ([Cue(98, 101, "un")], "À 1:38, un sous-titre dépasse la fin"),
        ([Cue(1, 2, "x" * 501)], "À 0:01, le texte est trop long"),
        ([Cue(at / 10, at / 10 + 0.1, "x") for at in range(401)], "400 au plus"),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(cues: list[Cue], words: str) -> None:
    with pytest.raises(CaptionsWrong) as refused:
        tidy(cues, 100)
    assert words in refused.value.detail


def test_no_captions_at_all_are_none() -> None:
    assert tidy([], 10) == ()


def test_a_text_is_shared_out_by_its_length_in_captions_that_can_be_read() -> None:
    text = (
        "Bonjour. Je m’appelle Aïcha et j’ai fait deux stages en boulangerie, à Lille puis à Roubaix. Merci !"
    )
    cues = spread(text, 20)
    assert " ".join(cue.text.replace("\n", " ") for cue in cues) == text
    assert cues[0].text == "Bonjour."
    assert cues[0].start_s == 0
    assert cues[-1].end_s == 20
    assert all(before.end_s == after.start_s for before, after in pairwise(cues))


@given(st.text(), st.floats(min_value=1, max_value=200))
def test_a_text_shared_out_is_tidy_and_fits_its_lines(text: str, duration_s: float) -> None:
    cues = spread(text, duration_s)
    for cue in cues:
        lines = cue.text.split("\n")
        assert len(lines) <= LINES_MAX
        assert all(len(line) <= LINE_MAX_CHARACTERS for line in lines)
    assert "".join("".join(cue.text for cue in cues).split()) == "".join(plain(text).split())


def test_no_word_of_a_long_sentence_stands_alone() -> None:
    sentence = "Bonjour, je m’appelle Idriss, j’ai vingt ans et un bac pro maintenance des véhicules."
    assert [cue.text for cue in spread(sentence, 10)] == [
        "Bonjour, je m’appelle\nIdriss, j’ai vingt ans et",
        "un bac pro maintenance\ndes véhicules.",
    ]


def test_without_a_word_or_a_length_there_is_nothing_to_share_out() -> None:
    assert spread(" \n", 10) == ()
    assert spread("Bonjour.", 0) == ()
