"""Small pictures of a video: how many, how they lie on their sheet, when each is to be seen."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.videos.storyboard import TILES_MAX, cues, storyboard_of


def test_a_minute_has_a_picture_every_other_second_six_in_a_row() -> None:
    board = storyboard_of(60.0, 640, 360)
    assert (board.tiles, board.stride, board.columns, board.rows) == (30, 1, 6, 5)
    assert (board.width_px, board.height_px) == (960, 450)
    assert (board.at_px(0), board.at_px(7)) == ((0, 0), (160, 90))


def test_an_upright_film_has_upright_pictures() -> None:
    board = storyboard_of(3.0, 360, 640)
    assert (board.tiles, board.tile_width_px, board.tile_height_px) == (2, 90, 160)
    assert (board.columns, board.rows) == (2, 1)


@given(duration_s=st.floats(0.1, 3600), width_px=st.integers(96, 2000), height_px=st.integers(96, 2000))
def test_no_film_has_too_many_nor_one_after_its_end(duration_s: float, width_px: int, height_px: int) -> None:
    board = storyboard_of(duration_s, width_px, height_px)
    assert 1 <= board.tiles <= TILES_MAX
    assert board.tiles == 1 or board.starts_s(board.tiles - 1) < duration_s
    left_px, top_px = board.at_px(board.tiles - 1)
    assert left_px + board.tile_width_px <= board.width_px
    assert top_px + board.tile_height_px == board.height_px


def test_each_cue_names_its_part_of_the_sheet_and_the_last_ends_with_the_film() -> None:
    said = cues(storyboard_of(5.2, 640, 360), "storyboard.jpg", 5.2, 2.002)
    assert said == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:02.002\nstoryboard.jpg#xywh=0,0,160,90\n\n"
        "00:00:02.002 --> 00:00:04.004\nstoryboard.jpg#xywh=160,0,160,90\n\n"
        "00:00:04.004 --> 00:00:05.200\nstoryboard.jpg#xywh=320,0,160,90\n"
    )


def test_long_films_skip_key_frames() -> None:
    board = storyboard_of(182.0, 640, 360)
    assert (board.tiles, board.stride) == (46, 2)
    assert (board.key_frame(3), board.starts_s(3)) == (6, 12.0)
    starts = re.findall(r"^(\S+) -->", cues(board, "s.jpg", 182.0, 2.0), re.MULTILINE)
    assert starts[-1] == "00:03:00.000"
