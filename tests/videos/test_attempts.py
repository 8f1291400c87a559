"""What a worker may write, as long as nobody else has taken the video."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.people.models import Person
from app.videos import attempts
from app.videos.attempts import Attempt, AttemptLost, Progress
from app.videos.models import Video
from app.videos.rules import MediaFile, Result
from tests.factories import make_video

NOW = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
FILES = (MediaFile("video.mp4", "video/mp4", 10, 640, 360),)
MADE = Result(61.0, is_partial=False, warnings=("sans-son",), files=FILES, lengths_s=(61.0,))

WRITES: dict[str, Callable[[Session, Attempt], None]] = {
    "beat": lambda session, mine: attempts.beat(session, mine, Progress("ladder", 40), NOW),
    "show_preview": lambda session, mine: attempts.show_preview(session, mine, "videos/x/1/preview.mp4"),
    "hand_over": lambda session, mine: attempts.hand_over(session, mine, NOW),
    "give_back": lambda session, mine: attempts.give_back(session, mine, NOW, is_counted=True),
    "refuse": lambda session, mine: attempts.refuse(session, mine, "fichier-illisible"),
    "fail": lambda session, mine: attempts.fail(session, mine, "preparation-en-panne"),
    "finish": lambda session, mine: attempts.finish(session, mine, MADE, NOW),
}


@pytest.fixture
def video(session: Session, resident: Person) -> Video:
    return make_video(session, resident, ready=False)


def taken(session: Session, video_id: UUID) -> Attempt:
    """Take a video that can be taken."""
    attempt = attempts.take(session, video_id, NOW)
    assert attempt is not None
    return attempt


@pytest.mark.parametrize("name", WRITES)
def test_every_write_of_the_newest_attempt_counts_and_of_an_older_one_does_not(
    name: str, session: Session, video: Video
) -> None:
    late, newest = taken(session, video.id), taken(session, video.id)
    with pytest.raises(AttemptLost):
        WRITES[name](session, late)
    assert (video.attempt, video.state, video.percent, video.storage_prefix) == (2, "checking", 0, None)
    WRITES[name](session, newest)


@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_written_about_a_video_that_is_gone(name: str, session: Session, video: Video) -> None:
    mine = taken(session, video.id)
    session.delete(video)
    session.flush()
    with pytest.raises(AttemptLost):
        WRITES[name](session, mine)


@pytest.mark.parametrize("state", ["ready", "refused", "failed"])
def test_a_video_at_its_end_is_not_taken(state: str, session: Session, video: Video) -> None:
    video.state = state
    session.flush()
    assert attempts.take(session, video.id, NOW) is None


def test_each_attempt_writes_where_no_other_does(session: Session, video: Video) -> None:
    assert taken(session, video.id).prefix != taken(session, video.id).prefix


def test_the_third_try_is_the_last_and_interruptions_are_none(session: Session, video: Video) -> None:
    for _ in range(5):
        attempts.give_back(session, taken(session, video.id), NOW, is_counted=False)
    tries = []
    for _ in range(3):
        attempt = taken(session, video.id)
        tries.append(attempt.is_last)
        attempts.give_back(session, attempt, NOW, is_counted=True)
    assert tries == [False, False, True]


def test_what_is_finished_is_what_was_made(session: Session, video: Video, resident: Person) -> None:
    mine = taken(session, video.id)
    attempts.show_preview(session, mine, f"{mine.prefix}preview.mp4")
    attempts.finish(session, mine, MADE, NOW)
    assert (video.state, video.percent, video.preview_key) == ("ready", 100, None)
    assert (video.duration_s, video.warnings, video.ready_at) == (61.0, ["sans-son"], NOW)
    assert video.storage_prefix == mine.prefix
    assert resident.qpv_frozen_at == NOW
