"""Verbs of profiles: write one, send it to review, judge it, show it, take it away."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import queue
from app.errors import Conflict, NotFound
from app.evidence import service as evidence
from app.evidence.service import Statement
from app.people import queries as people
from app.people.consents import require_agreement
from app.people.models import Person
from app.people.rules import CONSENT_OF, Who
from app.profiles import queries
from app.profiles.documents import document_of
from app.profiles.models import Profile, Review
from app.profiles.rules import (
    KEEPS_VIDEO,
    Note,
    may_review,
    missing,
    next_state,
    shown_name,
)
from app.search import service as search
from app.videos import captioning
from app.videos import queries as videos
from app.videos import service as video_service
from app.words import N_


class ProfileNotFound(NotFound):
    """The profile does not exist, or not for this person."""


class ProfileStateForbids(Conflict):
    """The profile is not in a state where this can be done."""

    slug = "etat-du-profil"
    title = N_("Ce n’est pas possible pour le moment")


class ProfileIncomplete(Conflict):
    """Something has to be filled in, filmed or agreed to before review."""

    slug = "profil-incomplet"
    title = N_("Il manque encore quelque chose avant l’envoi")


def start(session: Session, person: Person, structure_id: UUID | None, now: datetime) -> Profile:
    """Open the empty profile of a resident, at their invitation."""
    profile = Profile(
        person_id=person.id,
        structure_id=structure_id,
        slug=secrets.token_hex(10),
        shown_name=shown_name(person.given_name, person.family_name),
        created_at=now,
        updated_at=now,
        jobs=[],
        languages=[],
        zones=[],
        script=None,
    )
    session.add(profile)
    session.flush()
    return profile


def own(session: Session, person_id: UUID, *, to_change: bool = False) -> Profile:
    """Return a person's own whole profile; raise ProfileNotFound for whoever has none."""
    profile = queries.profile_of(session, person_id, to_change=to_change)
    if profile is None:
        raise ProfileNotFound
    return profile


def touch(session: Session, profile: Profile, now: datetime) -> None:
    """Note that the profile changed, and tell search when it is shown."""
    profile.updated_at = now
    session.flush()
    if profile.state == "published":
        search.index(session, document_of(session, profile))


def note_captions(session: Session, video_id: UUID, now: datetime) -> None:
    """Let search and partners know that what is said in the video shown reads otherwise now."""
    profile = queries.profile_showing(session, video_id)
    if profile is not None:
        touch(session, profile, now)


def move(profile: Profile, verb: str) -> None:
    """Put the profile in the state where a verb leads; raise ProfileStateForbids when it leads nowhere.

    Where it cannot come back by itself, it names no video or text any more: its owner may delete the video,
    and no later presentation can show it by mistake.
    """
    state = next_state(profile.state, verb)
    if state is None:
        raise ProfileStateForbids(N_("La page date un peu : la recharger dit où en est le profil."))
    profile.state = state
    if state not in KEEPS_VIDEO:
        forget_approved(profile)


def forget_approved(profile: Profile) -> None:
    """Leave nothing that could be shown before another review."""
    profile.current_video_id = profile.current_script = None


def submit(session: Session, profile: Profile, now: datetime) -> None:
    """Send the presentation to the advisers as it stands; what is shown meanwhile stays shown.

    Raise what `require_agreement` raises, ProfileIncomplete or ProfileStateForbids.
    """
    if profile.state in ("published", "paused") and not queries.has_newer(session, profile):
        raise ProfileStateForbids(N_("C’est déjà ce que montre ton profil."))
    move(profile, "submit")
    require_agreement(session, profile.person_id, CONSENT_OF[profile.presentation], now.date())
    if missing(queries.draft_of(session, profile)):
        raise ProfileIncomplete(N_("La page « Envoyer » dit ce qu’il manque."))
    video = queries.latest_ready(session, profile)
    profile.proposed_video_id = video.id if video else None
    profile.proposed_script = queries.script_of(profile)
    profile.submitted_at = now
    session.flush()
    queue.announce(session, "profile.submitted", profile.id)


def take_back(session: Session, profile: Profile) -> None:
    """Take back what was sent before an adviser judged it."""
    move(profile, "take_back")
    drop_proposal(profile)
    session.flush()


def drop_proposal(profile: Profile) -> None:
    """Leave nothing for an adviser to judge."""
    profile.proposed_video_id = profile.proposed_script = None


def require_unchanged(profile: Profile, seen_at: datetime | None) -> None:
    """Raise ProfileStateForbids when what an adviser saw was taken back since, and sent again."""
    if seen_at is not None and seen_at != profile.submitted_at:
        raise ProfileStateForbids(
            N_("Le jeune a renvoyé sa présentation depuis : rechargez la page pour la relire.")
        )


def approve(session: Session, who: Who, profile: Profile, word: str, now: datetime) -> None:
    """Judge the presentation good and show it; the original of its video is no longer needed.

    Raise ProfileNotFound, ProfileStateForbids, CaptionsNotValidated, or what `require_agreement` raises.
    """
    judge(session, who, profile, Review(verdict="approved", word=word, notes=[]), now)
    move(profile, "approve")
    profile.current_video_id = approved_video(session, profile, now)
    profile.current_script = profile.proposed_script
    drop_proposal(profile)
    publish(session, who, profile, now)


