"""Nouns of profiles: one's own, those awaiting review, those that a recruiter may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, case, distinct, exists, false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.people import blocks, consents
from app.people import queries as people
from app.people.consents import GuardianNeeded, TooYoung
from app.people.models import Person
from app.people.rules import CONSENT_OF, Who, may_see_profiles
from app.profiles.models import Profile, Review, Script, SoughtJob, WorkZone
from app.profiles.rules import (
    SCRIPT_PARTS,
    Draft,
    Made,
    Verdict,
    is_as_judged,
    use_of_video,
    words_in,
)
from app.search.models import SearchProfile
from app.videos import queries as videos
from app.videos.models import Video

# What others may read.  Not the script, which its owner may be rewriting: asking for it fails loudly.
OUTSIDE = (
    selectinload(Profile.jobs).selectinload(SoughtJob.job),
    selectinload(Profile.languages),
    selectinload(Profile.zones).selectinload(WorkZone.commune),
)
WHOLE = (*OUTSIDE, selectinload(Profile.script))
# A video is shown by the profile that names it, as long as the profile presents itself by such a video:
# whoever turned to words shows none, whatever the row still names.
SHOWN = (
    (Video.id == Profile.current_video_id) & (Video.kind == Profile.presentation) & (Video.state == "ready")
)
CONSENT_KIND = case(*((Profile.presentation == kind, consent) for kind, consent in CONSENT_OF.items()))


@dataclass(frozen=True)
class Awaiting:
    """One line of the queue: whose presentation, of what kind, since when."""

    profile_id: UUID
    given_name: str
    family_name: str
    presentation: str
    replaces: bool
    submitted_at: datetime


def profile_of(session: Session, person_id: UUID, *, to_change: bool = False) -> Profile | None:
    """Return a person's profile with all that belongs to it; `to_change` makes other writers wait."""
    return whole(session, select(Profile).where(Profile.person_id == person_id), to_change=to_change)


def profile_in(
    session: Session, structure_ids: Collection[UUID], profile_id: UUID, *, to_change: bool = False
) -> Profile | None:
    """Return the whole profile of a resident of these structures, None for anybody else's."""
    query = select(Profile).where(Profile.id == profile_id, Profile.structure_id.in_(structure_ids))
    return whole(session, query.where(Profile.state != "erased"), to_change=to_change)


def whole(session: Session, query: Select[Profile], *, to_change: bool = False) -> Profile | None:
    """Return the one profile of a query with all that belongs to it, locked when it is to change."""
    if to_change:
        query = query.with_for_update(of=Profile).execution_options(populate_existing=True)
    return session.scalars(query.options(*WHOLE)).one_or_none()


def visible_to(who: Who) -> Select[Profile]:
    """Select the profiles that exist for this person: the published ones, or none.

    Whoever blocked a company does not exist for its recruiters.
    """
    if not may_see_profiles(who):
        return published().where(false())
    return published().where(~blocks.has_blocked(Profile.person_id, who.organisations("recruiter")))


def hidden_from(who: Who) -> ScalarSelect[list[UUID]]:
    """Say in SQL which profiles do not exist for this person: their owners blocked one of the companies."""
    blocked = blocks.has_blocked(Profile.person_id, who.organisations("recruiter"))
    return select(func.array_agg(Profile.id)).where(blocked).scalar_subquery()


def published() -> Select[Profile]:
    """Select what may be shown outside: published, with something to show, agreed to this instant."""
    query = select(Profile).join(Person, Person.id == Profile.person_id)
    return query.where(
        Profile.state == "published",
        or_(Profile.presentation == "text", exists().where(SHOWN)),
        people.agreed(Profile.person_id, CONSENT_KIND),
        Person.suspended_at.is_(None),
        Person.erased_at.is_(None),
    )


