"""How far the captions are that a machine makes, for the page that waits for them."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app import queue
from app.videos import queries
from app.videos.schemas import left
from app.words import N_, said

JOB = "videos.caption"
NEARLY_PERCENT = 99
# The text is laid on the voice without a word of how far; what is heard tells it.
BEGINS_PERCENT = {"waiting": 0, "align": 5, "hear": 10, "done": 100, "nothing": 100}

Step = Literal["waiting", "align", "hear", "done", "nothing"]
SENTENCES: dict[Step, str] = {
    "waiting": N_("Les sous-titres attendent leur tour."),
    "align": N_("On cale le texte préparé sur la voix."),
    "hear": N_("On écoute, et on écrit ce qui est dit."),
    "done": N_("Les sous-titres sont prêts."),
    "nothing": N_("Rien n’a pu être écrit tout seul."),
}


class CaptionNews(BaseModel):
    """Where the captions are, as their page shows it; app/web/ts/progress.ts reads it."""

    state: Literal["captioning", "captioned"]
    step: Step
    percent: int
    remaining_s: int | None = None
    sentence: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there will be no more."""
        return self.state == "captioned"


def news_at(step: Step, fraction: float = 0.0, since_s: float | None = None) -> CaptionNews:
    """Return the news of a step of which a fraction is done since so many seconds."""
    percent = BEGINS_PERCENT[step]
    percent += int((NEARLY_PERCENT - percent) * min(1.0, max(0.0, fraction))) if step == "hear" else 0
    remaining_s = round(since_s * (1 - fraction) / fraction) if since_s is not None and fraction > 0 else None
    sentence = f"{said(SENTENCES[step])} {said(left(remaining_s))}".strip()
    state: Literal["captioning", "captioned"] = "captioned" if step in ("done", "nothing") else "captioning"
    return CaptionNews(state=state, step=step, percent=percent, remaining_s=remaining_s, sentence=sentence)


def tell(session: Session, video_id: UUID, news: CaptionNews) -> None:
    """Show it to the pages that wait, at commit."""
    queue.notify_progress(session, video_id, news.model_dump())


def standing(session: Session, video_id: UUID) -> CaptionNews:
    """Return where captions are without a word of who makes them: waiting, there, or given up."""
    found = queries.captions(session, video_id)
    if found is not None and found.cues:
        return news_at("done")
    return news_at("waiting" if queue.has_job(session, [JOB], video_id) else "nothing")


def coming(session: Session, video_id: UUID) -> CaptionNews | None:
    """Return what to show first of captions that will come by themselves; None where none will."""
    news = standing(session, video_id)
    return None if news.is_over else news


def is_of_captions(notice: dict[str, object]) -> bool:
    """Tell whether a notice about a video is about its captions, rather than the film itself."""
    return str(notice.get("state", "")).startswith("caption")
