"""Pages of bilans: the figures, the facts under each, the same in CSV, and the public ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.contacts import queries as contacts
from app.errors import Invalid, NotFound
from app.people.access import Anyone, SignedIn
from app.people.organisations import is_demonstration
from app.people.rules import Who
from app.places.rules import DEPARTMENTS
from app.programmes import queries as programmes
from app.programmes.queries import Terms
from app.reports import opinions, plots, queries, sheets
from app.reports.queries import Bilan
from app.reports.rules import (
    ADDING_UP,
    INDICATORS,
    PUBLIC,
    SOURCE,
    SOURCE_OF_DEMONSTRATION,
    Month,
    Reader,
    first_day,
    month_of,
    period_of,
    reader_of,
)
from app.reports.sheets import Origin
from app.viewing import queries as viewing
from app.viewing.rules import EXCLUSIONS
from app.web.deps import UnitOfWork
from app.web.french import long_datetime
from app.web.templating import render
from app.words import N_

router = APIRouter()

PER_PAGE = 50
SEQ_MAX = 2**63 - 1  # what the journal's own column holds
COMPARED = ("filmed", "views")

MonthCode = Annotated[str, Query(alias="mois", max_length=7)]


def reader_for(who: Who) -> Reader:
    """Return what somebody reads; for whoever reads nothing the page does not exist."""
    reader = reader_of(who)
    if reader is None:
        raise NotFound
    return reader


def known_month(code: str, terms: Terms) -> Month | None:
    """Return the month or period asked for, None for all of it; raise Invalid for what is neither."""
    found = next((one for one in terms.periods if one.code == code), None)
    if found:
        return period_of(found.code, found.label, found.first_month, found.last_month)
    month = month_of(code) if code else None
    if code and month is None:
        raise Invalid(
            N_("Le mois s’écrit comme 2026-11."), errors={"mois": N_("Choisir un mois de la liste.")}
        )
    return month


def source_of(*, invented: bool) -> str:
    """Return what every figure is told with."""
    return SOURCE_OF_DEMONSTRATION if invented else SOURCE


@router.get("/bilan")
def show_bilan(request: Request, session: UnitOfWork, who: SignedIn, month: MonthCode = "") -> HTMLResponse:
    reader = reader_for(who)
    terms = programmes.terms(session)
    bilan = queries.bilan_of(session, reader, known_month(month, terms))
    reads_all = reader.sees_details and reader.territories is None
    invented = is_demonstration(session)
    return render(
        request,
        "reports/bilan.html",
        bilan=bilan,
        terms=terms,
        plots=plots_of(bilan),
        source=source_of(invented=invented),
        is_demonstration=invented,
        exclusions=excluded_in(session, bilan.month) if reads_all else None,
        department_names=DEPARTMENTS,
        opinions=opinions.told_to(session, reader),
    )


@dataclass(frozen=True)
class Plots:
    """What a page draws of a bilan: widths and heights in per cent, beside the counts that they stand for."""

    steps: Sequence[int]
    months: Sequence[tuple[str, Sequence[int | None], Sequence[int | None]]]
    neighbourhoods: Sequence[tuple[str, Sequence[int | None]]]
    maps: Sequence[tuple[str, Sequence[plots.Tile]]]


def plots_of(bilan: Bilan) -> Plots:
    """Return what a page draws: every figure by months, films and views by neighbourhoods and departments."""
    compared = [indicator for indicator in ADDING_UP if indicator.code in COMPARED]
    most = max((step.count or 0 for step in bilan.steps), default=0)
    by_month = [(one.label, bilan.by_month.column(one.code)) for one in ADDING_UP]
    by_department = bilan.by_department
    return Plots(
        steps=[plots.percent_of(step.count or 0, most) for step in bilan.steps],
        months=[(label, counts, plots.heights(counts)) for label, counts in by_month],
        neighbourhoods=[(one.label, bilan.by_neighbourhood.column(one.code)) for one in compared],
        maps=[(one.label, plots.tiles(by_department.of_each(one.code))) for one in compared]
        if by_department
        else [],
    )


def excluded_in(session: UnitOfWork, month: Month | None) -> list[tuple[str, int, int]]:
    """Return how many plays and how many proposals of a month never count, by reason in words."""
    period = (month.start, month.end) if month else (None, None)
    plays, proposals = (room.exclusions(session, *period) for room in (viewing, contacts))
    return [
        (words, plays.get(reason, 0), proposals.get(reason, 0))
        for reason, words in EXCLUSIONS.items()
        if reason in plays or reason in proposals
    ]


@router.get("/bilan/convention")
def show_convention(request: Request, session: UnitOfWork, who: SignedIn) -> HTMLResponse:
    terms = programmes.terms(session)
    bilan = queries.bilan_of(session, reader_for(who))
    return render(
        request,
        "reports/convention.html",
        terms=terms,
        is_demonstration=is_demonstration(session),
        results={figure.indicator.code: figure.value for figure in bilan.figures}
        if bilan.is_of_the_convention
        else {},
        dated_at=bilan.dated_at,
        department_names=[DEPARTMENTS[department] for department in terms.departments],
        periods=[(one.label, first_day(one.first_month), first_day(one.last_month)) for one in terms.periods],
    )


@router.get("/bilan/faits")
def show_facts(
    request: Request,
    session: UnitOfWork,
    who: SignedIn,
    figure: Annotated[str, Query(alias="chiffre")],
    month: MonthCode = "",
    after_seq: Annotated[int, Query(alias="apres", ge=0, le=SEQ_MAX)] = 0,
) -> HTMLResponse:
    reader = reader_for(who)
    indicator = next((known for known in INDICATORS if known.code == figure), None)
    if indicator is None or not reader.sees_details:
        raise NotFound
    chosen = known_month(month, programmes.terms(session))
    found = queries.facts_under(session, indicator, reader, chosen, after_seq, PER_PAGE + 1)
    return render(
        request,
        "reports/facts.html",
        is_demonstration=is_demonstration(session),
        indicator=indicator,
        reader=reader,
        month=chosen,
        facts=found[:PER_PAGE],
        next_seq=found[PER_PAGE - 1].seq if len(found) > PER_PAGE else 0,
    )


@router.get("/bilan.csv")
def download_bilan(session: UnitOfWork, who: SignedIn, month: MonthCode = "") -> Response:
    bilan = queries.bilan_of(session, reader_for(who), known_month(month, programmes.terms(session)))
    sheet = sheets.figures_sheet(bilan, bilan.figures, origin_of(session, bilan), "")
    return csv_file(bilan, "bilan", sheets.csv_of(sheet.header, sheet.lines))


@router.get("/bilan/tableaux.csv")
def download_tables(session: UnitOfWork, who: SignedIn, month: MonthCode = "") -> Response:
    bilan = queries.bilan_of(session, reader_for(who), known_month(month, programmes.terms(session)))
    told = opinions.told_to(session, bilan.reader)
    return csv_file(bilan, "tableaux", sheets.long_csv_of(bilan, told, origin_of(session, bilan).source))


@router.get("/bilan.xlsx")
def download_workbook(session: UnitOfWork, who: SignedIn, month: MonthCode = "") -> Response:
    terms = programmes.terms(session)
    bilan = queries.bilan_of(session, reader_for(who), known_month(month, terms))
    told = opinions.told_to(session, bilan.reader)
    return Response(
        sheets.xlsx_of(sheets.sheets_of(bilan, terms, origin_of(session, bilan), told), bilan.dated_at),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"content-disposition": f'attachment; filename="{file_name(bilan, "bilan")}.xlsx"'},
    )


def origin_of(session: Session, bilan: Bilan) -> Origin:
    """Return what every figure is told with."""
    source = source_of(invented=is_demonstration(session))
    return Origin(source, long_datetime(bilan.dated_at) if bilan.dated_at else N_("aucun fait"))


def csv_file(bilan: Bilan, name: str, text: str) -> Response:
    """Answer with a file that spreadsheets open."""
    return Response(
        text.encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{file_name(bilan, name)}.csv"'},
    )


def file_name(bilan: Bilan, name: str) -> str:
    """Name a file for what is in it."""
    return f"{name}-{bilan.month.code if bilan.month else 'complet'}"


@router.get("/statistiques")
def show_statistics(
    request: Request,
    session: UnitOfWork,
    who: Anyone,  # noqa: ARG001 - says who may ask
) -> HTMLResponse:
    bilan = queries.bilan_of(session, PUBLIC)
    invented = is_demonstration(session)
    return render(
        request,
        "reports/statistics.html",
        bilan=bilan,
        terms=programmes.terms(session),
        plots=plots_of(bilan),
        source=source_of(invented=invented),
        is_demonstration=invented,
        department_names=DEPARTMENTS,
    )
