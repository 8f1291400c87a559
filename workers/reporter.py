"""Tells the row and the pages how far a video is, and learns there whether the attempt still counts."""

import logging
import time
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from app.videos import attempts
from app.videos.attempts import Attempt, Progress
from app.videos.states import SPANS, percent_at, remaining_s
from workers.desk import Desk

BEAT_S = 1.0

logger = logging.getLogger("visavis.workers.video")


class Reporter:
    """Hears of every step and writes at most once a second; raises AttemptLost out of whatever runs."""

    def __init__(self, desk: Desk, attempt: Attempt, should_abort: Callable[[], bool]) -> None:
        self._desk = desk
        self._attempt = attempt
        self._asked_to_stop = should_abort
        self._progress = Progress("check", SPANS["preview"][1] if attempt.has_preview else 0)
        self._beaten_at = time.monotonic()
        self._ladder_at: float | None = None

    def hear(self, step: str, fraction: float) -> None:
        """Note how much of a step is done; the percentage never goes back."""
        percent = max(self._progress.percent, percent_at(step, fraction))
        now_s = time.monotonic()
        if step == "ladder" and self._ladder_at is None:
            self._ladder_at = now_s
        left_s = None if self._ladder_at is None else remaining_s(percent, now_s - self._ladder_at)
        self._progress = Progress(step, percent, left_s)
        self._beat_if_due()

    def should_abort(self) -> bool:
        """Tell whether the work has to stop; asked often, so that a silent tool is no silent video."""
        self._beat_if_due()
        return self._asked_to_stop()

    def _beat_if_due(self) -> None:
        if time.monotonic() - self._beaten_at < BEAT_S:
            return
        self._beaten_at = time.monotonic()
        try:
            with self._desk.unit() as session:
                attempts.beat(session, self._attempt, self._progress, self._desk.clock.now())
        except OperationalError:
            # The work goes on without being seen; the last write finds out whether it still counts.
            logger.warning("video %s: the database does not answer", self._attempt.video_id)
