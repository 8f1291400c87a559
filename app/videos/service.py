"""Verbs of videos for their owner: receive one, try again, remove, forget the original, erase."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import queue
from app.errors import Conflict, Invalid, NotFound
from app.people import queries as people
from app.people.consents import require_agreement
from app.people.rules import CONSENT_OF
from app.uploads import service as uploads
from app.uploads.models import Upload
from app.uploads.rules import Medium
from app.uploads.service import UploadIngested
from app.videos import attempts, queries
from app.videos.models import Captions, Take, Video
from app.videos.rules import TAKES_MAX
from app.videos.states import KINDS, ORIGINAL_LOST, UNFINISHED
from app.words import N_


class VideoNotFound(NotFound):
    """There is no such video, or it is somebody else's."""


class VideoStateForbids(Conflict):
    """The video is not in a state where this can be done."""

    slug = "etat-de-la-video"
    title = N_("Ce n’est pas possible pour cette vidéo")


class VideoInUse(Conflict):
    """A profile shows the video, or an adviser is asked to look at it."""

    slug = "video-utilisee"
    title = N_("Cette vidéo est en ligne ou en relecture")


def receive(
    session: Session,
    person_id: UUID,
    upload_ids: Sequence[UUID],
    now: datetime,
    kind: Medium = "video",
    filmed_s: Sequence[float | None] = (),
) -> Video:
    """Make a video of one to four complete uploads, in the order in which they play; all of them, or none.

    Of a `voice` the sound alone is kept.  `filmed_s` says how long each was filmed for, by the timer of its
    recorder; nothing where nobody timed.  Preview and ladder follow by themselves.  Whatever the person had
    on its way gives way to it.  Who asks twice, as a page does whose answer was lost, gets the same video.
    Raise what `require_agreement` and `uploads.completed` raise, or Invalid.
    """
    require_agreement(session, person_id, CONSENT_OF[kind], now.date())
    require_takes(upload_ids, filmed_s)
    try:
        # In one order for everybody, so that two requests never wait for each other.
        sent = {one: uploads.completed(session, one, person_id) for one in sorted(upload_ids)}
    except UploadIngested:
        if received := queries.made_of(session, person_id, kind, upload_ids):
            return received
        raise
    require_medium(sent.values(), kind)
    for former in queries.unfinished_of(session, person_id):
        give_way(session, former)
    timed = list(zip_longest((sent[one] for one in upload_ids), filmed_s))
    return make(session, person_id, timed, kind, now)


def give_way(session: Session, former: Video) -> None:
    """Stop what is being prepared: a video that was ready before is shown as it was, any other is deleted."""
    if former.is_remade:
        attempts.fall_back(session, former)
    else:
        discard(session, former)


def make(
    session: Session,
    person_id: UUID,
    timed: Sequence[tuple[Upload, float | None]],
    kind: Medium,
    now: datetime,
) -> Video:
    """Make a video of uploads, in the order in which they play, with what timed each; have it prepared."""
    video = Video(person_id=person_id, kind=kind, created_at=now, warnings=[], renditions=[])
    video.takes = [
        Take(position=at, upload_id=upload.id, size_bytes=upload.length_bytes or 0, filmed_s=filmed_s)
        for at, (upload, filmed_s) in enumerate(timed, start=1)
    ]
    session.add(video)
    session.flush()
    for upload, _ in timed:
        uploads.mark_ingested(session, upload)
    queue.defer(session, "videos.preview", video_id=video.id)
    return video


def require_medium(sent: Iterable[Upload], kind: Medium) -> None:
    """Raise Invalid unless all of these were sent as what they shall become: each needs its own agreement."""
    if any(uploads.medium_of(upload) != kind for upload in sent):
        said = N_("Une voix ne devient pas une vidéo, ni une vidéo une voix : enregistre-toi de nouveau.")
        raise Invalid(said, errors={"kind": said})


def require_takes(upload_ids: Sequence[UUID], filmed_s: Sequence[float | None]) -> None:
    """Raise Invalid unless these can be the takes of one video: one to four, each once, all timed or none."""
    if not 1 <= len(upload_ids) <= TAKES_MAX:
        said = N_("Une vidéo est faite d’une à %(takes_max)s prises.", takes_max=TAKES_MAX)
    elif len(set(upload_ids)) < len(upload_ids):
        said = N_("La même prise est là deux fois : garde-la une fois.")
    elif filmed_s and len(filmed_s) != len(upload_ids):
        said = N_("Il faut la durée de chaque prise, ou d’aucune.")
    else:
        return
    raise Invalid(said, errors={"upload_ids": said})


