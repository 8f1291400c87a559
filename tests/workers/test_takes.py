"""Several takes become one film, whatever each was filmed with."""

import itertools
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.people.models import Person
from app.uploads.service import spool_path
from app.videos import queries, service
from app.videos.playback import PlaybackContext, playback
from app.videos.refusals import DamagedVideo, IncompleteRecording, VideoTooLong
from app.videos.rules import Limits, Probe, Result
from app.videos.schemas import explanation
from tests.conftest import SignIn
from tests.workers.conftest import SHORT, Send
from workers import objects, transcode
from workers.desk import Desk, Running
from workers.pipeline import Work, check, ladder, listen, preview, verify

Bench = Callable[..., Work]
# What differs: size, shape, rate, codec, container, whether the header knows the length, sound.
MIXED = ("take_wide.mp4", "recorder.webm")
FOUR = ("take_wide.mp4", "take_mute.mp4", "recorder.webm", "take_high.mp4")
ALLOWED_GAP_S = 0.1


def made(work: Work) -> tuple[Probe, Result]:
    """Take every step from the takes to what can be shipped."""
    film = check(work)
    return film, verify(work, film, ladder(work, film, listen(work, film)))


def ends_s(path: Path) -> dict[str, float]:
    """Return when the last packet of each track of a file ends."""
    entries = ["-show_entries", "packet=codec_type,pts_time,duration_time", "-of", "json"]
    done = subprocess.run(["ffprobe", "-v", "error", *entries, path], check=True, capture_output=True)
    found: dict[str, float] = {}
    for packet in json.loads(done.stdout)["packets"]:
        end_s = float(packet["pts_time"]) + float(
            packet.get("duration_time", 0)
        )  # the last of a fragmented file has none
        found[packet["codec_type"]] = max(end_s, found.get(packet["codec_type"], 0.0))
    return found


def loudness_db(path: Path, start_s: float, length_s: float) -> float:
    """Return how loud a piece of a file is on average."""
    command = ["ffmpeg", "-nostdin", "-ss", f"{start_s}", "-t", f"{length_s}", "-i", str(path), "-vn"]
    said = subprocess.run(
        [*command, "-af", "volumedetect", "-f", "null", "-"], check=True, capture_output=True, text=True
    ).stderr
    return float(said.rpartition("mean_volume: ")[2].split()[0])


@pytest.mark.parametrize("names", [MIXED, FOUR, ("take_mute.mp4", "take_high.mp4")])
def test_a_film_lasts_as_long_as_its_takes_and_both_tracks_end_together(
    bench: Bench, names: tuple[str, ...]
) -> None:
    alone_s = [check(bench(name)).duration_s for name in names]
    work = bench(*names)
    _, result = made(work)
    assert result.duration_s == pytest.approx(sum(alone_s), abs=0.1)
    assert result.lengths_s == pytest.approx(alone_s, abs=0.05)
    assert not result.is_partial
    for name in ("video.mp4", *(file.name for file in result.files if file.name.endswith("0p.mp4"))):
        ends = ends_s(work.room / name)
        assert max(ends.values()) - min(ends.values()) <= ALLOWED_GAP_S
    assert ends_s(work.room / "audio.mp4")["audio"] == pytest.approx(sum(alone_s), abs=0.1)


def test_the_sound_of_each_take_stays_with_its_picture(bench: Bench) -> None:
    names = ("take_wide.mp4", "take_mute.mp4", "take_high.mp4")
    work = bench(*names)
    film, result = made(work)
    first_s, mute_s, _ = result.lengths_s
    sound = work.room / "audio.mp4"
    # Not a word of the first is left a tenth of a second after it, and the last one speaks at once.
    assert loudness_db(sound, first_s + 0.1, mute_s - 0.2) < -60
    assert loudness_db(sound, first_s - 0.5, 0.4) > -40
    assert loudness_db(sound, first_s + mute_s + 0.1, 0.5) > -40
    assert film.pictures > 0


def test_takes_stand_on_one_canvas_held_as_the_first(bench: Bench) -> None:
    wide, high = (
        made(bench("take_wide.mp4", "take_high.mp4"))[1],
        check(bench("take_high.mp4", "take_wide.mp4")),
    )
    sizes = {(file.width_px, file.height_px) for file in wide.files if file.name == "360p.mp4"}
    assert sizes == {(640, 360)}
    assert (high.width_px, high.height_px) == (270, 480)


def test_a_film_without_any_sound_has_none(bench: Bench) -> None:
    _, result = made(bench("take_mute.mp4", "silent.mp4"))
    assert result.warnings == ("sans-son",)
    assert not [file for file in result.files if file.name.startswith("audio")]


def test_a_preview_of_several_takes_is_small_and_whole(bench: Bench) -> None:
    work = bench(*MIXED)
    film = check(work)
    file = preview(work, film)
    assert (file.width_px, file.height_px) == (640, 360)
    assert ends_s(work.room / file.name)["video"] == pytest.approx(film.duration_s, abs=0.1)


