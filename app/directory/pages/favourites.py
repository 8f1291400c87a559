"""Pages of favourites: a recruiter keeps and notes, a resident reads what was noted about them."""

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.directory import shortlist
from app.directory.forms import CRITERIA_HINTS, CRITERIA_LABELS, NotesForm
from app.directory.pages.profile import required
from app.directory.rules import NOTE_MAX_LENGTH
from app.errors import Invalid
from app.people import audit
from app.people.access import Recruiter, Resident, act_of, own_path
from app.people.rules import may_see_profiles
from app.profiles.service import ProfileNotFound
from app.web.deps import CurrentSettings, Now, UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.french import in_paris
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

# It says why a company that is not verified sees nobody.
WAITING = "/candidats"
FAVOURITES = "/favoris"


@router.get(FAVOURITES)
def show_favourites(
    request: Request,
    session: UnitOfWork,
    now: Now,
    who: Recruiter,
    retire: str = "",
) -> Response:
    if not may_see_profiles(who):
        return RedirectResponse(WAITING, status_code=303)
    return render(
        request,
        "directory/favourites.html",
        favourites=shortlist.favourites(session, who, now),
        undo=retire if shortlist.taken_out(session, who, retire, now) else "",
        removed=bool(retire),
        criteria=CRITERIA_LABELS,
        today=in_paris(now).date(),
    )


@router.post("/candidats/{slug}/favori")
def post_favourite(
    slug: str,
    session: UnitOfWork,
    now: Now,
    who: Recruiter,
    settings: CurrentSettings,
    form: SubmittedForm,
) -> Response:
    profile = required(session, who, slug)
    shortlist.keep(session, who, profile, now, settings.favourite_kept_days)
    return redirect(came_from(form) or f"/candidats/{slug}", N_("C’est dans vos favoris."))


@router.post("/candidats/{slug}/favori/retrait")
def post_removal(slug: str, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm) -> Response:
    if not may_see_profiles(who):
        raise ProfileNotFound
    shortlist.take_out(session, who, slug, now)
    # The list of favourites offers to undo; elsewhere, the same button puts it back.
    back = came_from(form)
    return redirect(back, N_("Retiré de vos favoris.")) if back else redirect(f"{FAVOURITES}?retire={slug}")


def came_from(form: FormData) -> str:
    """Return the page of ours where a button was pressed, empty when it does not say."""
    return own_path(typed(form, "back"))


@router.get("/favoris/{slug}")
def show_notes(request: Request, slug: str, session: UnitOfWork, now: Now, who: Recruiter) -> HTMLResponse:
    kept = shortlist.favourite_of(session, who, slug, now)
    if kept is None:
        raise shortlist.FavouriteNotFound
    values = {name: getattr(kept.favourite, name) for name in NotesForm.model_fields}
    return notes_page(request, kept, values, {})


@router.post("/favoris/{slug}")
def post_notes(
    request: Request, slug: str, session: UnitOfWork, now: Now, who: Recruiter, form: SubmittedForm
) -> Response:
    kept = shortlist.favourite_of(session, who, slug, now)
    if kept is None:
        raise shortlist.FavouriteNotFound
    try:
        given = parse(NotesForm, form)
    except Invalid as refused:
        values = {name: typed(form, name) for name in NotesForm.model_fields}
        return notes_page(request, kept, values, refused.errors)
    notes = {
        "skills_note": given.skills_note,
        "availability_note": given.availability_note,
        "motivation_note": given.motivation_note,
    }
    shortlist.note(session, who, kept.profile.id, notes, now)
    return redirect(f"{FAVOURITES}#{slug}", N_("C’est noté."))


def notes_page(
    request: Request, kept: shortlist.Kept, values: dict[str, str], errors: dict[str, str]
) -> HTMLResponse:
    """Show the notes of one favourite to write; after a refusal with what was typed."""
    return render(
        request,
        "directory/notes.html",
        status_code=Invalid.status if errors else 200,
        kept=kept,
        values=values,
        errors=errors,
        criteria=CRITERIA_LABELS,
        hints=CRITERIA_HINTS,
        max_length=NOTE_MAX_LENGTH,
    )


@router.get("/moi/notes")
def show_question(request: Request, who: Resident) -> HTMLResponse:  # noqa: ARG001 - says who may ask
    return render(request, "directory/noted.html", noted=None, criteria=CRITERIA_LABELS)


@router.post("/moi/notes")
def ask_to_read(request: Request, session: UnitOfWork, who: Resident) -> HTMLResponse:
    """Show what was noted: asking is a write, since who read is noted with it."""
    audit.note(session, act_of(request, who), "notes:read:done", who.person_id)
    noted = shortlist.noted_about(session, who.person_id)
    return render(request, "directory/noted.html", noted=noted, criteria=CRITERIA_LABELS)
