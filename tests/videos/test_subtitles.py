"""Caption files: what is written reads the same, what is bad is refused by its line, never by a trace."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.captions import CaptionsWrong, Cue, plain
from app.videos.subtitles import FILE_MAX_CHARACTERS, read, written

SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<i>Bonjour</i>,\r\nmoi c’est Aïcha.\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000\r\nMerci.\r\n"
)
VTT = """\ufeffWEBVTT - un titre
Kind: captions

NOTE une remarque
sur deux lignes

STYLE
::cue { color: red }

nom
00:01.000 --> 00:02.500 align:start position:0%
<v Aïcha>Bonjour</v>, 5 &lt; 6 &amp; c’est <00:00:01.500>tout.

01:00:00.000 --> 01:00:01.000
Merci."""
TIMES = st.integers(min_value=0, max_value=359_999_000)


@st.composite
def cues(draw: st.DrawFn) -> Cue:
    """Make a caption of any words, to the millisecond."""
    start_ms, lasts_ms = draw(TIMES), draw(st.integers(min_value=1, max_value=60_000))
    text = draw(st.text().map(plain).filter(bool))
    return Cue(start_ms / 1000, (start_ms + lasts_ms) / 1000, text)


@given(st.lists(cues(), min_size=1, max_size=5))
def test_what_is_written_reads_the_same(given: list[Cue]) -> None:
    assert read(written(given)) == tuple(given)


def test_a_webvtt_file_gives_its_words_without_tags_settings_and_asides() -> None:
    assert read(VTT) == (Cue(1, 2.5, "Bonjour, 5 < 6 & c’est tout."), Cue(3600, 3601, "Merci."))


def test_a_subrip_file_is_read_too() -> None:
    assert read(SRT) == (Cue(1, 2.5, "Bonjour,\nmoi c’est Aïcha."), Cue(3, 4, "Merci."))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "aucun sous-titre"),
        ("WEBVTT\n\nNOTE rien", "aucun sous-titre"),
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nun", "Ligne 4"),
        ("bonjour", "Ligne 1"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nun\n\n00:99.000 --> 01:00.000\ndeux", "Ligne 6"),
        ("WEBVTT\n\n00:05.000 --> 00:04.000\nun", "Ligne 3 : ce sous-titre finit avant de commencer."),
        ("1\n00:00:01,000 --> 00:00:02,000\nun\n2\n00:00:03,000 --> 00:00:04,000\ndeux", "Ligne 4"),
        ("x" * (FILE_MAX_CHARACTERS + 1), "200 Ko"),
        ("WEBVTT\n\n" + "00:01.000 --> 00:02.000\nun\n\n" * 401, "400 au plus"),
    ],
)
def test_a_bad_file_is_refused_by_its_line(text: str, words: str) -> None:
    with pytest.raises(CaptionsWrong) as refused:
        read(text)
    assert words in refused.value.detail


@given(st.text(alphabet="WEBVTT\n0123456789:.,-> <b>é"))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    with suppress(CaptionsWrong):
        assert read(text)