@pytest.mark.parametrize(
    ("bad", "refusal"), [("cut.mp4", IncompleteRecording), ("noise_for_pictures.mp4", DamagedVideo)]
)
def test_a_take_that_is_refused_is_named(
    bench: Bench, bad: str, refusal: type[IncompleteRecording | DamagedVideo]
) -> None:
    with pytest.raises(refusal) as refused:
        check(bench("take_wide.mp4", bad))
    assert refused.value.take == 2


def test_a_film_of_one_take_is_refused_without_a_number(bench: Bench) -> None:
    with pytest.raises(IncompleteRecording) as refused:
        check(bench("cut.mp4"))
    assert refused.value.take is None


def test_takes_that_are_too_long_together_are_no_film(bench: Bench) -> None:
    work = replace(bench("take_wide.mp4", "small.mp4"), limits=Limits(min_s=1.0, max_s=4.0))
    with pytest.raises(VideoTooLong) as refused:
        check(work)
    assert refused.value.take is None


def test_one_of_several_takes_may_be_short(bench: Bench) -> None:
    work = replace(bench("short.mp4", "small.mp4"), limits=Limits(min_s=4.2, max_s=180.0))
    assert check(work).duration_s == pytest.approx(4.5, abs=0.1)


def test_a_take_that_holds_less_than_its_header_claims_is_named(bench: Bench) -> None:
    with pytest.raises(IncompleteRecording) as refused:
        check(bench("take_wide.mp4", "take_boasting.mp4"))
    assert refused.value.take == 2


def test_where_one_take_came_out_shorter_nobody_is_told_where_the_next_begins(bench: Bench) -> None:
    work = bench("take_wide.mp4", "take_high.mp4")
    film = check(work)
    done = ladder(work, film, listen(work, film))
    result = verify(work, replace(film, claimed_s=film.duration_s + 5), done)
    assert (result.is_partial, result.lengths_s) == (True, ())


def test_takes_that_were_filmed_for_longer_are_told_and_still_known_by_where_they_begin(bench: Bench) -> None:
    work = replace(bench("take_wide.mp4", "take_high.mp4"), filmed_s=(30.0, None))
    film = check(work)
    result = verify(work, film, ladder(work, film, listen(work, film)))
    assert (result.is_partial, len(result.lengths_s)) == (True, 2)


def test_each_take_of_a_ready_video_knows_where_it_is(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("take_mute.mp4", "take_high.mp4")
    transcode.prepare(desk, video_id, Running())
    session.expire_all()
    video = queries.video(session, video_id)
    assert video is not None
    assert video.state == "ready"
    lengths_s = [take.duration_s or 0.0 for take in video.takes]
    assert lengths_s == pytest.approx([1.4, 1.7], abs=0.05)
    assert [take.starts_s for take in video.takes] == [0.0, *itertools.accumulate(lengths_s[:-1])]
    assert video.duration_s == pytest.approx(sum(lengths_s), abs=0.05)
    context = PlaybackContext(desk.storage, desk.settings, desk.clock.now())
    chapters = playback(session, video, context, preview=False).chapters
    assert [chapter.start_s for chapter in chapters] == [take.starts_s for take in video.takes]


def test_the_owner_reads_which_take_is_refused(
    desk: Desk, session: Session, send: Send, resident: Person, sign_in: SignIn
) -> None:
    video_id = send("take_mute.mp4", "cut.mp4")
    transcode.preview(desk, video_id, Running())
    session.expire_all()
    video = queries.video(session, video_id)
    assert video is not None
    assert (video.state, video.reason, video.refused_take) == ("refused", "enregistrement-incomplet", 2)
    assert explanation(video.reason or "", SHORT).title == "L’enregistrement est incomplet"
    said = sign_in(resident).get("/moi/video").text
    assert "Prise 2\u00a0: l’enregistrement est incomplet" in said


def test_a_film_of_which_one_take_is_lost_is_not_made(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("take_mute.mp4", "take_high.mp4")
    spool_path(desk.settings, queries.uploads_of(session, video_id)[1]).unlink()
    transcode.prepare(desk, video_id, Running())
    session.expire_all()
    video = queries.video(session, video_id)
    assert video is not None
    assert (video.state, video.reason) == ("failed", "original-perdu")


def test_the_originals_of_all_takes_are_forgotten_together(desk: Desk, session: Session, send: Send) -> None:
    video_id = send("take_mute.mp4", "take_high.mp4")
    transcode.prepare(desk, video_id, Running())
    upload_ids = queries.uploads_of(session, video_id)
    session.expire_all()
    service.forget_original(session, video_id, desk.clock.now())
    session.commit()
    for upload_id in upload_ids:
        assert spool_path(desk.settings, upload_id).exists()
        objects.forget_original(desk, upload_id)
        assert not spool_path(desk.settings, upload_id).exists()
