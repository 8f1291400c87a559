"""A voice alone: its sound is made to play everywhere, its waveform drawn, and no picture is kept."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evidence.models import OutboxEntry
from app.people.models import Person
from app.videos import queries
from app.videos.ladder import is_copyable
from app.videos.playback import PlaybackContext, playback
from app.videos.refusals import (
    OF_VOICE,
    DamagedSound,
    NoSound,
    SoundNotAccepted,
    VideoRefused,
    VoiceIncomplete,
    VoiceTooLong,
    VoiceTooShort,
)
from app.videos.rules import Limits, Result
from tests.factories import give_consent
from tests.workers.conftest import Send
from tests.workers.test_make import described, mean_loudness, tracks
from tests.workers.test_takes import ends_s
from workers import boxes, probe, transcode
from workers.desk import Desk, Running
from workers.pipeline import Work, check, ladder, listen, preview, verify

Bench = Callable[..., Work]
POSTER_MAX_BYTES = 30_000  # whoever opens the page pays for it, heard or not
LIGHT, BRIGHT = (0xFF, 0xF8, 0xEF), (0xF6, 0x58, 0x2A)


@pytest.fixture
def voice(bench: Bench) -> Bench:
    """Return `voice(clip, …)`: takes on the bench that were sent as a voice."""
    return lambda *names: replace(bench(*names), medium="voice")


def made(work: Work) -> Result:
    """Take every step from what was sent to what can be shipped."""
    film = check(work)
    return verify(work, film, ladder(work, film, listen(work, film)))


def colours(path: Path) -> dict[tuple[int, ...], int]:
    """Count the colours of a picture made very small, each channel rounded to the nearest sixteenth."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", "scale=128:72:flags=neighbor"]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    content = subprocess.run([*command, *raw], check=True, capture_output=True).stdout
    found: dict[tuple[int, ...], int] = {}
    for at in range(0, len(content), 3):
        colour = tuple(round(part / 17) for part in content[at : at + 3])
        found[colour] = found.get(colour, 0) + 1
    return found


