"""Pages of recruiters: what a search finds, and what is proposed while it is typed."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.directory import narrowing, queries
from app.directory.asking import Asked, asked_by
from app.directory.models import Need
from app.directory.moving import just_stated
from app.directory.narrowing import Chip, Names, Relaxation
from app.directory.pages.typed import address_of, is_typed
from app.directory.schemas import PAGES, RADII, SearchForm
from app.people.access import Recruiter
from app.people.rules import Who, may_see_profiles
from app.places import queries as places
from app.places.rules import departments_like
from app.places.schemas import Suggestion, commune_suggestion
from app.profiles import schemas as profiles
from app.search.asking import Cursor, SearchQuery
from app.search.counts import counts_by_job
from app.search.helping import Help
from app.search.queries import SearchPage, find_or_help
from app.search.suggestions import suggest
from app.signing import derived_key
from app.web.deps import CurrentSettings, Now, UnitOfWork
from app.web.french import in_paris
from app.web.paging import read_cursor, write_cursor
from app.web.templating import render

router = APIRouter()

Typing = Annotated[str, Query(max_length=120)]
# What the form itself shows; the rest of a search goes along in hidden fields.
IN_THE_FORM = ("mots", "lieu", "departement", "commune", "rayon", *PAGES)


@router.get("/candidats")
def show_results(
    request: Request, session: UnitOfWork, who: Recruiter, settings: CurrentSettings, now: Now
) -> Response:
    if not may_see_profiles(who):
        counts, stated = counts_by_job(session), stated_here(request, session, who, now)
        return render(request, "directory/waiting.html", settings=settings, counts=counts, stated=stated)
    if is_typed(request.query_params):
        return RedirectResponse(address_of(session, request.query_params), status_code=303)
    search = SearchForm.from_address(request.query_params)
    wanted = asked_by(session, who, search, in_paris(now).date())
    return found_page(request, session, who, wanted, now, derived_key(settings.secret_key, "search cursors"))


def found_page(
    request: Request, session: Session, who: Who, wanted: Asked, now: datetime, key: bytes
) -> Response:
    """Answer with the page of results that is looked at."""
    today = in_paris(now).date()
    page, help_ = find_or_help(session, turned(session, who, wanted, key))
    codes = {wanted.search.metier} | {choice.value for choice in page.facets["rome"][: narrowing.CHOICES_MAX]}
    shown = queries.cards(session, who, page.ids, codes, now)
    names = Names(shown.jobs, wanted.commune)
    return render(
        request,
        "directory/results.html",
        wanted=wanted,
        search=wanted.search,
        stated=stated_here(request, session, who, now),
        page=page,
        cards=shown.cards,
        chips=narrowing.chips(wanted.search, names),
        groups=narrowing.groups(wanted.search, page.facets, names, today),
        sorts=narrowing.sorts(wanted.search),
        today=today,
        meant=[Chip(words, wanted.search.address(mots=words)) for words in help_.spellings],
        relaxations=wider(wanted, page, help_),
        previous_href=turn(wanted.search, key, "avant", page.first),
        next_href=turn(wanted.search, key, "apres", page.last),
        hidden=wanted.search.pairs(leave_out=IN_THE_FORM),
        radii=RADII,
        contracts=profiles.CONTRACT_LABELS,
        competences=profiles.COMPETENCE_LABELS,
    )


def stated_here(request: Request, session: Session, who: Who, now: datetime) -> Need | None:
    """Return the need that was stated from this page a moment ago, as long as it can be unsaid."""
    try:
        need_id = UUID(request.query_params.get("besoin", ""))
    except ValueError:
        return None
    return just_stated(session, who, need_id, now)


def turned(session: Session, who: Who, wanted: Asked, key: bytes) -> SearchQuery:
    """Return the query of the page that is looked at; raise BadCursor for a page that we did not give."""
    search, query = wanted.search, wanted.query
    if search.vers:
        return replace(query, beside=queries.id_of(session, who, search.vers))
    if search.apres:
        return replace(query, after=read(key, search.apres))
    return replace(query, before=read(key, search.avant)) if search.avant else query


def read(key: bytes, cursor: str) -> Cursor:
    """Return where a page begins or ends; raise BadCursor when we did not write it."""
    order, at, profile_id = read_cursor(key, cursor)
    return float(order), datetime.fromisoformat(at), UUID(profile_id)


def turn(search: SearchForm, key: bytes, name: str, cursor: Cursor | None) -> str:
    """Return the address of another page of a search, empty where there is none."""
    if cursor is None:
        return ""
    order, at, profile_id = cursor
    return search.address(**{name: write_cursor(key, str(order), at.isoformat(), str(profile_id))})


def wider(wanted: Asked, page: SearchPage, help_: Help) -> list[Relaxation]:
    """Return what to leave out of a search that finds hardly anybody, where that finds more."""
    found = narrowing.relaxations(wanted.search, help_.relaxed)
    return [one for one in found if one.count > page.total]


@router.get("/candidats/suggestions")
def suggest_words(session: UnitOfWork, _: Recruiter, q: Typing = "") -> list[Suggestion]:
    """Propose jobs and competences by their codes, which the form sends as they are; skills as words."""
    return [
        Suggestion(value="" if one.kind == "skill" else one.value, label=one.label)
        for one in suggest(session, q)
    ]


@router.get("/candidats/lieux")
def suggest_places(session: UnitOfWork, _: Recruiter, q: Typing = "") -> list[Suggestion]:
    departments = [Suggestion(value=code, label=narrowing.department(code)) for code in departments_like(q)]
    return departments + [commune_suggestion(place) for place in places.communes_like(session, q)]
