"""What the forms of the pages of videos accept."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field


class PosterForm(BaseModel):
    """Which picture of the storyboard shall stand for the video."""

    tile: int


def with_point(typed: object) -> object:
    """Let a number be typed with a comma, as the French write it."""
    return typed.replace(",", ".") if isinstance(typed, str) else typed


Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(with_point)]


class CutForm(BaseModel):
    """From where to where a video is kept, in seconds of what is shown now."""

    start_s: Seconds = 0.0
    end_s: Seconds | None = None
