"""Links to a video: for its owner, for minutes, and only as they were made."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from app.settings import Settings
from app.storage import LinkExpired, LinkForged, Storage
from app.videos.models import Rendition, Video
from app.videos.playback import PlaybackContext, PlaylistUnknown, playlist
from tests.conftest import MovingClock, SignIn
from tests.factories import make_resident, make_video

MASTER = '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI="audio.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n360p.m3u8\n'
MEDIA = (
    '#EXTM3U\n#EXT-X-MAP:URI="360p.mp4",BYTERANGE="900@0"\n'
    "#EXTINF:4.0,\n#EXT-X-BYTERANGE:5000@900\n360p.mp4\n#EXT-X-ENDLIST\n"
)
CUES = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nstoryboard.jpg#xywh=0,0,160,90\n"
SIZES_BYTES = {"360p.mp4": 3_000_000, "video.mp4": 3_700_000}


@pytest.fixture
def video(session: Session, resident: Person, storage: Storage) -> Video:
    """Make a ready video whose objects are stored."""
    found = make_video(session, resident)
    prefix = f"videos/{found.id}/3/"
    found.storage_prefix, found.poster_key = prefix, f"{prefix}poster.jpg"
    contents = {"master.m3u8": MASTER, "360p.m3u8": MEDIA, "360p.mp4": "m", "video.mp4": "v"}
    contents |= {"storyboard.vtt": CUES, "storyboard.jpg": "s", "peaks.json": '{"step_s":0.1,"peaks":[7]}'}
    for name, content in contents.items():
        storage.put_bytes(f"{prefix}{name}", content.encode(), "video/mp4")
        session.add(
            Rendition(
                video_id=found.id,
                name=name,
                key=f"{prefix}{name}",
                content_type="video/mp4",
                size_bytes=SIZES_BYTES.get(name, 1),
            )
        )
    storage.put_bytes(f"{prefix}poster.jpg", b"p", "image/jpeg")
    session.commit()
    session.expire_all()
    return found


def token_of(browser: TestClient, video: Video) -> str:
    """Return the ticket that the page of the owner gets."""
    hls: str = browser.get(f"/moi/video/{video.id}/lecture").json()["hls"]
    return hls.split("/")[2]


def test_the_owner_gets_links_that_open(video: Video, resident: Person, sign_in: SignIn) -> None:
    browser = sign_in(resident)
    said = browser.get(f"/moi/video/{video.id}/lecture").json()
    assert said["expires_at"] == "2026-11-23T09:05:00Z"
    assert browser.get(said["mp4"]).content == b"v"
    assert browser.get(said["poster"]).content == b"p"
    assert browser.get(said["captions"]).text.startswith("WEBVTT")


def test_a_page_learns_what_each_media_weighs_before_it_is_played(
    video: Video, resident: Person, sign_in: SignIn
) -> None:
    said = sign_in(resident).get(f"/moi/video/{video.id}/lecture").json()
    assert said["sizes_bytes"] == {"360p": 3_000_000, "video": 3_700_000}


def test_nobody_else_gets_them(video: Video, session: Session, sign_in: SignIn, client: TestClient) -> None:
    address = f"/moi/video/{video.id}/lecture"
    assert sign_in(make_resident(session)).get(address).status_code == 404
    assert client.get(address, headers={"accept": "application/json"}).status_code == 401


def test_playlists_lead_to_playlists_and_media_to_anybody_with_the_ticket(
    video: Video, resident: Person, sign_in: SignIn, client: TestClient
) -> None:
    token = token_of(sign_in(resident), video)
    master = client.get(f"/medias/{token}/master.m3u8")
    assert master.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    assert master.text == MASTER
    lines = client.get(f"/medias/{token}/360p.m3u8").text.splitlines()
    assert client.get(lines[4]).content == b"m"
    assert f'URI="{lines[4]}",BYTERANGE="900@0"' in lines[1]


def test_each_small_picture_is_a_part_of_a_sheet_that_the_ticket_opens(
    video: Video, resident: Person, sign_in: SignIn, client: TestClient
) -> None:
    address = sign_in(resident).get(f"/moi/video/{video.id}/lecture").json()["storyboard"]
    answer = client.get(address)
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    sheet, _, place = answer.text.splitlines()[3].partition("#")
    assert place == "xywh=0,0,160,90"
    assert client.get(sheet).content == b"s"


def test_the_ticket_opens_how_loud_it_is(
    video: Video, resident: Person, sign_in: SignIn, client: TestClient
) -> None:
    answer = client.get(sign_in(resident).get(f"/moi/video/{video.id}/lecture").json()["peaks"])
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["peaks"] == [7]


def test_what_was_made_before_there_were_storyboards_has_none(
    video: Video, resident: Person, session: Session, sign_in: SignIn
) -> None:
    session.execute(delete(Rendition).where(Rendition.name == "storyboard.vtt"))
    session.commit()
    assert sign_in(resident).get(f"/moi/video/{video.id}/lecture").json()["storyboard"] is None


def test_the_ticket_and_its_links_end_together(
    video: Video, resident: Person, sign_in: SignIn, client: TestClient, clock: MovingClock
) -> None:
    token = token_of(sign_in(resident), video)
    clock.advance(seconds=299)
    link = client.get(f"/medias/{token}/360p.m3u8").text.splitlines()[4]
    assert client.get(link).status_code == 200
    clock.advance(seconds=2)
    assert client.get(f"/medias/{token}/360p.m3u8").status_code == 410
    assert client.get(link).status_code == 410


def test_no_setting_makes_links_live_longer_than_five_minutes(
    settings: Settings, storage: Storage, now: datetime
) -> None:
    generous = settings.model_copy(update={"storage_link_life_s": 86_400})
    assert PlaybackContext(storage, generous, now).life_s == 300


def test_a_changed_ticket_opens_nothing(
    video: Video, resident: Person, sign_in: SignIn, storage: Storage, settings: Settings, now: datetime
) -> None:
    video_id, attempt, expires, signature = token_of(sign_in(resident), video).split(".")
    context = PlaybackContext(storage, settings, now)
    changed = (
        f"{uuid4().hex}.{attempt}.{expires}.{signature}",
        f"{video_id}.4.{expires}.{signature}",
        f"{video_id}.{attempt}.{int(expires) + 9}.{signature}",
        f"{video_id}.{attempt}.{expires}.{signature[::-1]}",
        *("", ".", "...", "é.1.2.3"),
    )
    for token in changed:
        with pytest.raises(LinkForged):
            playlist(token, "master.m3u8", context)


def test_an_old_ticket_is_told_from_a_forged_one(
    video: Video, resident: Person, sign_in: SignIn, storage: Storage, settings: Settings, clock: MovingClock
) -> None:
    token = token_of(sign_in(resident), video)
    with pytest.raises(LinkExpired):
        playlist(token, "master.m3u8", PlaybackContext(storage, settings, clock.advance(minutes=6)))


@pytest.mark.parametrize(
    "name", ["video.mp4", "..m3u8", "a/b.m3u8", "MASTER.m3u8", "poster.jpg", "storyboard.jpg"]
)
def test_a_ticket_opens_playlists_alone(
    name: str, video: Video, resident: Person, sign_in: SignIn, storage: Storage, settings: Settings
) -> None:
    token = token_of(sign_in(resident), video)
    with pytest.raises(PlaylistUnknown):
        playlist(token, name, PlaybackContext(storage, settings, video.created_at))


def test_what_is_still_being_made_shows_its_preview_to_the_owner(
    session: Session, resident: Person, storage: Storage, sign_in: SignIn
) -> None:
    video = make_video(session, resident, ready=False)
    browser = sign_in(resident)
    address = f"/moi/video/{video.id}/lecture"
    assert browser.get(address).json()["type"].endswith("/problemes/video-pas-prete")
    video.preview_key = f"videos/{video.id}/1/preview.mp4"
    storage.put_bytes(video.preview_key, b"early", "video/mp4")
    session.commit()
    said = browser.get(address).json()
    assert said["hls"] is None
    assert browser.get(said["mp4"]).content == b"early"
    assert urlsplit(said["mp4"]).path.endswith("preview.mp4")
