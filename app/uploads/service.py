"""Verbs of uploads, each one short step in a transaction: begin, claim, keep, refuse, hand over, forget."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Gone, NotFound, Unsupported
from app.people import consents
from app.people.rules import CONSENT_OF
from app.settings import Settings
from app.uploads import queries, quotas, rules, spool
from app.uploads.models import Upload
from app.uploads.quotas import NewUpload
from app.uploads.rules import Medium
from app.uploads.tus import medium_in
from app.words import N_

ORPHAN_AFTER = timedelta(hours=1)  # a file stands before the row that names it is committed
PARTS_KEPT = timedelta(hours=1)  # for the client whose answer was lost, and who asks for the whole again


class UploadNotFound(NotFound):
    """There is no such upload, or it is somebody else's."""

    slug = "envoi-introuvable"
    title = N_("Cet envoi n’existe pas")


class UploadGone(Gone):
    """The upload was refused, or waited too long for its next byte."""

    slug = "envoi-oublie"
    title = N_("Cet envoi n’existe plus")


class UploadIncomplete(Conflict):
    """Bytes are still missing."""

    slug = "envoi-incomplet"
    title = N_("L’envoi n’est pas terminé")


class UploadIngested(Forbidden):
    """The bytes belong to a video by now."""

    slug = "envoi-deja-recu"
    title = N_("Cet envoi est déjà devenu une vidéo")


class NotAVideoFile(Unsupported):
    """The first bytes are those of nothing that can become a video."""

    slug = "pas-une-video"
    title = N_("Ce fichier n’est pas une vidéo que nous savons lire")


@dataclass(frozen=True)
class Asked:
    """Which upload, and whose it must be; nobody's in particular when a signed address names it."""

    upload_id: UUID
    owner_id: UUID | None


class MadeOfParts(Forbidden):
    """A file made of parts has all its bytes, and takes no more."""

    slug = "envoi-assemble"
    title = N_("Cet envoi est fait de morceaux déjà envoyés")


def spool_path(settings: Settings, upload_id: UUID) -> Path:
    """Return where the bytes of an upload lie on this machine."""
    return spool.path_of(settings.spool_dir, upload_id)


def forget_bytes(settings: Settings, upload_id: UUID) -> None:
    """Delete the bytes of an upload, if there are any; the caller has committed why."""
    spool.forget(settings.spool_dir, upload_id)


def create(session: Session, announced: NewUpload, settings: Settings, now: datetime) -> Upload:
    """Begin an upload, empty; one of no bytes at all is complete at once.

    A file made of parts is as long as they are together, and its bytes are there: the caller copies them.
    Raise ConsentMissing and its kin, TooManyUploads, DayQuotaReached or StorageFull, and what `join` raises.
    """
    # One creation of a person at a time counts what they have.
    consents.require_one_of(session, announced.person_id, agreements(announced), now.date(), alone=True)
    length_bytes = announced.length_bytes
    if announced.concat.kind == "final":
        length_bytes = join(session, announced, settings, now)
    else:
        begun = queries.begun_by(session, announced.person_id, now - rules.DAY)
        begun = quotas.make_place(session, begun, announced, settings, now)
        quotas.require_day(begun, length_bytes or 0, settings, now)
    quotas.require_room(session, length_bytes or 0, settings)
    return add_empty(session, announced, length_bytes, settings, now)


def add_empty(
    session: Session, announced: NewUpload, length_bytes: int | None, settings: Settings, now: datetime
) -> Upload:
    """Add an upload without bytes, the file before the row that names it."""
    complete = length_bytes == 0
    upload_id = UUID(bytes=secrets.token_bytes(16))
    spool.make(settings.spool_dir, upload_id)
    return queries.added(
        session,
        {
            "id": upload_id,
            "person_id": announced.person_id,
            "kind": announced.concat.kind,
            "state": "complete" if complete else "receiving",
            "length_bytes": length_bytes,
            "tus_metadata": announced.metadata,
            "tus_concat": announced.concat.header,
            "writer_token": uuid4(),  # whoever begins an upload may write at once
            "created_at": now,
            "expires_at": rules.expiry(now, settings.upload_life_days),
            "completed_at": now if complete else None,
        },
    )


