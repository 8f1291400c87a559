"""The job of captions: made from the script, never over a person's, nothing of what is gone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.people.models import Person
from app.search.models import SearchProfile
from app.videos import autocaptions, captioning, queries
from app.videos.captions import Cue, transcript
from app.videos.cutting import blocks
from app.videos.models import Captions, Rendition, Video
from app.videos.rules import Cut
from benchmarks.speech import SHORT_PAUSES_S, SPEAKERS, record, silence
from tests.conftest import START, MovingClock
from tests.factories import make_captions, make_filled_profile, make_profile, make_video
from tests.workers.test_alignment import needs_voice
from tests.workers.test_transcription import SAID, stand_in
from workers import announcements, captions
from workers.caption_reporter import CaptionReporter
from workers.desk import Desk, Running

ONCE = Running()
WAITING = text("select task_name from jobs.procrastinate_jobs where status = 'todo'")


@pytest.fixture
def video(session: Session, resident: Person, desk: Desk) -> Video:
    """Make a ready video of somebody who wrote a script, its sound stored."""
    make_filled_profile(session, resident)
    return stored(session, desk, make_video(session, resident, captioned=False))


def stored(session: Session, desk: Desk, video: Video) -> Video:
    """Store the sound of a video."""
    prefix = f"videos/{video.id}/1/"
    video.storage_prefix = prefix
    key = f"{prefix}{queries.SOUND}"
    desk.storage.put_bytes(key, b"sound", "audio/mp4")
    named = {"name": queries.SOUND, "key": key, "content_type": "audio/mp4", "size_bytes": 5}
    session.add(Rendition(video_id=video.id, **named))
    session.commit()
    return video


def notices_of(session: Session) -> list[dict[str, Any]]:
    """Collect what is told from now on to the pages that wait."""
    told: list[dict[str, Any]] = []

    def hear(*sent: Any) -> None:
        if "pg_notify" in sent[2]:
            told.append(json.loads(sent[3]["payload"]))

    event.listen(session.connection(), "before_cursor_execute", hear)
    return told


def heard(desk: Desk, video: Video) -> Video:
    """Store a sound of a video in which there is something, if no voice."""
    noise = silence(desk.settings.data_dir / "noise.m4a", 8.0, "sine=f=300")
    return keep(desk, video, noise)


def keep(desk: Desk, video: Video, sound: Path) -> Video:
    """Store a recording as the sound of a video, that lasts as long as it was made to."""
    desk.storage.put_bytes(f"{video.storage_prefix}{queries.SOUND}", sound.read_bytes(), "audio/mp4")
    return video


def blocks_of(script: str) -> tuple[str, ...]:
    """Return what is said of a script, caption by caption, each in one line."""
    return tuple(block.replace("\n", " ") for block in blocks(script))


def captioned(session: Session, video: Video) -> Captions | None:
    session.expire_all()
    return queries.captions(session, video.id)


def test_a_ready_video_gets_captions_from_its_script(desk: Desk, session: Session, video: Video) -> None:
    captions.caption(desk, video.id, ONCE)
    found = captioned(session, video)
    assert found is not None
    assert transcript(found.lines).startswith("Bonjour, je m’appelle Aïcha et j’ai un CAP vente.")
    assert (found.origin, found.is_sure, found.validated_at) == ("script", False, None)
    assert found.lines[-1].end_s == video.duration_s
    assert not list(desk.settings.work_dir.iterdir())


def test_a_second_run_makes_them_again(desk: Desk, session: Session, video: Video) -> None:
    captions.caption(desk, video.id, ONCE)
    captions.caption(desk, video.id, ONCE)
    found = captioned(session, video)
    assert found is not None
    assert found.revision == 2


@pytest.mark.parametrize("done", ["edited_at", "validated_at"])
def test_what_a_person_did_is_never_written_over(
    done: str, desk: Desk, session: Session, video: Video
) -> None:
    make_captions(session, video, "De ma main", **{done: START})
    session.commit()
    captions.caption(desk, video.id, ONCE)
    found = captioned(session, video)
    assert found is not None
    assert found.cues[0]["text"] == "De ma main"


@pytest.mark.parametrize("meanwhile", ["edited", "made again", "gone"])
def test_what_changed_while_they_were_made_is_left_as_it_is(
    meanwhile: str, session: Session, video: Video
) -> None:
    task = autocaptions.task_of(session, video.id)
    assert task is not None
    if meanwhile == "edited":
        captioning.save(session, video, [Cue(0, 1, "De ma main")], 0, START)
    elif meanwhile == "made again":
        video.storage_prefix = f"videos/{video.id}/2/"
    else:
        session.delete(video)
    session.flush()
    assert not autocaptions.finish(session, task, [Cue(0, 1, "De la machine")], is_sure=True, now=START)
    found = queries.captions(session, task.video_id)
    assert [cue["text"] for cue in found.cues] == ["De ma main"] if found else meanwhile != "edited"


def test_without_a_script_there_are_none_yet(desk: Desk, session: Session, resident: Person) -> None:
    video = stored(session, desk, make_video(session, resident, captioned=False))
    captions.caption(desk, video.id, ONCE)
    assert captioned(session, video) is None


def test_without_a_script_what_is_heard_is_written_down_and_waits_for_a_person(
    desk: Desk, session: Session, resident: Person, tmp_path: Path
) -> None:
    video = heard(desk, stored(session, desk, make_video(session, resident, captioned=False)))
    captions.caption(replace(desk, recogniser=stand_in(tmp_path / "model")), video.id, ONCE)
    found = captioned(session, video)
    assert found is not None
    assert transcript(found.lines) == " ".join(SAID)
    assert (found.origin, found.is_sure, found.validated_at) == ("automatic", True, None)
    assert found.shown == ()


def test_who_waits_is_told_that_it_is_heard_and_then_that_it_is_there(
    desk: Desk, session: Session, resident: Person, tmp_path: Path
) -> None:
    video = heard(desk, stored(session, desk, make_video(session, resident, captioned=False)))
    told = notices_of(session)
    captions.caption(replace(desk, recogniser=stand_in(tmp_path / "model")), video.id, ONCE)
    assert list(dict.fromkeys(notice["step"] for notice in told)) == ["hear", "done"]


def test_what_is_heard_is_told_once_a_second_with_what_is_left(desk: Desk, session: Session) -> None:
    told = notices_of(session)
    ticks_s = iter([0.0, 0.0, 0.0, 0.5, 10.0, 10.0])
    reporter = CaptionReporter(desk, uuid4(), 40.0, lambda: next(ticks_s))
    reporter.reach("hear")
    reporter.hear(1.0)
    reporter.hear(10.0)
    assert [(notice["percent"], notice["remaining_s"]) for notice in told] == [(10, None), (32, 30)]


def test_a_script_that_is_not_what_is_said_gives_way_to_what_is_heard(
    desk: Desk, session: Session, video: Video, tmp_path: Path
) -> None:
    heard(desk, video)
    captions.caption(replace(desk, recogniser=stand_in(tmp_path / "model")), video.id, ONCE)
    found = captioned(session, video)
    assert found is not None
    assert (found.origin, transcript(found.lines)) == ("automatic", " ".join(SAID))


def test_a_script_is_better_than_what_is_not_believed(
    desk: Desk, session: Session, video: Video, tmp_path: Path
) -> None:
    heard(desk, video)
    captions.caption(replace(desk, recogniser=stand_in(tmp_path / "model", does="give up")), video.id, ONCE)
    found = captioned(session, video)
    assert found is not None
    assert (found.origin, found.is_sure) == ("script", False)


@needs_voice
def test_a_script_that_is_said_is_kept_for_it_knows_how_names_are_written(
    desk: Desk, session: Session, video: Video, tmp_path: Path
) -> None:
    script = captions.script_of(session, video.person_id)
    talk = record(tmp_path / "talk.m4a", blocks_of(script), SPEAKERS["woman"], SHORT_PAUSES_S)
    keep(desk, video, talk.path)
    captions.caption(replace(desk, recogniser=stand_in(tmp_path / "model")), video.id, ONCE)
    found = captioned(session, video)
    assert found is not None
    assert (found.origin, found.is_sure) == ("script", True)


def test_without_a_script_what_nobody_understood_leaves_no_captions(
    desk: Desk, session: Session, resident: Person, tmp_path: Path
) -> None:
    video = heard(desk, stored(session, desk, make_video(session, resident, captioned=False)))
    captions.caption(replace(desk, recogniser=stand_in(tmp_path / "model", does="give up")), video.id, ONCE)
    assert captioned(session, video) is None


def test_who_signs_is_not_listened_to(desk: Desk, session: Session, video: Video) -> None:
    video.is_signed = True
    session.commit()
    captions.caption(desk, video.id, ONCE)
    assert captioned(session, video) is None


def test_objects_that_are_gone_make_no_noise(desk: Desk, session: Session, video: Video) -> None:
    desk.storage.delete_prefix(f"videos/{video.id}/")
    captions.caption(desk, video.id, ONCE)
    assert captioned(session, video) is None
    assert not list(desk.settings.work_dir.iterdir())


def test_what_a_person_put_right_stays_with_what_is_said_when_the_beginning_is_cut(
    session: Session, resident: Person
) -> None:
    video = make_video(session, resident, captioned=False)
    make_captions(session, video, "Coupé.", "À cheval.", "Après.", edited_at=START)
    video.duration_s, video.trim_start_s = 20.0, 6.0
    autocaptions.outdate(session, video, Cut())
    found = queries.captions(session, video.id)
    assert found is not None
    assert found.lines == (Cue(0, 3, "À cheval."), Cue(4, 8, "Après."))


WHOLE_S = 24.0


def remade(session: Session, video: Video, kept: Cut) -> Captions:
    """Show another part of a video than before."""
    former = Cut(video.trim_start_s, video.trim_end_s)
    end_s = WHOLE_S if kept.end_s is None else kept.end_s
    video.duration_s = end_s - (kept.start_s or 0.0)
    video.trim_start_s, video.trim_end_s = kept.start_s, kept.end_s
    autocaptions.outdate(session, video, former)
    found = queries.captions(session, video.id)
    assert found is not None
    return found


def test_captions_that_a_cut_took_away_come_back_with_what_they_say(
    session: Session, resident: Person
) -> None:
    video = make_video(session, resident, captioned=False)
    put_right = make_captions(session, video, *"ABCD", edited_at=START).lines
    assert remade(session, video, Cut(6.0, 13.0)).lines == (Cue(0, 3, "B"), Cue(4, 7, "C"))
    assert remade(session, video, Cut(12.5, 13.0)).lines == (Cue(0, 0.5, "C"),)
    whole = remade(session, video, Cut())
    assert whole.lines == put_right
    assert (whole.whole_cues, whole.whole_revision) == (None, None)


def test_what_was_put_right_in_the_part_that_was_kept_stays_when_the_rest_comes_back(
    session: Session, resident: Person
) -> None:
    video = make_video(session, resident, captioned=False)
    before = make_captions(session, video, *"ABCD", edited_at=START).lines
    found = remade(session, video, Cut(6.0, 13.0))
    mine = [Cue(1, 2, "b"), Cue(3, 6, "c")]
    captioning.save(session, video, mine, found.revision, START)
    edited = (before[0], Cue(7, 8, "b"), Cue(9, 12, "c"), before[3])
    assert remade(session, video, Cut(2.0)).lines == tuple(
        Cue(max(0.0, cue.start_s - 2), cue.end_s - 2, cue.text) for cue in edited
    )
    assert remade(session, video, Cut()).lines == edited


def test_a_cut_that_leaves_no_caption_loses_none(session: Session, resident: Person) -> None:
    video = make_video(session, resident, captioned=False)
    before = make_captions(session, video, *"ABCD", edited_at=START).lines
    assert remade(session, video, Cut(20.0)).lines == ()
    assert remade(session, video, Cut()).lines == before


def test_a_video_that_is_made_again_is_captioned_again_and_validated_again(
    session: Session, resident: Person
) -> None:
    video = make_video(session, resident, captioned=False)
    make_captions(session, video, "Je reste.", "Je suis coupée.", edited_at=START, validated_at=START)
    video.duration_s = 3.5
    autocaptions.outdate(session, video, Cut())
    found = queries.captions(session, video.id)
    assert found is not None
    assert (found.validated_at, found.validated_by, found.shown_cues) == (None, None, None)
    assert found.lines == (Cue(0, 3.5, "Je reste."),)
    assert found.revision == 2
    assert "videos.caption" in session.scalars(WAITING).all()


def test_search_hears_that_captions_were_validated(
    desk: Desk, session: Session, resident: Person, clock: MovingClock
) -> None:
    profile = make_profile(session, resident)
    session.commit()
    announcements.deliver(desk, "captions.validated", profile.current_video_id or profile.id)
    session.expire_all()
    assert profile.updated_at == clock.now()
    assert session.get(SearchProfile, profile.id)
