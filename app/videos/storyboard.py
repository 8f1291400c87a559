"""Pure arithmetic of the storyboard: small pictures of a video at even steps, on one sheet, row by row.

Each of them is a key frame, of which every rendition has one at the same places: the same picture can be had
large, without looking for an instant.
"""

from dataclasses import dataclass
from math import ceil

from app.videos.subtitles import time

KEY_FRAME_S = 2
TILES_MAX = 48
COLUMNS = 6
TILE_SIDE_PX = 90  # the short one
LAST_MARGIN_S = 0.25  # what may be missing at the end, so that the last tile is no empty one


@dataclass(frozen=True)
class Storyboard:
    """How many tiles there are, of how many key frames each is the first, and how the sheet is laid out."""

    tiles: int
    stride: int
    tile_width_px: int
    tile_height_px: int

    @property
    def columns(self) -> int:
        """How many tiles stand side by side."""
        return min(self.tiles, COLUMNS)

    @property
    def rows(self) -> int:
        """How many rows there are, the last one perhaps not full."""
        return ceil(self.tiles / self.columns)

    @property
    def width_px(self) -> int:
        """How wide the sheet is."""
        return self.columns * self.tile_width_px

    @property
    def height_px(self) -> int:
        """How high the sheet is."""
        return self.rows * self.tile_height_px

    def at_px(self, tile: int) -> tuple[int, int]:
        """Return where a tile stands on the sheet, from the left and from the top."""
        row, column = divmod(tile, self.columns)
        return column * self.tile_width_px, row * self.tile_height_px

    def starts_s(self, tile: int) -> float:
        """Return about when a tile is to be seen; `cues` is told the exact step."""
        return float(tile * self.stride * KEY_FRAME_S)

    def key_frame(self, tile: int) -> int:
        """Return which of the key frames a tile shows, from 0."""
        return tile * self.stride


def storyboard_of(duration_s: float, width_px: int, height_px: int) -> Storyboard:
    """Lay out the storyboard of a film by its length and the size of its pictures."""
    key_frames = max(1, ceil((duration_s - LAST_MARGIN_S) / KEY_FRAME_S))
    stride = ceil(key_frames / TILES_MAX)
    ratio = TILE_SIDE_PX / min(width_px, height_px)
    width, height = (max(2, round(side_px * ratio / 2) * 2) for side_px in (width_px, height_px))
    return Storyboard(ceil(key_frames / stride), stride, width, height)


def cues(board: Storyboard, sheet: str, duration_s: float, key_frame_s: float) -> str:
    """Write the storyboard as WebVTT: each cue names a part of the sheet by `#xywh`."""
    step_s = board.stride * key_frame_s
    blocks = ["WEBVTT"]
    for tile in range(board.tiles):
        start_s, end_s = tile * step_s, duration_s if tile + 1 == board.tiles else (tile + 1) * step_s
        left_px, top_px = board.at_px(tile)
        place = f"{left_px},{top_px},{board.tile_width_px},{board.tile_height_px}"
        blocks.append(f"{time(start_s)} --> {time(end_s)}\n{sheet}#xywh={place}")
    return "\n\n".join(blocks) + "\n"