def agreements(announced: NewUpload) -> frozenset[str]:
    """Return of which agreements sending needs one; only the file that a part makes says what it is."""
    if announced.concat.kind == "partial":
        return consents.SPOKEN_OR_SEEN
    return frozenset({CONSENT_OF[announced.medium]})


def join(session: Session, announced: NewUpload, settings: Settings, now: datetime) -> int:
    """Return how long a file made of parts is; the parts go soon after, since the file has their bytes.

    Raise UploadNotFound for a part that is gone or somebody else's, MalformedUpload or TooLarge.
    """
    parts = {part.id: part for part in queries.parts(session, announced.concat.part_ids)}
    length_bytes = 0
    for part_id in announced.concat.part_ids:
        part = parts.get(part_id)
        if part is None or part.person_id != announced.person_id or part.state not in rules.KEEPS_BYTES:
            raise UploadNotFound(N_("Un des morceaux n’est pas ou plus là : renvoie-le."))
        if part.kind != "partial" or part.state != "complete":
            raise rules.MalformedUpload(N_("Un des morceaux n’est pas fini, ou n’en est pas un."))
        length_bytes += part.length_bytes or 0
        part.expires_at = min(part.expires_at, now + PARTS_KEPT)
    if length_bytes > settings.upload_max_bytes:
        raise rules.too_large(settings.upload_max_bytes)
    return length_bytes


def find(session: Session, asked: Asked, now: datetime) -> Upload:
    """Return an upload that still counts, alone until the step ends; raise UploadNotFound or UploadGone."""
    upload = queries.upload_alone(session, asked.upload_id)
    if upload is None or asked.owner_id not in {None, upload.person_id}:
        raise UploadNotFound
    overdue = upload.state == "receiving" and upload.expires_at <= now
    if overdue or upload.state not in rules.KEEPS_BYTES:
        raise UploadGone(N_("Il faut recommencer : choisis ta vidéo à nouveau."))
    return upload


def claim(session: Session, asked: Asked, now: datetime) -> Upload:
    """Return the upload with a new writer's token: whoever writes on an older one stops."""
    claimed = queries.claimed(session, asked.upload_id, asked.owner_id, uuid4(), now)
    return claimed or find(session, asked, now)


def settle(session: Session, upload_id: UUID, size_bytes: int, life_days: int, now: datetime) -> Upload:
    """Note that `size_bytes` are durably there: the upload lives on, or is complete, once."""
    expires_at = rules.expiry(now, life_days)
    settled = queries.settled(session, upload_id, size_bytes, expires_at, now)
    return settled or find(session, Asked(upload_id, None), now)


def fix_length(session: Session, asked: Asked, length_bytes: int | None, now: datetime) -> Upload:
    """Note how long an upload turns out to be."""
    upload = find(session, asked, now)
    if upload.state == "receiving":
        upload.length_bytes = length_bytes
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
    if upload.state != "complete" or upload.kind == "partial":
        raise UploadIncomplete(N_("Attends que tout soit envoyé, puis recommence."))
    return upload


def mark_ingested(session: Session, upload: Upload) -> None:
    """Note that the bytes belong to a video now, which forgets them when it needs them no more."""
    upload.state = "ingested"
    session.flush()


def medium_of(upload: Upload) -> Medium:
    """Return what an upload holds, as whoever began it said."""
    return medium_in(upload.tus_metadata)


def end_agreement(session: Session, person_id: UUID, ended: Collection[str]) -> list[UUID]:
    """Delete what is no video yet, of the media whose agreement `ended`; return what, for its bytes.

    A part without metadata may be of anything.  The caller forgets the bytes once this is committed.
    """
    gone = []
    for upload in queries.unused_of(session, person_id):
        is_any = upload.kind == "partial" and not upload.tus_metadata
        if ended if is_any else medium_of(upload) in ended:
            session.delete(upload)
            gone.append(upload.id)
    session.flush()
    return gone


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
