"""Verbs of uploads, each one short step in a transaction: begin, claim, keep, refuse, hand over, forget."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Gone, NotFound, StorageFull, TooMany, Unsupported
from app.people import consents
from app.people.rules import CONSENT_OF
from app.settings import Settings
from app.uploads import queries, rules, spool
from app.uploads.models import Upload
from app.uploads.rules import Begun, Medium
from app.uploads.tus import WHOLE, Concat, metadata_of
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


class TooManyUploads(TooMany):
    """The person has begun as many uploads as one may without finishing any."""

    slug = "trop-d-envois"
    title = N_("Trop d’envois en cours")


class NotAVideoFile(Unsupported):
    """The first bytes are those of nothing that can become a video."""

    slug = "pas-une-video"
    title = N_("Ce fichier n’est pas une vidéo que nous savons lire")


@dataclass(frozen=True)
class Asked:
    """Which upload, and whose it must be; nobody's in particular when a signed address names it."""

    upload_id: UUID
    owner_id: UUID | None


class DayQuotaReached(TooMany):
    """The person has sent as much as one may in a day."""

    slug = "trop-d-octets"
    title = N_("Trop de vidéos envoyées aujourd’hui")


class MadeOfParts(Forbidden):
    """A file made of parts has all its bytes, and takes no more."""

    slug = "envoi-assemble"
    title = N_("Cet envoi est fait de morceaux déjà envoyés")


@dataclass(frozen=True)
class NewUpload:
    """Who announces how many bytes (None: said later), with the headers kept as the client wrote them.

    `medium` is what they hold: the agreement that sending them needs depends on it.
    """

    person_id: UUID
    length_bytes: int | None
    metadata: str
    concat: Concat = WHOLE
    medium: Medium = "video"


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
    consents.require_one_of(session, announced.person_id, agreements(announced), now.date())
    queries.wait_for_turn(session, announced.person_id)
    length_bytes, kind = announced.length_bytes, announced.concat.kind
    if kind == "final":
        length_bytes = join(session, announced, settings, now)
    else:
        begun = queries.begun_by(session, announced.person_id, now - rules.DAY)
        begun = make_place(session, begun, announced, settings, now)
        require_day(begun, length_bytes or 0, settings, now)
    require_room(session, length_bytes or 0, settings)
    complete = length_bytes == 0
    upload_id = UUID(bytes=secrets.token_bytes(16))
    spool.make(settings.spool_dir, upload_id)
    return queries.added(
        session,
        {
            "id": upload_id,
            "person_id": announced.person_id,
            "kind": kind,
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


def make_place(
    session: Session, begun: Sequence[Begun], announced: NewUpload, settings: Settings, now: datetime
) -> Sequence[Begun]:
    """Return what stands of what a person has begun, once one more upload has its place.

    Raise TooManyUploads, unless unfinished uploads give way: unheard ones, or the quietest after a day.
    """
    quietest = rules.in_the_way(begun, announced.concat.kind)
    if quietest is None:
        return begun
    if not forget_unheard(session, announced, settings, now):
        is_left = rules.gives_way(quietest.expires_at, settings.upload_life_days, now)
        if not (is_left and queries.end(session, quietest)):
            raise TooManyUploads(N_("Termine-les, ou réessaie demain."))
    return queries.begun_by(session, announced.person_id, now - rules.DAY)


def forget_unheard(session: Session, announced: NewUpload, settings: Settings, now: datetime) -> bool:
    """Delete what got no byte and is announced again, or waited for one too long; tell if there was any.

    A line that was cut lost the answer, and with it the address.
    """
    unheard = []
    for upload in queries.unfinished(session, announced.person_id, announced.concat.kind):
        present_bytes = spool.present_bytes(settings.spool_dir, upload.id)
        is_lost = not present_bytes and is_announced_again(upload, announced)
        if is_lost or rules.is_unheard(present_bytes, upload.created_at, now):
            unheard.append(upload)
    for upload in unheard:
        session.delete(upload)
    session.flush()
    return bool(unheard)


def is_announced_again(upload: Upload, announced: NewUpload) -> bool:
    """Tell whether an announcement is word for word that of an upload; one without a word is nobody's."""
    if not announced.metadata or upload.tus_metadata != announced.metadata:
        return False
    is_take = "take" in metadata_of(announced.metadata)
    return rules.is_again(upload.length_bytes, announced.length_bytes, is_take=is_take)


def require_day(begun: Sequence[Begun], length_bytes: int, settings: Settings, now: datetime) -> None:
    """Raise DayQuotaReached unless one more file fits in what a person may send in a day."""
    sent = [(one.created_at, length_or_present(one, settings)) for one in begun if one.kind != "final"]
    free_at = rules.day_left_at(sent, length_bytes, settings.upload_day_max_bytes, now)
    if free_at is not None:
        wait_s = ceil((free_at - now).total_seconds())
        raise DayQuotaReached(N_("Supprime ce qui ne sert plus, ou reviens plus tard."), retry_after_s=wait_s)


def length_or_present(one: Begun, settings: Settings) -> int:
    """Return how long an upload will be, or how much of it is there while nobody has said."""
    if one.length_bytes is None:
        return spool.present_bytes(settings.spool_dir, one.upload_id)
    return one.length_bytes


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


def require_room(session: Session, length_bytes: int, settings: Settings) -> None:
    """Raise StorageFull unless the disk takes all that is promised, this upload, and what must stay free."""
    free_bytes, keep_free_bytes = spool.free_bytes(settings.spool_dir), settings.upload_free_disk_min_bytes
    if rules.fits(length_bytes, free_bytes, queries.promised_bytes(session), keep_free_bytes):
        return  # although no byte of what is promised were there: nothing has to be measured
    promised_bytes = sum(
        max(0, whole_bytes - spool.present_bytes(settings.spool_dir, upload_id))
        for upload_id, whole_bytes in queries.receiving(session).items()
    )
    if not rules.fits(length_bytes, free_bytes, promised_bytes, keep_free_bytes):
        raise StorageFull(N_("Réessaie dans une heure."))


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