def rounded(colour: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(round(part / 17) for part in colour)


@pytest.mark.parametrize("name", ["voice.webm", "voice.mp4", "voice.m4a", "small.mp4", "recorder.webm"])
def test_a_voice_becomes_what_a_page_needs_and_nothing_to_be_seen(voice: Bench, name: str) -> None:
    work = voice(name)
    result = made(work)
    assert [(file.name, file.content_type, file.width_px, file.height_px) for file in result.files] == [
        ("master.m3u8", "application/vnd.apple.mpegurl", None, None),
        ("audio.m3u8", "application/vnd.apple.mpegurl", None, None),
        ("audio.mp4", "audio/mp4", None, None),
        ("poster.jpg", "image/jpeg", 1280, 720),
        ("video.mp4", "audio/mp4", None, None),
    ]
    assert result.duration_s == pytest.approx(4, abs=0.15)
    assert (result.is_partial, result.warnings) == (False, ())
    for file in ("audio.mp4", "video.mp4"):
        found = tracks(work.room / file)
        assert set(found) == {"audio"}
        assert (found["audio"]["codec_name"], found["audio"]["channels"]) == ("aac", 2)
    assert "agroup" not in (work.room / "master.m3u8").read_text()
    assert mean_loudness(work.room / "video.mp4") == pytest.approx(-16, abs=2)


def test_the_poster_draws_the_sound_in_the_colours_of_the_house(voice: Bench) -> None:
    work = voice("voice.webm")
    made(work)
    found = colours(work.room / "poster.jpg")
    assert max(found, key=lambda colour: found[colour]) == rounded(LIGHT)
    assert sum(count for colour, count in found.items() if colour == rounded(BRIGHT)) > 100
    assert (work.room / "poster.jpg").stat().st_size < POSTER_MAX_BYTES


@pytest.mark.parametrize(("name", "is_copied"), [("voice.webm", False), ("voice.mp4", True)])
def test_the_preview_of_a_voice_plays_on_every_phone_and_is_a_copy_where_it_did(
    voice: Bench, name: str, *, is_copied: bool
) -> None:
    work = voice(name)
    film = check(work)
    file = preview(work, film)
    assert is_copyable(film) is is_copied
    assert (file.content_type, file.width_px) == ("audio/mp4", None)
    assert [stream["codec_name"] for stream in described(work.room / file.name)["streams"]] == ["aac"]


@pytest.mark.parametrize("room", [boxes, probe])
def test_every_refusal_of_a_file_has_words_for_a_voice(room: ModuleType) -> None:
    found = {
        thing for thing in vars(room).values() if isinstance(thing, type) and issubclass(thing, VideoRefused)
    }
    assert found - {VideoRefused, NoSound} <= set(OF_VOICE)


def test_the_preview_of_several_takes_of_a_voice_is_encoded(voice: Bench) -> None:
    work = voice("voice.webm", "voice.mp4")
    film = check(work)
    file = preview(work, film)
    assert ends_s(work.room / file.name)["audio"] == pytest.approx(film.duration_s, abs=0.1)


def test_takes_of_a_voice_are_joined(voice: Bench) -> None:
    alone_s = [check(voice(name)).duration_s for name in ("voice.webm", "small.mp4")]
    work = voice("voice.webm", "small.mp4")
    result = made(work)
    assert result.duration_s == pytest.approx(sum(alone_s), abs=0.1)
    assert result.lengths_s == pytest.approx(alone_s, abs=0.01)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        *(("empty.mp4", SoundNotAccepted), ("song.mp4", SoundNotAccepted), ("png.mp4", SoundNotAccepted)),
        *(("playlist.mp4", SoundNotAccepted), ("protected.mp4", SoundNotAccepted), ("silent.mp4", NoSound)),
        *(("cut.mp4", VoiceIncomplete), ("odd.webm", NoSound), ("short_voice.webm", VoiceTooShort)),
        *(("noise_for_pictures.mp4", DamagedSound), ("ruined_voice.m4a", DamagedSound)),
    ],
)
def test_what_makes_no_voice_is_refused_in_words_for_a_voice(
    voice: Bench, name: str, refusal: type[VideoRefused]
) -> None:
    with pytest.raises(refusal) as refused:
        made(voice(name))
    assert type(refused.value) is refusal


def test_a_voice_may_last_as_long_as_a_video(voice: Bench) -> None:
    work = replace(voice("voice.webm", "voice.mp4"), limits=Limits(min_s=1.0, max_s=5.0))
    with pytest.raises(VoiceTooLong) as refused:
        check(work)
    assert refused.value.take is None


def test_a_take_of_a_voice_that_is_refused_is_named(voice: Bench) -> None:
    with pytest.raises(NoSound) as refused:
        check(voice("voice.webm", "silent.mp4"))
    assert refused.value.take == 2


def test_a_few_sounds_that_cannot_be_read_are_forgiven(voice: Bench) -> None:
    assert made(voice("scratched_voice.m4a")).duration_s == pytest.approx(4, abs=0.15)


def test_nothing_to_hear_is_a_warning(voice: Bench) -> None:
    assert made(voice("hushed.mp4")).warnings == ("presque-muette",)


def test_a_voice_is_ready_and_its_person_is_not_counted_as_filmed(
    desk: Desk, session: Session, send: Send, resident: Person, now: datetime
) -> None:
    give_consent(session, resident, "voice")
    video_id = send("voice.webm", kind="voice")
    transcode.preview(desk, video_id, Running())
    session.expire_all()
    video = queries.video(session, video_id)
    assert video is not None
    assert video.preview_key is not None
    transcode.prepare(desk, video_id, Running())
    session.expire_all()
    video = queries.video(session, video_id)
    assert video is not None
    assert (video.kind, video.state, video.is_tall) == ("voice", "ready", False)
    shown = playback(session, video, PlaybackContext(desk.storage, desk.settings, now), preview=False)
    assert shown.hls
    assert shown.mp4
    assert shown.poster
    assert session.scalars(select(OutboxEntry)).all() == []
    assert session.get_one(Person, resident.id).qpv_frozen_at is None
