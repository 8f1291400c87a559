"""Verbs of captions: made by a worker, put right and validated by their owner or the adviser."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import queue
from app.errors import Conflict
from app.people import queries as people
from app.people.rules import CONSENT_OF, Who, may_accompany
from app.videos import queries
from app.videos.captions import CaptionsWrong, Cue, plain, tidy, within
from app.videos.cutting import blocks
from app.videos.models import Captions, Video
from app.videos.service import VideoNotFound, VideoStateForbids
from app.videos.timing import proportional
from app.words import N_


class CaptionsChanged(Conflict):
    """Somebody else, or another page, changed the captions since they were opened here."""

    slug = "sous-titres-changes"
    title = N_("Ces sous-titres ont changé entre-temps")


class CaptionsNotValidated(Conflict):
    """Nobody has said yet that the captions are right, and without them nothing is shown to others."""

    slug = "sous-titres-a-valider"
    title = N_("Les sous-titres ne sont pas encore validés")


@dataclass(frozen=True)
class Task:
    """What a worker needs to make captions; `prefix` and `revision` tell later whether all is as it was."""

    video_id: UUID
    person_id: UUID
    prefix: str
    keys: dict[str, str]
    duration_s: float
    revision: int


def reachable(session: Session, who: Who, video_id: UUID, *, to_change: bool = False) -> Video:
    """Return a ready video whose captions this person may put right; raise VideoNotFound.

    That is its owner and, as long as the owner agrees to be seen or heard, an adviser of their structure.
    """
    video = queries.ready_video(session, video_id, to_change=to_change)
    if video is None or not may_caption(session, who, video):
        raise VideoNotFound
    return video


def may_caption(session: Session, who: Who, video: Video) -> bool:
    """Tell whether this person may put right what is said in a video."""
    if who.person_id == video.person_id:
        return True
    accompanies = may_accompany(who, people.structure_of(session, video.person_id))
    return accompanies and CONSENT_OF[video.kind] in people.standing_consents(session, video.person_id)


def begin_with(session: Session, video: Video, text: str, now: datetime) -> None:
    """Start from a text shared out evenly, where there is nothing yet: someone sets the times by hand.

    Raise CaptionsChanged when captions came meanwhile.
    """
    duration_s = video.duration_s or 0.0
    cues = proportional(blocks(plain(text)), 0.0, duration_s, duration_s)
    write(session, video, cues, 0, now)


def save(session: Session, video: Video, cues: Iterable[Cue], revision: int, now: datetime) -> Captions:
    """Keep captions as somebody put them right; `revision` is the one that they saw, 0 for none.

    They have to be validated again, and others go on getting the copy that was.  Raise CaptionsChanged, or
    CaptionsWrong.
    """
    return write(session, video, tidy(cues, video.duration_s or 0.0), revision, now)


def replace(session: Session, video: Video, cues: Iterable[Cue], revision: int, now: datetime) -> Captions:
    """Keep the captions of a file in the place of those there are; raise what `save` raises."""
    found = save(session, video, cues, revision, now)
    found.origin = "uploaded"
    session.flush()
    return found


def write(session: Session, video: Video, cues: Sequence[Cue], revision: int, now: datetime) -> Captions:
    """Write captions over the revision that somebody saw; raise CaptionsChanged for any other."""
    found = queries.captions(session, video.id) or Captions(
        video_id=video.id, origin="typed", made_at=now, revision=0
    )
    require_revision(found, revision)
    said = [asdict(cue) for cue in cues]
    if revision and said == found.cues:
        return found
    found.cues, found.edited_at, found.revision = said, now, revision + 1
    found.validated_at = found.validated_by = None
    session.add(found)
    session.flush()
    return found


def require_revision(found: Captions, revision: int) -> None:
    """Raise CaptionsChanged unless these are the captions that somebody saw."""
    if found.revision != revision:
        raise CaptionsChanged(
            N_("Rien n’est perdu : copier ce qui vient d’être écrit, recharger la page, et le reprendre.")
        )


def validate(session: Session, who: Who, video: Video, revision: int, now: datetime) -> None:
    """Say that the captions are right as they were seen: from now on they are what others read.

    Raise CaptionsChanged, or CaptionsWrong when there are none.
    """
    found = queries.captions(session, video.id)
    if found is None or not found.cues:
        raise CaptionsWrong(N_("Il n’y a encore aucun sous-titre à valider."))
    require_revision(found, revision)
    found.validated_at, found.validated_by, found.shown_cues = now, who.person_id, found.cues
    found.is_sure = True
    session.flush()
    queue.announce(session, "captions.validated", video.id)


def require_validated(session: Session, video_id: UUID) -> None:
    """Raise CaptionsNotValidated unless somebody said that the captions of a video are right."""
    found = queries.captions(session, video_id)
    if found is None or found.validated_at is None:
        raise CaptionsNotValidated(
            N_("Les relire, les corriger si besoin, puis « Tout est juste : valider ».")
        )


def note_signed(session: Session, video: Video, *, is_signed: bool) -> None:
    """Note whether the person signs in a video (LSF); raise VideoStateForbids for a voice."""
    if video.kind != "video":
        raise VideoStateForbids(N_("On ne voit personne signer dans une voix seule."))
    video.is_signed = is_signed
    session.flush()


def outdate(session: Session, video: Video) -> None:
    """Have a video captioned that was just made; what a person put right stays, to look at again."""
    found = queries.captions(session, video.id)
    if found is not None:
        found.cues = [asdict(cue) for cue in within(found.lines, video.duration_s or 0.0)]
        found.validated_at = found.validated_by = found.shown_cues = None
        found.is_sure, found.revision = False, found.revision + 1
    queue.defer(session, "videos.caption", video_id=video.id)


def task_of(session: Session, video_id: UUID) -> Task | None:
    """Return what a worker has to caption; None when there is nothing (more) to do, or a person did it."""
    video = queries.ready_video(session, video_id)
    if video is None or video.is_signed or not video.storage_prefix or not video.duration_s:
        return None
    found = queries.captions(session, video_id)
    if found is not None and is_a_persons(found):
        return None
    keys = queries.keys_of(session, video_id)
    revision = found.revision if found else 0
    return Task(video_id, video.person_id, video.storage_prefix, keys, video.duration_s, revision)


def finish(session: Session, task: Task, cues: Iterable[Cue], *, is_sure: bool, now: datetime) -> bool:
    """Write what a worker made, unless the video or its captions changed meanwhile; tell whether it did."""
    video = queries.ready_video(session, task.video_id, to_change=True)
    if video is None or video.storage_prefix != task.prefix:
        return False
    found = queries.captions(session, task.video_id) or Captions(video_id=task.video_id, revision=0)
    if found.revision != task.revision or is_a_persons(found):
        return False
    found.cues = [asdict(cue) for cue in tidy(cues, task.duration_s)]
    found.origin, found.is_sure, found.made_at = "script", is_sure, now
    found.revision += 1
    session.add(found)
    session.flush()
    return True


def is_a_persons(found: Captions) -> bool:
    """Tell whether somebody put these captions right, or said that they are: no machine writes over them."""
    return found.edited_at is not None or found.validated_at is not None
