"""Pages of bilans: the figures, the facts under each, the same in CSV, and the public ones."""

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.contacts import queries as contacts
from app.errors import Invalid, NotFound
from app.people.access import Anyone, SignedIn
from app.people.rules import Who
from app.places.rules import DEPARTMENTS
from app.programmes import queries as programmes
from app.reports import queries
from app.reports.queries import Bilan
from app.reports.rules import INDICATORS, PUBLIC, Month, Reader, csv_line, month_of, reader_of
from app.viewing import queries as viewing
from app.web.deps import UnitOfWork
from app.web.french import long_datetime
from app.web.templating import render
from app.words import N_, said

router = APIRouter()

PER_PAGE = 50
SEQ_MAX = 2**63 - 1  # what the journal's own column holds
SOURCE = N_("Journal de preuves, convention face-2026 (exemple)")
CSV_HEADER = (
    N_("indicateur"),
    N_("valeur"),
    N_("définition"),
    N_("règle"),
    N_("période"),
    N_("périmètre"),
    N_("source"),
    N_("arrêté au"),
)

MonthCode = Annotated[str, Query(alias="mois", max_length=7)]


def reader_for(who: Who) -> Reader:
    """Return what somebody reads; for whoever reads nothing the page does not exist."""
    reader = reader_of(who)
    if reader is None:
        raise NotFound
    return reader


def known_month(code: str) -> Month | None:
    """Return the month asked for, None for the whole period; raise Invalid for what is no month."""
    month = month_of(code) if code else None
    if code and month is None:
        raise Invalid(
            N_("Le mois s’écrit comme 2026-11."), errors={"mois": N_("Choisir un mois de la liste.")}
        )
    return month


@router.get("/bilan")
def show_bilan(request: Request, session: UnitOfWork, who: SignedIn, month: MonthCode = "") -> HTMLResponse:
    reader = reader_for(who)
    bilan = queries.bilan_of(session, reader, known_month(month))
    reads_all = reader.sees_details and reader.territories is None
    terms = programmes.terms(session)
    return render(
        request,
        "reports/bilan.html",
        bilan=bilan,
        source=SOURCE,
        axis=terms.axes[0],
        other_axes=terms.not_followed,
        exclusions=excluded_in(session, bilan.month) if reads_all else None,
        department_labels=[indicator.label for indicator in queries.department_indicators()],
        departments=queries.by_department(session, reader, bilan.month) if reads_all else [],
    )


def excluded_in(session: UnitOfWork, month: Month | None) -> list[tuple[str, int, int]]:
    """Return how many plays and how many proposals of a month never count, by reason."""
    period = (month.start, month.end) if month else (None, None)
    plays, proposals = (room.exclusions(session, *period) for room in (viewing, contacts))
    return [
        (reason, plays.get(reason, 0), proposals.get(reason, 0)) for reason in sorted({*plays, *proposals})
    ]


@router.get("/bilan/convention")
def show_convention(request: Request, session: UnitOfWork, who: SignedIn) -> HTMLResponse:
    terms = programmes.terms(session)
    figures = queries.bilan_of(session, reader_for(who)).figures
    return render(
        request,
        "reports/convention.html",
        terms=terms,
        results={figure.indicator.code: figure.value for figure in figures},
        department_names=[DEPARTMENTS[department] for department in terms.departments],
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
    chosen = known_month(month)
    found = queries.facts_under(session, indicator, reader, chosen, after_seq, PER_PAGE + 1)
    return render(
        request,
        "reports/facts.html",
        indicator=indicator,
        reader=reader,
        month=chosen,
        facts=found[:PER_PAGE],
        next_seq=found[PER_PAGE - 1].seq if len(found) > PER_PAGE else 0,
    )


@router.get("/bilan.csv")
def download_bilan(session: UnitOfWork, who: SignedIn, month: MonthCode = "") -> Response:
    bilan = queries.bilan_of(session, reader_for(who), known_month(month))
    name = f"bilan-{bilan.month.code if bilan.month else 'complet'}.csv"
    return Response(
        csv_of(bilan).encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def csv_of(bilan: Bilan) -> str:
    """Return the figures as French spreadsheets read them: semicolons, one line a figure."""
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";")
    lines.writerow(said(word) for word in CSV_HEADER)
    dated = long_datetime(bilan.dated_at) if bilan.dated_at else N_("aucun fait")
    for figure in bilan.figures:
        known = (figure.indicator.label, figure.value, figure.indicator.definition, figure.rule)
        period = bilan.month.code if bilan.month else N_("depuis le début")
        cells = (*known, period, bilan.reader.scope, SOURCE, dated)
        lines.writerow(csv_line(said(cell) for cell in cells))
    return written.getvalue()


@router.get("/statistiques")
def show_statistics(request: Request, session: UnitOfWork, who: Anyone) -> HTMLResponse:  # noqa: ARG001 - says who may ask
    bilan = queries.bilan_of(session, PUBLIC)
    return render(
        request,
        "reports/statistics.html",
        bilan=bilan,
        source=SOURCE,
        other_axes=programmes.terms(session).not_followed,
    )
