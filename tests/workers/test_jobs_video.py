"""A video on its way through the jobs: ready, refused, tried again, given up, taken away."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.evidence.models import OutboxEntry
from app.people.models import Person
from app.uploads.service import spool_path
from app.videos import attempts, queries, service
from app.videos.models import Video
from app.videos.playback import MASTER, MUXED, PlaybackContext, playback, playlist
from app.videos.refusals import REFUSALS
from app.videos.rules import Limits
from app.videos.schemas import explanation
from tests.disk import small_disk
from tests.media import HOSTILE, Clips
from tests.workers.conftest import Send
from tests.workers.crew import Later
from workers import ffmpeg, objects, transcode
from workers.desk import Desk, Running
from workers.runner import Interrupted
from workers.transcode import Postponed, TriedInVain

ONCE = Running()
WAITING = text("select task_name from jobs.procrastinate_jobs where status = 'todo' order by id")

# One of each way to be no video; the whole list goes through the pipeline in test_check.py.
CHOSEN = (
    *("empty.mp4", "random.mp4", "text.mp4", "archive.mp4", "program.mp4", "pdf.mp4", "png.mp4", "gif.mp4"),
    *("heic.mp4", "svg.mp4", "playlist.mp4", "ffconcat.mp4", "dash.mp4", "sdp.mp4", "ts.mp4", "song.mp4"),
    *("voice.mp4", "cut.mp4", "no_moov.mp4", "protected.mp4", "short.mp4", "jerky.mp4", "huge.mp4"),
)


def row(session: Session, video_id: UUID) -> Video:
    """Read a video afresh."""
    session.expire_all()
    found = queries.video(session, video_id)
    assert found is not None
    return found


def stored(desk: Desk) -> list[str]:
    """Name what is in the storage, without the ids."""
    return [info.key.split("/", 2)[2] for info in desk.storage.list("videos/")]


def kill_the_next_tool(rooms: Path) -> None:
    """Wait until a tool works in a room, and kill it as a machine short of memory does."""
    while True:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "cwd").readlink().is_relative_to(rooms.resolve()):
                    os.kill(int(process.name), signal.SIGKILL)
                    return


def test_the_owner_watches_a_copy_before_the_long_work_begins(
    desk: Desk, session: Session, send: Send, now: datetime
) -> None:
    video_id = send("small.mp4")
    transcode.preview(desk, video_id, ONCE)
    video = row(session, video_id)
    assert (video.state, video.step, video.percent) == ("received", "waiting", 5)
    shown = playback(session, video, PlaybackContext(desk.storage, desk.settings, now), preview=True)
    assert shown.mp4
    assert shown.hls is None
    assert session.scalars(WAITING).all() == ["videos.preview", "videos.prepare"]


def test_a_video_is_made_and_counted_once(
    desk: Desk, session: Session, send: Send, resident: Person, now: datetime
) -> None:
    video_id = send("small.mp4")
    transcode.preview(desk, video_id, ONCE)
    transcode.prepare(desk, video_id, ONCE)
    video = row(session, video_id)
    assert (video.state, video.step, video.percent, video.ready_at) == ("ready", "done", 100, now)
    assert video.duration_s == pytest.approx(4, abs=0.2)
    assert sorted(stored(desk)) == sorted(f"{video.attempt}/{file.name}" for file in video.renditions)
    assert {MASTER, MUXED} <= {file.name for file in video.renditions}
    statement = session.scalars(select(OutboxEntry)).one().statement
    assert (statement["kind"], statement["measures"]["qpv"]) == ("resident.filmed", False)
    assert session.get_one(Person, resident.id).qpv_frozen_at == now
    assert list(desk.settings.work_dir.iterdir()) == []
    transcode.prepare(desk, video_id, ONCE)
    assert row(session, video_id).attempt == video.attempt


def test_every_playlist_leads_to_links_that_open(
    desk: Desk, session: Session, send: Send, now: datetime
) -> None:
    video_id = send("small.mp4")
    transcode.prepare(desk, video_id, ONCE)
    context = PlaybackContext(desk.storage, desk.settings, now)
    shown = playback(session, row(session, video_id), context, preview=False)
    assert shown.hls
    token = shown.hls.split("/")[2]
    names = [line for line in playlist(token, MASTER, context).splitlines() if line.endswith(".m3u8")]
    assert names
    for name in names:
        media = [line for line in playlist(token, name, context).splitlines() if "mp4" in line]
        assert media
        assert all(desk.settings.public_url in line and "signature=" in line for line in media)


def test_what_cannot_be_copied_gets_its_preview_from_the_long_work(
    desk: Desk, session: Session, send: Send
) -> None:
    video_id = send("recorder.webm")
    transcode.preview(desk, video_id, ONCE)
    assert row(session, video_id).preview_key is None
    assert session.scalars(WAITING).all()[-1] == "videos.prepare"
    # Stopped as soon as it is there: the ladder of such a clip takes long.
    with pytest.raises(Interrupted):
        transcode.prepare(desk, video_id, Running(lambda: row(session, video_id).preview_key is not None))
    assert stored(desk) == ["2/preview.mp4"]


@pytest.mark.parametrize("clip", CHOSEN)
def test_what_is_no_video_is_refused_in_french(desk: Desk, session: Session, send: Send, clip: str) -> None:
    video_id = send(clip)
    transcode.preview(desk, video_id, ONCE)
    video = row(session, video_id)
    expected = HOSTILE[clip][1]
    assert (video.state, video.reason) == ("refused", expected.slug)
    said = explanation(video.reason or "", Limits())
    assert said.title == REFUSALS[expected.slug].title
    assert said.advice
    assert stored(desk) == []


def test_a_worker_that_comes_back_late_writes_nothing(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")

    def overtaken() -> bool:
        if row(session, video_id).attempt == 1:
            with desk.unit() as other:
                attempts.take(other, video_id, desk.clock.now())
        return False

    transcode.prepare(desk, video_id, Running(overtaken))
    video = row(session, video_id)
    assert (video.state, video.attempt, video.storage_prefix) == ("checking", 2, None)
    assert stored(desk) == []


def test_a_video_removed_while_it_is_made_leaves_nothing(
    desk: Desk, session: Session, send: Send, resident: Person
) -> None:
    video_id = send("small.mp4")
    upload_id = queries.uploads_of(session, video_id)[0]

    def removed() -> bool:
        if queries.video(session, video_id):
            with desk.unit() as owner:
                service.remove(owner, resident.id, video_id)
        session.expire_all()
        return False

    transcode.prepare(desk, video_id, Running(removed))
    objects.forget_original(desk, upload_id)
    assert queries.video(session, video_id) is None
    assert stored(desk) == []
    assert not spool_path(desk.settings, upload_id).exists()
    assert list(desk.settings.work_dir.iterdir()) == []
    assert session.scalars(select(OutboxEntry)).all() == []


def test_an_interruption_is_no_try_of_the_file(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    for _ in range(4):
        with pytest.raises(Interrupted):
            transcode.prepare(desk, video_id, Running(lambda: True))
    video = row(session, video_id)
    assert (video.state, video.tries, video.attempt) == ("received", 0, 4)


def test_three_tries_in_vain_and_it_has_failed(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    desk.settings.work_dir.write_text("not a directory")
    for _ in range(2):
        with pytest.raises(TriedInVain):
            transcode.prepare(desk, video_id, ONCE)
    transcode.prepare(desk, video_id, ONCE)
    video = row(session, video_id)
    assert (video.state, video.reason, video.tries) == ("failed", "preparation-en-panne", 3)
    assert session.scalars(WAITING).all() == ["videos.preview"]
    service.retry(session, video.person_id, video_id)
    assert (video.state, video.reason, video.tries) == ("received", None, 0)
    assert session.scalars(WAITING).all()[-1] == "videos.prepare"


def test_a_full_disk_is_waited_for(desk: Desk, session: Session, send: Send, clips: Clips) -> None:
    video_id = send("small.mp4")
    room_for_bytes = clips["small.mp4"].stat().st_size // 2
    with small_disk(desk.settings.work_dir, room_for_bytes), pytest.raises(Postponed):
        transcode.prepare(desk, video_id, ONCE)
    assert (row(session, video_id).state, row(session, video_id).tries) == ("received", 0)


def test_a_tool_that_the_machine_ends_is_tried_again(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    with ThreadPoolExecutor(1) as machine:
        machine.submit(kill_the_next_tool, desk.settings.work_dir)
        with pytest.raises(TriedInVain):
            transcode.prepare(desk, video_id, ONCE)
    assert (row(session, video_id).state, row(session, video_id).tries) == ("received", 1)


def test_a_worker_that_died_at_the_last_try_leaves_a_failed_video(
    desk: Desk, session: Session, send: Send
) -> None:
    video_id = send("small.mp4")
    for _ in range(3):
        attempts.take(session, video_id, desk.clock.now())
    session.commit()
    transcode.prepare(desk, video_id, ONCE)
    assert row(session, video_id).state == "failed"


def test_a_lost_original_is_said_at_once(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    spool_path(desk.settings, queries.uploads_of(session, video_id)[0]).unlink()
    transcode.preview(desk, video_id, ONCE)
    assert (row(session, video_id).state, row(session, video_id).reason) == ("failed", "original-perdu")


def test_trouble_with_the_preview_is_left_to_the_long_work(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("small.mp4")
    desk.settings.work_dir.write_text("not a directory")
    transcode.preview(desk, video_id, ONCE)
    video = row(session, video_id)
    assert (video.state, video.tries) == ("received", 0)
    assert session.scalars(WAITING).all()[-1] == "videos.prepare"


def test_the_sweep_deletes_old_objects_that_no_video_needs(desk: Desk, send: Send) -> None:
    video_id = send("small.mp4")
    transcode.preview(desk, video_id, ONCE)
    kept = sorted(stored(desk))
    gone = UUID(int=7)
    for key in (f"videos/{video_id}/0/preview.mp4", f"videos/{gone}/3/720p.mp4"):
        desk.storage.put_bytes(key, b"left", "video/mp4")
    assert objects.sweep(desk) == 0
    later = replace(desk, clock=Later())
    assert objects.sweep(later) == 2
    assert sorted(stored(desk)) == kept == ["1/preview.mp4"]


def test_the_sweep_deletes_what_a_worker_that_died_was_still_storing(desk: Desk) -> None:
    (desk.settings.storage_dir / "drafts" / "1").write_bytes(b"half")
    assert objects.sweep(desk) == 0
    assert objects.sweep(replace(desk, clock=Later())) == 1


def test_the_names_of_what_is_made_are_those_that_are_played() -> None:
    assert (ffmpeg.MASTER, ffmpeg.MUXED, ffmpeg.POSTER) == (MASTER, MUXED, attempts.POSTER)
