"""Pages of recruiters: one profile, and what plays its video."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.contacts.queries import left_for, open_contact
from app.directory import shortlist
from app.directory.pages.walking import walk
from app.directory.schemas import SearchForm
from app.directory.spoken_parts import chapters_said, is_all_said
from app.people.access import Recruiter
from app.people.rules import Who
from app.profiles import schemas as profiles
from app.profiles.models import Profile
from app.profiles.queries import by_slug_visible, video_shown
from app.profiles.service import ProfileNotFound
from app.videos.models import Video
from app.videos.playback import PlaybackContext, playback
from app.videos.schemas import Playback
from app.videos.watching import Watching
from app.viewing import opinions
from app.viewing.schemas import OPINION_LABELS
from app.web.deps import UnitOfWork, resources_of
from app.web.french import in_paris
from app.web.templating import render

router = APIRouter()


@router.get("/candidats/{slug}")
def show_profile(
    request: Request, slug: str, session: UnitOfWork, who: Recruiter, context: Watching
) -> HTMLResponse:
    profile = required(session, who, slug)
    video = video_shown(session, profile)
    # One muxed file in the page itself serves those without script.
    shown = watched(session, profile, video, context) if video else None
    script = profiles.titled(profile.current_script)
    today = in_paris(context.now).date()
    search = SearchForm.from_address(request.query_params)
    return render(
        request,
        "directory/profile.html",
        profile=profile,
        video=video,
        shown=shown,
        contracts=profiles.CONTRACT_LABELS,
        competences=profiles.COMPETENCE_LABELS,
        education=profiles.EDUCATION_LABELS,
        script=[] if shown and is_all_said(script, shown.transcript) else script,
        already=open_contact(session, who.person_id, profile.id),
        left=left_for(session, who, context.now, resources_of(request).settings),
        today=today,
        walk=walk(session, who, profile, search, today),
        kept=profile.id in shortlist.kept_among(session, who, (profile.id,), context.now),
        here=search.address(request.url.path),
        **asked_after(session, who, profile),
        errors={},
        values={},
    )


def asked_after(session: Session, who: Who, profile: Profile) -> dict[str, Any]:
    """Return what viewing/opinion.html asks once somebody has watched."""
    return {
        "may_say": opinions.may_say(session, who, profile.id),
        "opinion": opinions.said_by(session, who, profile.id),
        "opinions": OPINION_LABELS,
    }


@router.get("/candidats/{slug}/lecture")
def show_playback(slug: str, session: UnitOfWork, who: Recruiter, context: Watching) -> Playback:
    profile = required(session, who, slug)
    video = video_shown(session, profile)
    if video is None:
        raise ProfileNotFound
    return watched(session, profile, video, context)


def required(session: Session, who: Who, slug: str) -> Profile:
    """Return the published profile of this address; raise ProfileNotFound."""
    profile = by_slug_visible(session, who, slug)
    if profile is None:
        raise ProfileNotFound
    return profile


def watched(session: Session, profile: Profile, video: Video, context: PlaybackContext) -> Playback:
    """Return what plays a profile's video; one of a single take has the parts of its text for chapters."""
    found = playback(session, video, context, preview=False)
    parts = profiles.titled(profile.current_script)
    return found.model_copy(update={"chapters": found.chapters or chapters_said(parts, found.transcript)})