def by_slug_visible(session: Session, who: Who, slug: str) -> Profile | None:
    """Return the published profile of this address, None when it does not exist for this person."""
    return from_outside(session, visible_to(who).where(Profile.slug == slug))


def by_slug_published(session: Session, slug: str) -> Profile | None:
    """Return the published profile of this address, whoever asks: for what is noted of those turned away."""
    return session.scalar(select(Profile).where(Profile.slug == slug, Profile.state == "published"))


def from_outside(session: Session, query: Select[Profile]) -> Profile | None:
    """Return the one profile of a query with all that others may read of it."""
    return session.scalars(query.options(*OUTSIDE)).one_or_none()


def is_still_shown(session: Session, profile_id: UUID, who: Who) -> bool:
    """Tell whether a profile is shown to somebody this instant; who takes it away waits for the transaction.

    Who took it away meanwhile is waited for.  What is written about somebody whom one saw asks here first.
    """
    query = visible_to(who).where(Profile.id == profile_id).with_only_columns(Profile.id)
    return session.scalar(query.with_for_update(read=True, key_share=True, of=Profile)) is not None


def video_shown(session: Session, profile: Profile) -> Video | None:
    """Return the whole video that a profile shows, None when it shows words."""
    return session.scalar(videos.whole().join(Profile, SHOWN).where(Profile.id == profile.id))


def videos_shown(session: Session, profiles: Collection[Profile]) -> dict[UUID, Video]:
    """Return the videos that profiles show, by the id of the profile; those that show words have none."""
    query = select(Profile.id, Video).join(Video, SHOWN)
    found = session.execute(query.where(Profile.id.in_([profile.id for profile in profiles])))
    return {profile_id: video for profile_id, video in found}  # noqa: C416 - rows are no pairs for mypy


def awaiting_review(session: Session, structure_ids: Collection[UUID]) -> Sequence[Awaiting]:
    """Return what advisers of these structures have to look at, oldest first."""
    replaces = Profile.proposed_script.is_not(None) & Profile.state.in_(("published", "paused"))
    query = (
        select(
            Profile.id,
            Person.given_name,
            Person.family_name,
            Profile.presentation,
            replaces.label("replaces"),
            func.coalesce(Profile.submitted_at, Profile.updated_at),
        )
        .join(Person, Person.id == Profile.person_id)
        .where(Profile.structure_id.in_(structure_ids), or_(Profile.state == "submitted", replaces))
        .order_by(Profile.submitted_at, Profile.id)
    )
    return [Awaiting(*row) for row in session.execute(query)]


def reviews_of(session: Session, profile_id: UUID) -> Sequence[Review]:
    """Return the verdicts on a profile, newest first."""
    query = select(Review).where(Review.profile_id == profile_id)
    return session.scalars(query.order_by(Review.created_at.desc(), Review.id.desc())).all()


def last_verdict(reviews: Sequence[Review]) -> Verdict | None:
    """Return the newest of the verdicts on a profile, None before the first."""
    return Verdict(reviews[0].verdict, reviews[0].created_at, reviews[0].video_id) if reviews else None


def may_come_back(profile: Profile) -> bool:
    """Tell whether its owner, who had found, is shown again without another review: as it was approved."""
    return profile.state == "placed" and profile.current_script is not None


def came_back(session: Session, profile: Profile) -> bool:
    """Tell whether what would be sent now is what an adviser asked to change, as it was."""
    verdict = last_verdict(reviews_of(session, profile.id))
    if verdict is None or verdict.verdict != "changes_requested":
        return False
    video = latest_ready(session, profile)
    script_at = profile.script.updated_at if profile.script else None
    made = Made(video.id, video.ready_at) if video and video.ready_at else None
    return is_as_judged(verdict, profile.presentation, made, script_at)


