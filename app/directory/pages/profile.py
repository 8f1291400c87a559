"""Pages of recruiters: one profile, and what plays its video."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.contacts.queries import open_contact
from app.people.access import Recruiter
from app.people.rules import Who
from app.profiles import schemas as profiles
from app.profiles.models import Profile
from app.profiles.queries import by_slug_visible, video_shown
from app.profiles.service import ProfileNotFound
from app.videos.playback import playback
from app.videos.schemas import Playback
from app.videos.watching import Watching
from app.web.deps import UnitOfWork
from app.web.french import in_paris
from app.web.templating import render

router = APIRouter()


@router.get("/candidats/{slug}")
def show_profile(
    request: Request, slug: str, session: UnitOfWork, who: Recruiter, context: Watching
) -> HTMLResponse:
    profile = required(session, who, slug)
    video = video_shown(session, profile)
    return render(
        request,
        "directory/profile.html",
        profile=profile,
        video=video,
        # One muxed file in the page itself serves those without script.
        shown=playback(session, video, context, preview=False) if video else None,
        contracts=profiles.CONTRACT_LABELS,
        competences=profiles.COMPETENCE_LABELS,
        education=profiles.EDUCATION_LABELS,
        script=profiles.titled(profile.current_script),
        already=open_contact(session, who.person_id, profile.id),
        today=in_paris(context.now).date(),
        errors={},
        values={},
    )


@router.get("/candidats/{slug}/lecture")
def show_playback(slug: str, session: UnitOfWork, who: Recruiter, context: Watching) -> Playback:
    video = video_shown(session, required(session, who, slug))
    if video is None:
        raise ProfileNotFound
    return playback(session, video, context, preview=False)


def required(session: Session, who: Who, slug: str) -> Profile:
    """Return the published profile of this address; raise ProfileNotFound."""
    profile = by_slug_visible(session, who, slug)
    if profile is None:
        raise ProfileNotFound
    return profile
