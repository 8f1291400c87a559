"""Verbs of captions for people: put right, and validated, by their owner or the adviser."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import queue
from app.errors import Conflict
from app.people import queries as people
from app.people.rules import CONSENT_OF, Who, may_accompany
from app.videos import queries
from app.videos.captions import CaptionsWrong, Cue, plain, tidy
from app.videos.cutting import blocks
from app.videos.models import Captions, Video
from app.videos.service import VideoNotFound, VideoStateForbids
from app.videos.timing import proportional
from app.words import N_


class CaptionsChanged(Conflict):
    """Somebody else, or another page, changed the captions since they were opened here."""

    slug = "sous-titres-changes"
    title = N_("Ces sous-titres ont changé entre-temps")


class CaptionsInReview(Conflict):
    """An adviser judges the video, or has approved it: what others read of it waits for one too."""

    slug = "sous-titres-en-relecture"
    title = N_("La personne qui t’accompagne valide ces sous-titres")


class CaptionsNotValidated(Conflict):
    """Nobody has said yet that the captions are right, and without them nothing is shown to others."""

    slug = "sous-titres-a-valider"
    title = N_("Les sous-titres ne sont pas encore validés")


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
    """Start from a text shared out evenly, where there is nothing: someone sets the times by hand.

    Raise CaptionsChanged when captions came meanwhile, or CaptionsWrong when there is no text.
    """
    duration_s = video.duration_s or 0.0
    cues = proportional(blocks(plain(text)), 0.0, duration_s, duration_s)
    if not cues:
        raise CaptionsWrong(N_("Aucun texte n’est écrit : taper les sous-titres à la main."))
    found = queries.captions(session, video.id)
    save(session, video, cues, found.revision if found and not found.cues else 0, now)


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