def draft_of(session: Session, profile: Profile) -> Draft:
    """Return what is there already of what review asks for."""
    video = latest_ready(session, profile)
    return Draft(
        presentation=profile.presentation,
        headline=profile.headline,
        jobs=len(profile.jobs),
        contracts=len(profile.contract_types),
        zones=len(profile.zones),
        script_words=words_in(*script_of(profile).values()),
        video_ready=video is not None,
        captioned=video is None or videos.are_validated(session, video.id),
        agreed=agrees(session, profile),
    )


def agrees(session: Session, profile: Profile) -> bool:
    """Tell whether the person agrees now to be presented in the way that they chose."""
    return CONSENT_OF[profile.presentation] in people.standing_consents(session, profile.person_id)


def barrier(session: Session, profile: Profile, today: date) -> TooYoung | GuardianNeeded | None:
    """Return why the age of its owner forbids what a profile would show, None when nothing does."""
    return consents.barrier(session, profile.person_id, CONSENT_OF[profile.presentation], today)


def script_of(profile: Profile) -> dict[str, str]:
    """Return the script as it stands, part by part, empty as long as nothing is written."""
    parts = {part: getattr(profile.script, part, "") for part in SCRIPT_PARTS}
    return parts if any(parts.values()) else {}


def own_script(session: Session, person_id: UUID) -> dict[str, str]:
    """Return the script of a person as it stands, part by part; nothing as long as there is no profile."""
    profile = session.scalar(select(Profile).where(Profile.person_id == person_id).options(*WHOLE))
    return script_of(profile) if profile else {}


def uncaptioned(session: Session, limit_at: datetime) -> Sequence[UUID]:
    """List the videos ready since before `limit_at`, heard and scripted, that have no captions."""
    written = or_(*(getattr(Script, part) != "" for part in SCRIPT_PARTS))
    scripted = exists().where(Profile.person_id == Video.person_id, Script.profile_id == Profile.id, written)
    return session.scalars(select(Video.id).where(videos.is_uncaptioned(limit_at), scripted)).all()


def review_path(session: Session, person_id: UUID) -> str:
    """Return where an adviser judges a person's presentation: the queue for whoever has no profile."""
    profile_id = session.scalar(select(Profile.id).where(Profile.person_id == person_id))
    return f"/relecture/{profile_id}" if profile_id else "/relecture"


def has_newer_script(profile: Profile) -> bool:
    """Tell whether the script is not the one shown."""
    return script_of(profile) != (profile.current_script or {})


def has_newer_video(session: Session, profile: Profile) -> bool:
    """Tell whether the person has a playable video that is not the one shown."""
    video = latest_ready(session, profile)
    return video is not None and video.id != profile.current_video_id


def has_newer(session: Session, profile: Profile) -> bool:
    """Tell whether there is anything to send that is not shown already."""
    return has_newer_script(profile) or has_newer_video(session, profile)


def latest_ready(session: Session, profile: Profile) -> Video | None:
    """Return the newest playable video of the person, of the kind that the profile presents."""
    query = videos.whole().where(
        Video.person_id == profile.person_id, Video.state == "ready", Video.kind == profile.presentation
    )
    return session.scalars(query.order_by(Video.created_at.desc(), Video.id.desc()).limit(1)).first()


def latest_watchable(session: Session, profile: Profile) -> Video | None:
    """Return the newest video of the person of that kind of which something can be seen, ready or not."""
    query = videos.whole().where(
        Video.person_id == profile.person_id,
        Video.kind == profile.presentation,
        videos.watchable(),
    )
    return session.scalars(query.order_by(Video.created_at.desc(), Video.id.desc()).limit(1)).first()


def judged_video(session: Session, profile: Profile) -> Video | None:
    """Return the video that an adviser looks at: the one sent, the one shown, else the newest to be seen.

    None for words, and once the person no longer agrees to be seen: an adviser is shown no more than others.
    """
    video_id = profile.proposed_video_id or profile.current_video_id
    if profile.presentation == "text" or not agrees(session, profile):
        return None
    return videos.video(session, video_id) if video_id else latest_watchable(session, profile)


