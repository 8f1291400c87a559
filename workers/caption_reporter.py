"""Tells the pages that wait how far the captions of a video are; nothing hangs on it."""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy.exc import OperationalError

from app.videos import caption_news
from app.videos.caption_news import CaptionNews, Step, news_at
from workers.desk import Desk
from workers.reporter import BEAT_S

logger = logging.getLogger("visavis.workers.captions")


class CaptionReporter:
    """Hears of every step, and tells at most once a second how far what is heard is."""

    def __init__(
        self, desk: Desk, video_id: UUID, duration_s: float, ticks_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._video_id = video_id
        self._duration_s = duration_s
        self._ticks_s = ticks_s
        self._begun_at = self._told_at = ticks_s()

    def reach(self, step: Step) -> None:
        """Tell of a step that begins, or of the end."""
        self._begun_at = self._ticks_s()
        self._tell(news_at(step))

    def hear(self, time_s: float) -> None:
        """Note until when of the sound all is written down."""
        now_s = self._ticks_s()
        if now_s - self._told_at >= BEAT_S:
            self._tell(news_at("hear", time_s / self._duration_s, now_s - self._begun_at))

    def _tell(self, news: CaptionNews) -> None:
        self._told_at = self._ticks_s()
        try:
            with self._desk.unit() as session:
                caption_news.tell(session, self._video_id, news)
        except OperationalError:
            logger.warning("video %s: the database does not answer", self._video_id)
