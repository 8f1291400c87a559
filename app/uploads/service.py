"""Verbs of uploads, each one short step in a transaction: begin, claim, keep, refuse, hand over, forget."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Gone, NotFound, StorageFull, TooMany, Unsupported
from app.people import consents
from app.settings import Settings
from app.uploads import queries, rules, spool
from app.uploads.models import Upload

ORPHAN_AFTER = timedelta(hours=1)  # a file stands before the row that names it is committed


class UploadNotFound(NotFound):
    """There is no such upload, or it is somebody else's."""

    slug = "envoi-introuvable"
    title = "Cet envoi n’existe pas"


class UploadGone(Gone):
    """The upload was refused, or waited too long for its next byte."""

    slug = "envoi-oublie"
    title = "Cet envoi n’existe plus"


class UploadIncomplete(Conflict):
    """Bytes are still missing."""

    slug = "envoi-incomplet"
    title = "L’envoi n’est pas terminé"


class UploadIngested(Forbidden):
    """The bytes belong to a video by now."""

    slug = "envoi-deja-recu"
    title = "Cet envoi est déjà devenu une vidéo"


class TooManyUploads(TooMany):
    """The person has begun as many uploads as one may without finishing any."""

    slug = "trop-d-envois"
    title = "Trop d’envois en cours"


class NotAVideoFile(Unsupported):
    """The first bytes are those of nothing that can become a video."""

    slug = "pas-une-video"
    title = "Ce fichier n’est pas une vidéo que nous savons lire"


@dataclass(frozen=True)
class Asked:
    """Which upload, and whose it must be; nobody's in particular when a signed address names it."""

    upload_id: UUID
    owner_id: UUID | None


@dataclass(frozen=True)
class NewUpload:
    """Who announces how many bytes, with the metadata as the client wrote it."""

    person_id: UUID
    length_bytes: int
    metadata: str


def spool_path(settings: Settings, upload_id: UUID) -> Path:
    """Return where the bytes of an upload lie on this machine."""
    return spool.path_of(settings.spool_dir, upload_id)


def forget_bytes(settings: Settings, upload_id: UUID) -> None:
    """Delete the bytes of an upload, if there are any; the caller has committed why."""
    spool.forget(settings.spool_dir, upload_id)


def create(session: Session, announced: NewUpload, settings: Settings, now: datetime) -> Upload:
    """Begin an upload, empty; one of no bytes at all is complete at once.

    Raise ConsentMissing and its kin, TooManyUploads or StorageFull.
    """
    consents.require_agreement(session, announced.person_id, "image_and_voice", now.date())
    make_place(session, announced.person_id, settings, now)
    require_room(session, announced.length_bytes, settings)
    complete = announced.length_bytes == 0
    upload = Upload(
        id=UUID(bytes=secrets.token_bytes(16)),
        person_id=announced.person_id,
        state="complete" if complete else "receiving",
        length_bytes=announced.length_bytes,
        tus_metadata=announced.metadata,
        created_at=now,
        expires_at=rules.expiry(now, settings.upload_life_days),
        completed_at=now if complete else None,
    )
    spool.make(settings.spool_dir, upload.id)
    session.add(upload)
    session.flush()
    return upload


def make_place(session: Session, person_id: UUID, settings: Settings, now: datetime) -> None:
    """Raise TooManyUploads, unless the quietest unfinished upload has been left for so long that it ends."""
    queries.wait_for_turn(session, person_id)
    unfinished = queries.unfinished_of(session, person_id)
    if len(unfinished) < rules.UNFINISHED_MAX:
        return
    quietest = unfinished[0]
    if not rules.gives_way(quietest.expires_at, settings.upload_life_days, now):
        raise TooManyUploads("Termine-les, ou réessaie demain.")
    quietest.state = "expired"


def require_room(session: Session, length_bytes: int, settings: Settings) -> None:
    """Raise StorageFull unless the disk takes all that is promised, this upload, and what must stay free."""
    promised_bytes = sum(
        max(0, whole_bytes - spool.present_bytes(settings.spool_dir, upload_id))
        for upload_id, whole_bytes in queries.receiving(session).items()
    )
    free_bytes = spool.free_bytes(settings.spool_dir)
    if not rules.fits(length_bytes, free_bytes, promised_bytes, settings.upload_free_disk_min_bytes):
        raise StorageFull("Réessaie dans une heure.")