def judged_script(profile: Profile) -> dict[str, str]:
    """Return the text that an adviser reads: the one sent, else the one shown, else the one being written."""
    copies = (profile.proposed_script, profile.current_script)
    return next((copy for copy in copies if copy is not None), script_of(profile))


def consent_kind_of(session: Session, person_id: UUID) -> str:
    """Return the agreement that what a person chose to show needs; without a profile, a video's."""
    chosen = session.scalar(select(Profile.presentation).where(Profile.person_id == person_id))
    return CONSENT_OF[chosen or "video"]


def video_use(session: Session, video_id: UUID) -> str | None:
    """Return what a profile does with a video, as `use_of_video` says it, or `sent_back`, or None."""
    proposed = Profile.proposed_video_id == video_id
    named = select(Profile.state, proposed).where(or_(proposed, Profile.current_video_id == video_id))
    if found := session.execute(named).one_or_none():
        return use_of_video(found[0], proposed=bool(found[1]))
    # A verdict is of the video as it was then: one that was cut since has not been seen.
    verdicts = (
        select(Review.verdict)
        .join(Video, Video.id == Review.video_id)
        .where(Review.video_id == video_id, Video.ready_at <= Review.created_at)
    )
    last = session.scalar(verdicts.order_by(Review.created_at.desc(), Review.id.desc()).limit(1))
    return "sent_back" if last == "changes_requested" else None


def profile_showing(session: Session, video_id: UUID) -> Profile | None:
    """Return the whole profile that shows a video, or hides it only for a while, to be changed."""
    return whole(session, select(Profile).where(Profile.current_video_id == video_id), to_change=True)


def published_after(session: Session, last: UUID | None, limit: int) -> Sequence[Profile]:
    """Return whole published profiles in the order of their ids, those after `last` or from the first."""
    query = published() if last is None else published().where(Profile.id > last)
    return session.scalars(query.options(*WHOLE).order_by(Profile.id).limit(limit)).all()


def found_in_vain(session: Session) -> Sequence[UUID]:
    """List the profiles that search still knows though nobody may see them."""
    return session.scalars(
        select(SearchProfile.profile_id).where(
            SearchProfile.profile_id.not_in(published().with_only_columns(Profile.id))
        )
    ).all()


def shared_skills(session: Session, least: int) -> Sequence[str]:
    """List the skills that so many published profiles name, each as most of them write it."""
    named = published().with_only_columns(Profile.id, func.unnest(Profile.skills).label("skill")).subquery()
    folded = func.lower(named.c.skill)
    query = select(func.mode().within_group(named.c.skill)).group_by(folded)
    return session.scalars(query.having(func.count(distinct(named.c.id)) >= least).order_by(folded)).all()


def published_count(session: Session) -> int:
    """Count the profiles that recruiters can see now."""
    return session.scalar(select(func.count()).select_from(published().subquery())) or 0


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what this room keeps about a person, for the person."""
    profile = profile_of(session, person_id)
    if profile is None:
        return {}
    columns = (
        *("state", "shown_name", "headline", "about", "skills", "competences", "contract_types"),
        *("education_level", "available_on", "presentation", "created_at", "updated_at"),
        *("submitted_at", "published_at", "withdrawn_at"),
    )
    return {
        "profile": {name: getattr(profile, name) for name in columns},
        "jobs": [sought.job.label for sought in profile.jobs],
        "languages": [{"language": row.language, "level": row.level} for row in profile.languages],
        "zones": [{"commune": row.commune.name, "radius_km": row.radius_km} for row in profile.zones],
        "script": {
            "written": script_of(profile),
            "sent": profile.proposed_script,
            "shown": profile.current_script,
        },
        "reviews": [
            {"verdict": row.verdict, "word": row.word, "notes": row.notes, "at": row.created_at}
            for row in reviews_of(session, profile.id)
        ],
    }
