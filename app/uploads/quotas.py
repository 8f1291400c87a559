"""What a person may begin: so many files at once, so many bytes a day, as long as the disk takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from sqlalchemy.orm import Session

from app.errors import StorageFull, TooMany
from app.settings import Settings
from app.uploads import queries, rules, spool
from app.uploads.models import Upload
from app.uploads.rules import Begun, Medium
from app.uploads.tus import WHOLE, Concat, metadata_of
from app.words import N_


class TooManyUploads(TooMany):
    """The person has begun as many uploads as one may without finishing any."""

    slug = "trop-d-envois"
    title = N_("Trop d’envois en cours")


class DayQuotaReached(TooMany):
    """The person has sent as much as one may in a day."""

    slug = "trop-d-octets"
    title = N_("Trop de vidéos envoyées aujourd’hui")


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
