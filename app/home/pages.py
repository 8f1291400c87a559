"""The first pages: landing, a resident's own page, what the service says of itself."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.contacts import queries as contacts
from app.home import queries
from app.home.rules import next_thing, shows_word, states_of
from app.home.schemas import NEXT, OTHERWISE, STEP_LABELS
from app.people import queries as people
from app.people.access import Anyone, Resident
from app.places.rules import DEPARTMENTS
from app.profiles import queries as profiles
from app.profiles import service
from app.profiles.schemas import CONTRACT_LABELS
from app.reports.rules import PUBLIC_MINIMUM
from app.web.deps import CurrentSettings, Now, UnitOfWork
from app.web.security import redirect
from app.web.templating import render

router = APIRouter()


@router.get("/")
def show_landing(request: Request, session: UnitOfWork, now: Now, _: Anyone) -> Response:
    return render(
        request,
        "home/landing.html",
        figures=queries.figures(session),
        minimum=PUBLIC_MINIMUM,
        now=now,
    )


@router.get("/moi")
def show_path(
    request: Request, session: UnitOfWork, now: Now, who: Resident, settings: CurrentSettings
) -> Response:
    profile = service.own(session, who.person_id)
    person = people.person(session, who.person_id)
    if person is None:
        raise service.ProfileNotFound
    progress = queries.progress_of(session, profile, now.date())
    barrier = profiles.barrier(session, profile, now.date())
    reviews = profiles.reviews_of(session, profile.id)
    otherwise = OTHERWISE.get(profile.presentation)
    labels = STEP_LABELS | ({"video": otherwise} if otherwise else {})
    return render(
        request,
        "home/path.html",
        profile=profile,
        person=person,
        progress=progress,
        barrier=barrier,
        steps_done=[(*labels[step], state) for step, state in states_of(progress).items()],
        next=NEXT[next_thing(progress)],
        review=reviews[0] if reviews and shows_word(profile.state, reviews[0].word) else None,
        news=queries.news_of(session, person),
        contracts=CONTRACT_LABELS,
        departments=DEPARTMENTS,
        max_bytes=settings.upload_max_bytes,
    )


@router.get("/moi/retrait")
def show_receipt(request: Request, session: UnitOfWork, who: Resident) -> Response:
    profile = service.own(session, who.person_id)
    if profile.state != "withdrawn":
        return redirect("/moi")
    ended = contacts.ended_by_leaving(session, who.person_id)
    return render(request, "home/receipt.html", profile=profile, ended=ended)


@router.get("/accessibilite")
def show_accessibility(request: Request, _: Anyone) -> Response:
    return render(request, "home/accessibility.html")


@router.get("/confidentialite")
def show_privacy(request: Request, _: Anyone, settings: CurrentSettings) -> Response:
    return render(request, "home/privacy.html", settings=settings)


@router.get("/mentions-legales")
def show_legal(request: Request, _: Anyone) -> Response:
    return render(request, "home/legal.html")
