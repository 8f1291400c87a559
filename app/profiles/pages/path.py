"""A resident's profile on its way: how to present oneself, sending, pausing, taking away."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people import queries as people
from app.people.access import Resident
from app.profiles import queries, service, writing
from app.profiles.models import Profile
from app.profiles.pages.answers import again
from app.profiles.rules import may_choose_presentation, missing, stage_of
from app.profiles.schemas import MISSING, PlacedForm, PresentationForm
from app.videos import queries as videos
from app.videos.playback import playback
from app.videos.watching import Watching
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()


@router.get("/moi/presentation")
def show_presentation(request: Request, session: UnitOfWork, who: Resident) -> Response:
    profile = service.own(session, who.person_id)
    return render(
        request,
        "profiles/presentation.html",
        errors={},
        chosen=profile.presentation,
        open=may_choose_presentation(profile.state),
    )


@router.post("/moi/presentation")
def choose_presentation(
    request: Request, session: UnitOfWork, who: Resident, form: SubmittedForm
) -> Response:
    profile = service.own(session, who.person_id, to_change=True)
    try:
        chosen = parse(PresentationForm, form).presentation
    except Invalid as refused:
        return again(request, refused, "profiles/presentation.html", chosen="", open=True)
    writing.choose_presentation(session, profile, chosen)
    return redirect("/moi", N_("C’est noté. Tu peux changer d’avis tant que rien n’est en ligne."))


@router.get("/moi/envoi")
def show_sending(request: Request, session: UnitOfWork, who: Resident, context: Watching) -> Response:
    profile = service.own(session, who.person_id)
    person = people.person(session, who.person_id)
    barrier = queries.barrier(session, profile, context.now.date())
    sending = sending_of(session, profile, minor=barrier is not None)
    video = sending["video"]
    return render(
        request,
        "profiles/sending.html",
        profile=profile,
        person=person,
        barrier=barrier,
        shown=playback(session, video, context, preview=True) if video else None,
        **sending,
    )


def sending_of(session: Session, profile: Profile, *, minor: bool) -> dict[str, Any]:
    """Return where sending is, what it still asks for, and the video that it is about."""
    lacking = missing(queries.draft_of(session, profile))
    latest = queries.latest_ready(session, profile)
    video = queries.judged_video(session, profile) if profile.is_sent else latest
    reviews = queries.reviews_of(session, profile.id)
    stage = stage_of(
        profile.state,
        waiting=profile.is_sent,
        newest_is_shown=not queries.has_newer(session, profile),
        may_send=not (lacking or minor),
        came_back=queries.came_back(session, profile),
    )
    asked = expected(profile.presentation, minor=minor)
    return {
        "minor": minor,
        "stage": stage,
        "checklist": [(*MISSING[name], name not in lacking) for name in asked],
        "review": reviews[0] if reviews else None,
        "video": video,
        "newer": video is not None and latest is not None and latest.id != video.id,
        "preparing": videos.is_preparing(session, profile.person_id, profile.presentation),
        "captioned": video is None or videos.are_validated(session, video.id),
        "text_alone": latest is not None and latest.id == profile.current_video_id,
    }


def expected(presentation: str, *, minor: bool) -> list[str]:
    """Return what sending asks for; under 18, what can be done alone today."""
    shown = {"text": "script"}.get(presentation, presentation)
    left_out = {"script", "video", "voice"} - {shown} | ({"agreement", "video", "voice"} if minor else set())
    return [name for name in MISSING if name not in left_out]


@router.post("/moi/envoi")
def send(session: UnitOfWork, now: Now, who: Resident) -> Response:
    service.submit(session, service.own(session, who.person_id, to_change=True), now)
    return redirect("/moi", N_("C’est envoyé ! La personne qui t’accompagne va regarder."))


@router.post("/moi/envoi/reprise")
def take_back(session: UnitOfWork, who: Resident) -> Response:
    service.take_back(session, service.own(session, who.person_id, to_change=True))
    return redirect("/moi/envoi", N_("Envoi annulé : tu peux tout modifier."))


@router.post("/moi/pause")
def pause(session: UnitOfWork, who: Resident) -> Response:
    service.pause(session, service.own(session, who.person_id, to_change=True))
    return redirect("/moi", N_("En pause : les entreprises ne te voient plus."))


@router.post("/moi/reprise")
def resume(session: UnitOfWork, now: Now, who: Resident) -> Response:
    service.resume(session, service.own(session, who.person_id, to_change=True), now)
    return redirect("/moi", N_("Te revoilà en ligne."))


@router.post("/moi/retrait")
def withdraw(session: UnitOfWork, now: Now, who: Resident) -> Response:
    service.withdraw(session, service.own(session, who.person_id, to_change=True), now)
    return redirect("/moi/retrait", N_("C’est retiré : plus personne ne voit ton profil."))


@router.post("/moi/trouve")
def note_placed(session: UnitOfWork, now: Now, who: Resident) -> Response:
    service.place(session, service.own(session, who.person_id, to_change=True), now)
    return redirect("/moi/trouve", N_("Bravo ! Ton profil n’est plus montré aux entreprises."))


@router.get("/moi/trouve")
def show_placed(request: Request, session: UnitOfWork, who: Resident) -> Response:
    profile = service.own(session, who.person_id)
    if profile.state != "placed":
        return redirect("/moi")
    return placed_page(request, profile.placed_how, {})


def placed_page(request: Request, how: str | None, errors: dict[str, str]) -> Response:
    """Ask somebody who has found how it came, if they care to say."""
    status_code = Invalid.status if errors else 200
    return render(request, "profiles/placed.html", status_code=status_code, how=how or "", errors=errors)


@router.post("/moi/trouve/comment")
def tell_how(request: Request, session: UnitOfWork, who: Resident, form: SubmittedForm) -> Response:
    profile = service.own(session, who.person_id, to_change=True)
    try:
        how = parse(PlacedForm, form).how
    except Invalid as refused:
        return placed_page(request, "", refused.errors)
    service.tell_how_placed(session, profile, how)
    return redirect("/moi", N_("Merci de l’avoir dit !"))