def approved_video(session: Session, profile: Profile, now: datetime) -> UUID | None:
    """Return the video that is approved, whose original goes, None for words.

    Raise ProfileStateForbids, or CaptionsNotValidated.
    """
    if profile.presentation == "text":
        return None
    video = videos.video(session, profile.proposed_video_id) if profile.proposed_video_id else None
    if video is None or video.state != "ready" or video.kind != profile.presentation:
        raise ProfileStateForbids(N_("La vidéo n’est plus là, ou n’est pas prête."))
    captioning.require_validated(session, video.id)
    video_service.forget_original(session, video.id, now)
    return video.id


def request_changes(
    session: Session, who: Who, profile: Profile, word: str, notes: Sequence[Note], now: datetime
) -> None:
    """Ask for something to be done again; what is shown stays shown.

    Raise ProfileNotFound or ProfileStateForbids.
    """
    pinned = [note._asdict() for note in notes]
    judge(session, who, profile, Review(verdict="changes_requested", word=word, notes=pinned), now)
    move(profile, "request_changes")
    drop_proposal(profile)
    session.flush()
    queue.announce(session, "profile.changes_requested", profile.id)


def judge(session: Session, who: Who, profile: Profile, review: Review, now: datetime) -> None:
    """Write an adviser's verdict on what was sent, if they may judge it and there is something to judge."""
    if not may_review(who, profile.structure_id, profile.person_id):
        raise ProfileNotFound
    if not profile.is_sent:
        raise ProfileStateForbids(N_("Il n’y a rien à relire : le jeune a peut-être repris son envoi."))
    review.profile_id = profile.id
    review.video_id = profile.proposed_video_id
    review.reviewer_id = who.person_id
    review.created_at = now
    session.add(review)


def publish(session: Session, who: Who, profile: Profile, now: datetime) -> None:
    """Show an approved presentation: search, evidence, news; a paused one waits for its owner."""
    require_agreement(session, profile.person_id, CONSENT_OF[profile.presentation], now.date())
    structure = people.organisation(session, profile.structure_id) if profile.structure_id else None
    evidence.record(
        session,
        Statement(
            kind="profile.published",
            source=f"profile.published:{profile.id}",
            at=now,
            subject=profile.person_id,
            actor=who.person_id,
            territory=profile.structure_id,
            department=(structure.department or "") if structure else "",
            measures={"presentation": profile.presentation},
        ),
    )
    profile.published_at = profile.published_at or now
    touch(session, profile, now)
    queue.announce(session, "profile.published", profile.id)


def pause(session: Session, profile: Profile) -> None:
    """Hide a published profile for a while."""
    move(profile, "pause")
    hide(session, profile)
    queue.announce(session, "profile.paused", profile.id)


def resume(session: Session, profile: Profile, now: datetime) -> None:
    """Show a profile again as it was approved: after a pause, or when its owner had found.

    Raise ProfileStateForbids, or what `require_agreement` raises.
    """
    if queries.may_come_back(profile):
        profile.state = "published"
    else:
        move(profile, "resume")
    require_agreement(session, profile.person_id, CONSENT_OF[profile.presentation], now.date())
    touch(session, profile, now)
    queue.announce(session, "profile.resumed", profile.id)


def withdraw(session: Session, profile: Profile, now: datetime) -> None:
    """Take a profile away, at once; it comes back only through a new review."""
    move(profile, "withdraw")
    profile.withdrawn_at = now
    hide(session, profile)
    queue.announce(session, "profile.withdrawn", profile.id)


def place(session: Session, profile: Profile, now: datetime) -> None:
    """Note that the person has found: the profile leaves search."""
    move(profile, "place")
    profile.updated_at, profile.placed_how = now, None
    hide(session, profile)
    queue.announce(session, "profile.placed", profile.id)


def tell_how_placed(session: Session, profile: Profile, how: str) -> None:
    """Keep how somebody who has found did it, one of PLACED_HOW; raise ProfileStateForbids otherwise."""
    if profile.state != "placed":
        raise ProfileStateForbids(N_("La page date un peu : la recharger dit où en est le profil."))
    profile.placed_how = how
    session.flush()


def hide(session: Session, profile: Profile) -> None:
    """Remove a profile from search and drop what was to be judged."""
    if profile.state != "paused":
        drop_proposal(profile)
    session.flush()
    search.remove(session, profile.id)


def end_agreement(session: Session, person_id: UUID, now: datetime) -> None:
    """Take away what is shown, or about to be, or kept to come back, without the agreement that it needs."""
    profile = queries.profile_of(session, person_id, to_change=True)
    if profile is None or queries.agrees(session, profile):
        return
    if profile.state == "placed":
        forget_approved(profile)
        session.flush()
    elif profile.state in ("submitted", "published", "paused"):
        withdraw(session, profile, now)


def erase_person(session: Session, person_id: UUID, now: datetime) -> None:
    """Empty a person's profile; its row stays without a word, for what counted it."""
    profile = queries.profile_of(session, person_id, to_change=True)
    if profile is None:
        return
    move(profile, "erase")
    profile.slug = secrets.token_hex(10)
    profile.shown_name = profile.headline = profile.about = ""
    profile.skills = profile.competences = profile.contract_types = []
    profile.education_level = profile.available_on = profile.placed_how = None
    profile.jobs, profile.languages, profile.zones, profile.script = [], [], [], None
    profile.updated_at = now
    session.execute(delete(Review).where(Review.profile_id == profile.id))
    hide(session, profile)
