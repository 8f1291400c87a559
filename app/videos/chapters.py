"""The chapters of a film of several takes: where each begins, and what it is called."""

from pydantic import BaseModel

from app.videos.models import Video
from app.words import N_, said

# Of the four parts of a script, in their order (app/profiles).
PART_TITLES = (
    N_("Qui je suis"),
    N_("Ce que j’ai déjà fait"),
    N_("Mes points forts"),
    N_("Ce que je cherche"),
)


class Chapter(BaseModel):
    """Where a take begins in a video of several, and what it is called."""

    start_s: float
    title: str


def chapters_of(video: Video) -> list[Chapter]:
    """Return the chapters of a video that is shown: none for a single take, or where nobody knows the joins.

    Four takes are the four parts of the script, as the studio films them.
    """
    titles = PART_TITLES if len(video.takes) == len(PART_TITLES) else ()
    found = [
        Chapter(
            start_s=take.starts_s,
            title=said(titles[take.position - 1] if titles else N_("Prise %(take)s", take=take.position)),
        )
        for take in video.takes
        if take.starts_s is not None and take.duration_s
    ]
    return found if len(found) > 1 else []
