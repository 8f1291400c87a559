"""A beginning and an end that were cut away: to the picture, sound and picture together."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.videos import attempts, queries, remaking, service
from app.videos.joining import trimmed
from app.videos.models import Video
from app.videos.playback import PlaybackContext, playback
from app.videos.rules import Cut, Limits, Result
from app.videos.service import VideoStateForbids
from tests.media import Clips
from tests.workers.conftest import SHORT, Send
from tests.workers.test_takes import ends_s
from workers import transcode
from workers.desk import Desk, Running
from workers.outputs import described
from workers.pipeline import Work, check, ladder, listen, preview, storyboard, verify, waveform

Bench = Callable[..., Work]
ONCE = Running()
SAMPLE_HZ = 48_000
LOUD = 1_000  # of 32,768: a voice


def made(work: Work, cut: Cut) -> Result:
    """Take every step from the takes to what can be shipped of a part of them."""
    film = trimmed(check(work), cut)
    done = ladder(work, film, listen(work, film))
    return storyboard(work, film, done, verify(work, film, done))


def decoded(path: Path, *words: str) -> bytes:
    """Decode a file into bare numbers."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), *words, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def light_at(path: Path) -> int:
    """Return which picture is the first that is not dark, from 0."""
    shades = decoded(path, "-an", "-vf", "format=gray,scale=1:1", "-f", "rawvideo")
    return next(number for number, shade in enumerate(shades) if shade > 60)


def heard_at_s(path: Path) -> float:
    """Return when the first sound is to be heard."""
    words = ("-vn", "-ac", "1", "-ar", str(SAMPLE_HZ), "-f", "s16le")
    samples = memoryview(decoded(path, *words)).cast("h")
    return next(number for number, sample in enumerate(samples) if abs(sample) > LOUD) / SAMPLE_HZ


@pytest.mark.parametrize(("start_s", "picture"), [(1.3, 6), (1.4, 3), (1.0, 15)])
def test_a_beginning_is_cut_away_to_the_picture_and_the_sound_with_it(
    bench: Bench, start_s: float, picture: int
) -> None:
    work = bench("clap.mp4")
    whole_s = heard_at_s(work.sources[0])
    result = made(work, Cut(start_s))
    assert result.duration_s == pytest.approx(4 - start_s, abs=0.05)
    assert not result.is_partial
    for name in ("240p.mp4", "video.mp4"):
        assert light_at(work.room / name) == picture
    for name in ("audio.mp4", "video.mp4"):
        assert heard_at_s(work.room / name) == pytest.approx(whole_s - start_s, abs=0.03)


def test_an_end_is_cut_away_in_every_rendition(bench: Bench) -> None:
    work = bench("talk.mp4")
    result = made(work, Cut(None, 2.5))
    assert result.duration_s == pytest.approx(2.5, abs=0.05)
    assert not result.is_partial
    for name in ("720p.mp4", "360p.mp4", "audio.mp4", "video.mp4"):
        ends = ends_s(work.room / name).values()
        assert max(ends) == pytest.approx(2.5, abs=0.1)
        assert max(ends) - min(ends) <= 0.1
    assert (work.room / "storyboard.vtt").read_text().count("-->") == 2


def test_a_joined_film_is_cut_as_a_whole_and_its_takes_follow(bench: Bench) -> None:
    work = bench("take_wide.mp4", "take_mute.mp4", "take_high.mp4")
    lengths_s = [
        check(bench(name)).duration_s for name in ("take_wide.mp4", "take_mute.mp4", "take_high.mp4")
    ]
    first_s, mute_s, _ = lengths_s
    result = made(work, Cut(first_s + 0.4, first_s + mute_s + 1.0))
    assert result.lengths_s == pytest.approx((0.0, mute_s - 0.4, 1.0), abs=0.05)
    assert result.duration_s == pytest.approx(mute_s + 0.6, abs=0.05)
    ends = ends_s(work.room / "video.mp4").values()
    assert max(ends) - min(ends) <= 0.1


@pytest.mark.parametrize("cut", [Cut(2.8), Cut(1.0, 3.5)])
def test_where_the_sound_ended_before_there_is_silence_to_the_end(bench: Bench, cut: Cut) -> None:
    work = bench("voice_stops.mp4")
    result = made(work, cut)
    assert not result.is_partial
    ends = ends_s(work.room / "video.mp4").values()
    assert max(ends) - min(ends) <= 0.1


def test_a_voice_is_cut_too(bench: Bench) -> None:
    work = Work((bench("voice.m4a").sources[0],), bench("voice.m4a").room, SHORT, medium="voice")
    result = made(work, Cut(1.0, 3.0))
    assert result.duration_s == pytest.approx(2.0, abs=0.05)
    assert {file.name for file in result.files} >= {"audio.mp4", "poster.jpg"}


