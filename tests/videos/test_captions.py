"""What captions may be: readable in time, in order, none over the next one."""

import pytest

from app.videos.captions import CaptionsWrong, Cue, faults, tidy


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