def find(session: Session, asked: Asked, now: datetime) -> Upload:
    """Return an upload that still counts, alone until the step ends; raise UploadNotFound or UploadGone."""
    upload = queries.upload_alone(session, asked.upload_id)
    if upload is None or asked.owner_id not in {None, upload.person_id}:
        raise UploadNotFound
    overdue = upload.state == "receiving" and upload.expires_at <= now
    if overdue or upload.state not in rules.KEEPS_BYTES:
        raise UploadGone("Il faut recommencer : choisis ta vidéo à nouveau.")
    return upload


def claim(session: Session, asked: Asked, now: datetime) -> Upload:
    """Return the upload with a new writer's token: whoever writes on an older one stops."""
    upload = find(session, asked, now)
    if upload.state == "receiving":
        upload.writer_token = uuid4()
    return upload


def settle(session: Session, upload_id: UUID, size_bytes: int, life_days: int, now: datetime) -> Upload:
    """Note that `size_bytes` are durably there: the upload lives on, or is complete, once."""
    upload = find(session, Asked(upload_id, None), now)
    if upload.state == "receiving":
        upload.expires_at = rules.expiry(now, life_days)
        if size_bytes == upload.length_bytes:
            upload.state = "complete"
            upload.completed_at = now
    return upload


def fix_length(session: Session, asked: Asked, size_bytes: int, now: datetime) -> Upload:
    """Note that an upload has all its bytes, fewer than it was announced that they might be."""
    upload = find(session, asked, now)
    if upload.state == "receiving":
        upload.length_bytes = size_bytes
    return upload


def refuse(session: Session, upload_id: UUID, slug: str) -> None:
    """Note why an upload is refused; the caller forgets its bytes once this is committed."""
    upload = queries.upload_alone(session, upload_id)
    if upload is not None and upload.state == "receiving":
        upload.state = "refused"
        upload.refusal = slug


def cancel(session: Session, asked: Asked, now: datetime) -> None:
    """Delete an upload; the caller forgets its bytes once this is committed.  Raise UploadIngested."""
    upload = find(session, asked, now)
    if upload.state == "ingested":
        raise UploadIngested
    session.delete(upload)
    session.flush()


def completed(session: Session, upload_id: UUID, person_id: UUID) -> Upload:
    """Return an upload of this person whose bytes are all there and nobody's yet, alone until the step ends.

    Raise UploadNotFound, UploadIncomplete or UploadIngested.
    """
    upload = queries.upload_alone(session, upload_id)
    if upload is None or upload.person_id != person_id or upload.state not in rules.KEEPS_BYTES:
        raise UploadNotFound
    if upload.state == "ingested":
        raise UploadIngested
    if upload.state != "complete":
        raise UploadIncomplete("Attends que tout soit envoyé, puis recommence.")
    return upload


def mark_ingested(session: Session, upload: Upload) -> None:
    """Note that the bytes belong to a video now, which forgets them when it needs them no more."""
    upload.state = "ingested"
    session.flush()


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:  # noqa: ARG001 - same for all rooms
    """Delete every upload of a person, whose videos are gone already; the next sweep deletes the bytes."""
    session.execute(delete(Upload).where(Upload.person_id == person_id))


def sweep(session: Session, settings: Settings, now: datetime) -> int:
    """Delete bytes that no upload keeps, then end what nobody finished or used in time; return how many.

    What ends now loses its bytes at the next sweep, when that is committed: bytes never go before their row.
    """
    lying = dict(spool.lying(settings.spool_dir))
    kept = queries.bytes_kept(session, lying)
    for upload_id, last_byte_at in lying.items():
        if not kept.get(upload_id, last_byte_at > now - ORPHAN_AFTER):
            forget_bytes(settings, upload_id)
    return queries.end_overdue(session, now)