def retry(session: Session, person_id: UUID, video_id: UUID) -> Video:
    """Try a failed video again, from the beginning; raise VideoNotFound or VideoStateForbids."""
    video = required(session, person_id, video_id)
    if video.state != "failed" or video.reason == ORIGINAL_LOST:
        raise VideoStateForbids(N_("Recharge la page pour voir où elle en est."))
    video.state, video.step, video.reason = "received", "waiting", None
    video.percent = video.tries = 0
    video.remaining_s = video.heartbeat_at = None
    session.flush()
    queue.defer(session, "videos.prepare", video_id=video.id)
    return video


def remove(session: Session, person_id: UUID, video_id: UUID) -> None:
    """Delete a video of this person and all that was made of it; raise VideoNotFound or VideoInUse."""
    if not is_let_go(session, required(session, person_id, video_id)):
        raise VideoInUse(N_("Retire d’abord ta présentation : la vidéo pourra être supprimée ensuite."))


def discard(session: Session, video: Video) -> None:
    """Delete a video; jobs delete its objects and its original once that is committed.

    A worker that holds it finds it gone, and cleans up after itself.
    """
    upload_ids = queries.uploads_of(session, video.id)
    session.execute(delete(Video).where(Video.id == video.id))
    session.expunge(video)
    session.execute(delete(Upload).where(Upload.id.in_(upload_ids)))
    forget_bytes(session, upload_ids)
    queue.defer(session, "videos.forget_objects", video_id=video.id)


def forget_original(session: Session, video_id: UUID, now: datetime) -> None:
    """Forget what was sent, since what was made of it is approved; raise VideoNotFound."""
    video = queries.video(session, video_id)
    if video is None:
        raise VideoNotFound
    if video.original_deleted_at is None and video.state not in UNFINISHED:
        video.original_deleted_at = now
        session.flush()
        forget_bytes(session, [take.upload_id for take in video.takes])


def forget_bytes(session: Session, upload_ids: Iterable[UUID]) -> None:
    """Have the bytes of uploads deleted once the transaction is committed."""
    for upload_id in upload_ids:
        queue.defer(session, "videos.forget_original", upload_id=upload_id)


def own(session: Session, person_id: UUID, video_id: UUID) -> Video:
    """Return a video of this person with its takes and renditions, to be shown; raise VideoNotFound."""
    video = queries.video(session, video_id)
    if video is None or video.person_id != person_id:
        raise VideoNotFound
    return video


def required(session: Session, person_id: UUID, video_id: UUID) -> Video:
    """Return a video of this person to be changed; raise VideoNotFound."""
    video = queries.own_video(session, person_id, video_id)
    if video is None:
        raise VideoNotFound
    return video


def end_agreement(session: Session, person_id: UUID) -> None:
    """Delete what a person no longer agrees to show, sent, prepared or ready: the videos, or the voice alone.

    What a profile still names stays until it does no more.
    """
    withdrawn = people.withdrawn_consents(session, person_id)
    ended = [kind for kind in KINDS if CONSENT_OF[kind] in withdrawn]
    # Uploads first, as `receive` does: neither waits for the other, and what it receives is seen below.
    forget_bytes(session, uploads.end_agreement(session, person_id, ended))
    for video in queries.of_kinds(session, person_id, ended):
        is_let_go(session, video)


def expire(session: Session, now: datetime) -> int:
    """Delete what was kept long enough; return how many.

    These are the refused and failed videos, and the ready ones that gave way to a newer one and that nothing
    names any more.
    """
    old = queries.forgettable(session, now)
    for video in old:
        discard(session, video)
    return len(old) + sum(is_let_go(session, video) for video in queries.superseded(session, now))


def is_let_go(session: Session, video: Video) -> bool:
    """Delete a video unless something names it, and tell whether it is gone."""
    try:
        with session.begin_nested():
            discard(session, video)
    except IntegrityError:
        return False
    return True


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - same for all rooms
    """Delete every video of a person, whose profile names none any more; raise VideoInUse if it does.

    Of the captions that they validated for others, as an adviser does, nothing says any more that they did.
    """
    session.execute(update(Captions).where(Captions.validated_by == person_id).values(validated_by=None))
    for video in queries.of_person(session, person_id):
        remove(session, person_id, video.id)
