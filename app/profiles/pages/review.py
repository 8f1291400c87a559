"""An adviser's review: the queue, one presentation with its player, the verdict."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import queries as people
from app.people.access import Adviser
from app.people.rules import Who
from app.places.rules import commune_label
from app.profiles import queries, service
from app.profiles.models import Profile
from app.profiles.pages.answers import again, as_typed
from app.profiles.rules import COMPETENCES
from app.profiles.schemas import (
    CONTRACT_LABELS,
    EDUCATION_LABELS,
    LEVEL_LABELS,
    RADIUS_LABELS,
    ApprovalForm,
    ChangesForm,
    titled,
)
from app.videos import playback, posters
from app.videos import queries as videos
from app.videos.cues import captions_shown
from app.videos.forms import PosterForm
from app.videos.models import Video
from app.videos.playback import PlaybackContext
from app.videos.schemas import Playback
from app.videos.watching import Watching
from app.web.deps import (
    Now,
    UnitOfWork,
)
from app.web.forms import SubmittedForm, parse
from app.web.french import long_date
from app.web.security import redirect
from app.web.templating import render
from app.words import N_, said

router = APIRouter()


@router.get("/relecture")
def show_queue(request: Request, session: UnitOfWork, now: Now, who: Adviser) -> Response:
    waiting = queries.awaiting_review(session, who.organisations("adviser"))
    return render(request, "profiles/queue.html", waiting=waiting, now=now)


@router.get("/relecture/{profile_id}")
def show_review(
    request: Request,
    session: UnitOfWork,
    context: Watching,
    who: Adviser,
    profile_id: UUID,
) -> Response:
    page = review_page(session, within(session, who, profile_id), context, {})
    return render(request, "profiles/review.html", errors={}, **page)


def within(session: Session, who: Who, profile_id: UUID, *, to_change: bool = False) -> Profile:
    structures = who.organisations("adviser")
    profile = queries.profile_in(session, structures, profile_id, to_change=to_change)
    if profile is None:
        raise service.ProfileNotFound
    return profile


def review_page(
    session: Session, profile: Profile, context: PlaybackContext, given: dict[str, Any]
) -> dict[str, Any]:
    person = people.person(session, profile.person_id)
    script = queries.judged_script(profile)
    video = queries.judged_video(session, profile)
    return {
        "profile": profile,
        "person": person,
        "barrier": queries.barrier(session, profile, context.now.date()),
        "waiting": profile.is_sent,
        "facts": facts_of(profile),
        "script": titled(script),
        "video": video,
        "shown": playback.playback(session, video, context, preview=True) if video else None,
        "captions": captions_shown(videos.captions(session, video.id)) if video else None,
        "reviews": queries.reviews_of(session, profile.id),
        "values": {"word": "", "notes": ""} | given,
    }


def facts_of(profile: Profile) -> list[tuple[str, str]]:
    zones = [
        f"{commune_label(zone.commune.name, zone.commune.department)}, {said(RADIUS_LABELS[zone.radius_km])}"
        for zone in profile.zones
    ]
    facts = {
        N_("Métiers"): ", ".join(sought.job.label for sought in profile.jobs),
        N_("Contrats"): ", ".join(said(CONTRACT_LABELS[code]) for code in profile.contract_types),
        N_("Disponible"): long_date(profile.available_on) if profile.available_on else N_("tout de suite"),
        N_("Où"): " ; ".join(zones),
        N_("Savoir-faire"): ", ".join(profile.skills),
        N_("Atouts"): ", ".join(said(COMPETENCES[key]) for key in profile.competences),
        N_("Langues"): ", ".join(
            f"{row.language} ({said(LEVEL_LABELS[row.level])})" for row in profile.languages
        ),
        N_("Niveau d’études"): EDUCATION_LABELS.get(profile.education_level or "", ""),
    }
    return [(name, words) for name, words in facts.items() if words]


@router.get("/relecture/{profile_id}/lecture")
def play(
    session: UnitOfWork,
    context: Watching,
    who: Adviser,
    profile_id: UUID,
) -> Playback:
    video = video_of(session, within(session, who, profile_id))
    return playback.playback(session, video, context, preview=True)


@router.get("/relecture/{profile_id}/image")
def show_tiles(
    request: Request,
    session: UnitOfWork,
    context: Watching,
    who: Adviser,
    profile_id: UUID,
) -> Response:
    return tiles_page(request, session, within(session, who, profile_id), context)


@router.post("/relecture/{profile_id}/image")
def choose_poster(
    request: Request,
    session: UnitOfWork,
    context: Watching,
    who: Adviser,
    profile_id: UUID,
    form: SubmittedForm,
) -> Response:
    profile = within(session, who, profile_id)
    try:
        posters.choose(session, video_of(session, profile).id, parse(PosterForm, form).tile)
    except Invalid as refused:
        return tiles_page(request, session, profile, context, refused)
    return redirect(f"/relecture/{profile_id}/image", N_("C’est noté."))


def tiles_page(
    request: Request,
    session: Session,
    profile: Profile,
    context: PlaybackContext,
    refused: Invalid | None = None,
) -> Response:
    return render(
        request,
        "profiles/poster.html",
        status_code=refused.status if refused else 200,
        errors=refused.errors if refused else {},
        profile=profile,
        tiles=playback.tiles(video_of(session, profile), context),
    )


def video_of(session: Session, profile: Profile) -> Video:
    video = queries.judged_video(session, profile)
    if video is None:
        raise service.ProfileNotFound
    return video


@router.post("/relecture/{profile_id}/accord")
def approve(session: UnitOfWork, now: Now, who: Adviser, profile_id: UUID, form: SubmittedForm) -> Response:
    profile = within(session, who, profile_id, to_change=True)
    given = parse(ApprovalForm, form)
    service.require_unchanged(profile, given.sent_at)
    service.approve(session, who, profile, given.encouragement, now)
    return redirect("/relecture", N_("%(shown_name)s est en ligne.", shown_name=profile.shown_name))


@router.post("/relecture/{profile_id}/reprise")
def request_changes(
    request: Request,
    session: UnitOfWork,
    context: Watching,
    who: Adviser,
    profile_id: UUID,
    form: SubmittedForm,
) -> Response:
    profile = within(session, who, profile_id, to_change=True)
    try:
        asked = parse(ChangesForm, form)
    except Invalid as refused:
        page = review_page(session, profile, context, as_typed(form))
        return again(request, refused, "profiles/review.html", **page)
    service.require_unchanged(profile, asked.sent_at)
    service.request_changes(session, who, profile, asked.word, asked.pinned, context.now)
    return redirect("/relecture", N_("%(shown_name)s va recevoir votre mot.", shown_name=profile.shown_name))
