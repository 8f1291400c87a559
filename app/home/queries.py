"""Nouns of the first pages: true figures, and where a resident stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contacts.queries import waiting_count
from app.directory.proposals import Proposed, proposals_about
from app.home.rules import Progress
from app.people.models import Organisation, Person
from app.profiles import queries as profiles
from app.profiles.models import Profile
from app.reports.rules import PUBLIC_MINIMUM
from app.reports.suppression import large_enough
from app.videos.models import Video
from app.viewing.queries import companies_that_watched


@dataclass(frozen=True)
class Figures:
    """What the landing page counts, now: None where it is too small for everybody's eyes.

    `nothing_yet` says that neither a profile nor a company is there.
    """

    published: int | None
    companies: int | None
    structures: int | None
    nothing_yet: bool


@dataclass(frozen=True)
class News:
    """What came to a resident: companies that watched, messages that wait, needs for which they are proposed.

    `offers` are those to which they said nothing yet; `standing` counts those to which they said yes too.
    """

    companies: int
    proposals: int
    offers: Sequence[Proposed]
    standing: int


def figures(session: Session) -> Figures:
    """Count published profiles, verified companies and verified structures, as everybody may read them."""
    verified = select(Organisation.kind, func.count()).where(Organisation.state == "verified")
    kinds = dict(session.execute(verified.group_by(Organisation.kind)).all())
    published, companies = profiles.published_count(session), kinds.get("company", 0)
    return Figures(
        published=large_enough(published, PUBLIC_MINIMUM),
        companies=large_enough(companies, PUBLIC_MINIMUM),
        structures=large_enough(kinds.get("structure", 0), PUBLIC_MINIMUM),
        nothing_yet=not published and not companies,
    )


def progress_of(session: Session, profile: Profile, today: date) -> Progress:
    """Return where a resident stands on the path."""
    newest = newest_video(session, profile)
    # Beside a video, a text that changed may be the draft of the next one: its own page tells how to send it.
    written = profile.presentation == "text"
    return Progress(
        state=profile.state,
        draft=profiles.draft_of(session, profile),
        video_state=newest.state if newest else "",
        waiting=profile.is_sent,
        blocked=profiles.barrier(session, profile, today) is not None,
        has_newer=profiles.has_newer_video(session, profile)
        or (written and profiles.has_newer_script(profile)),
        came_back=profiles.came_back(session, profile),
        may_return=profiles.may_come_back(profile),
    )


def newest_video(session: Session, profile: Profile) -> Video | None:
    """Return the last video that the person sent of the kind that they chose, whatever became of it."""
    query = select(Video).where(Video.person_id == profile.person_id, Video.kind == profile.presentation)
    return session.scalars(query.order_by(Video.created_at.desc(), Video.id.desc()).limit(1)).first()


def news_of(session: Session, person: Person) -> News:
    """Return what came to a resident."""
    watched = {view.company for view in companies_that_watched(session, person.id)}
    proposed = proposals_about(session, person.id)
    return News(
        companies=len(watched),
        proposals=waiting_count(session, person.id),
        offers=[one for one in proposed if one.proposal.agreed_at is None],
        standing=len(proposed),
    )