def row(session: Session, video_id: UUID) -> Video:
    """Read the video afresh."""
    session.expire_all()
    found = queries.video(session, video_id)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def whole(clips: Clips, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Make four seconds of film once, with all that is shipped of them; return the room where it lies."""
    work = Work((clips["clap.mp4"],), tmp_path_factory.mktemp("whole") / "room", SHORT)
    result = waveform(work, made(work, Cut()))
    preview(work, check(work))
    return work.room, result


@pytest.fixture
def video(desk: Desk, session: Session, send: Send, whole: tuple[Path, Result]) -> Video:
    """Make a video of four seconds ready, as a worker does that has the whole film before it."""
    video_id = send("clap.mp4")
    room, result = whole
    attempt = transcode.begin(desk, video_id)
    assert attempt is not None
    with transcode.shift_of(desk, attempt, ONCE) as shift:
        there = replace(shift, work=replace(shift.work, room=room))
        key = there.store(described(room, "preview.mp4"))
        with desk.unit() as unit:
            attempts.show_preview(unit, attempt, key)
        transcode.ship(there, result)
    return row(session, video_id)


def cut(session: Session, video: Video, kept: Cut) -> None:
    """Ask for a part of a video."""
    remaking.cut(session, video.person_id, video.id, kept, SHORT)
    session.commit()


def test_the_former_version_is_watched_until_the_new_one_is_there(
    desk: Desk, session: Session, video: Video
) -> None:
    before = video.storage_prefix
    cut(session, video, Cut(1.0, 3.0))
    waiting = row(session, video.id)
    assert (waiting.state, waiting.storage_prefix, waiting.is_trimmed) == ("received", before, False)
    context = PlaybackContext(desk.storage, desk.settings, desk.clock.now())
    shown = playback(session, waiting, context, preview=True)
    assert shown.duration_s == pytest.approx(4, abs=0.1)
    assert desk.storage.read(waiting.poster_key or "")
    transcode.prepare(desk, video.id, ONCE)
    new = row(session, video.id)
    assert (new.state, new.trim_start_s, new.trim_end_s) == ("ready", 1.0, 3.0)
    assert new.duration_s == pytest.approx(2, abs=0.05)
    assert {info.key.rpartition("/")[0] + "/" for info in desk.storage.list("videos/")} == {
        new.storage_prefix
    }
    assert before != new.storage_prefix
    assert new.takes[0].duration_s == pytest.approx(2, abs=0.05)


def test_a_second_cut_is_counted_from_the_first_and_all_can_be_undone(
    desk: Desk, session: Session, video: Video
) -> None:
    cut(session, video, Cut(1.0, 3.5))
    transcode.prepare(desk, video.id, ONCE)
    cut(session, row(session, video.id), Cut(0.5, 2.5))
    transcode.prepare(desk, video.id, ONCE)
    twice = row(session, video.id)
    assert (twice.trim_start_s, twice.trim_end_s) == (1.5, 3.5)
    assert twice.duration_s == pytest.approx(2, abs=0.05)
    remaking.restore(session, video.person_id, video.id)
    session.commit()
    transcode.prepare(desk, video.id, ONCE)
    whole = row(session, video.id)
    assert (whole.trim_start_s, whole.trim_end_s) == (None, None)
    assert whole.duration_s == pytest.approx(4, abs=0.1)


def test_a_cut_that_fails_for_good_leaves_the_video_as_it_was(
    desk: Desk, session: Session, video: Video
) -> None:
    cut(session, video, Cut(1.0))
    for upload_id in queries.uploads_of(session, video.id):
        (desk.settings.spool_dir / str(upload_id)).unlink()
    transcode.prepare(desk, video.id, ONCE)
    same = row(session, video.id)
    assert (same.state, same.reason, same.storage_prefix) == ("ready", "original-perdu", video.storage_prefix)
    assert (same.cut_start_s, same.is_trimmed) == (None, False)
    assert desk.storage.read(f"{same.storage_prefix}video.mp4")


def test_a_cut_can_be_stopped_and_its_worker_writes_nothing_more(
    desk: Desk, session: Session, video: Video
) -> None:
    cut(session, video, Cut(1.0))

    def stopped() -> bool:
        if row(session, video.id).state != "ready":
            remaking.stop(session, video.person_id, video.id)
            session.commit()
        return False

    transcode.prepare(desk, video.id, Running(stopped))
    same = row(session, video.id)
    assert (same.state, same.storage_prefix, same.is_trimmed) == ("ready", video.storage_prefix, False)
    assert same.duration_s == pytest.approx(4, abs=0.1)


def test_another_video_sent_meanwhile_leaves_the_former_version(
    session: Session, video: Video, send: Send
) -> None:
    cut(session, video, Cut(1.0))
    send("small.mp4")
    assert (row(session, video.id).state, row(session, video.id).cut_start_s) == ("ready", None)


@pytest.mark.parametrize(
    ("kept", "refusal"),
    [
        (Cut(3.5), remaking.TooLittleKept),
        (Cut(3.0, 2.0), remaking.TooLittleKept),
        (Cut(0.0, 4.0), Invalid),
        (Cut(-1.0, 99.0), Invalid),
    ],
)
def test_a_cut_that_leaves_too_little_or_takes_nothing_is_refused(
    session: Session, video: Video, kept: Cut, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        remaking.cut(session, video.person_id, video.id, kept, Limits(min_s=1.0))
    assert row(session, video.id).state == "ready"


def test_once_it_is_approved_nothing_can_be_cut(desk: Desk, session: Session, video: Video) -> None:
    service.forget_original(session, video.id, desk.clock.now())
    with pytest.raises(remaking.OriginalForgotten):
        remaking.cut(session, video.person_id, video.id, Cut(1.0), SHORT)
    with pytest.raises(remaking.OriginalForgotten):
        remaking.restore(session, video.person_id, video.id)


def test_what_is_whole_is_not_made_whole_again(session: Session, video: Video) -> None:
    with pytest.raises(VideoStateForbids):
        remaking.restore(session, video.person_id, video.id)
