"""The numbers of a bilan as spreadsheets read them: the same tables in CSV and in XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

from app.programmes.queries import Terms
from app.reports.opinions import Told
from app.reports.queries import Bilan, Cut, Figure
from app.reports.rules import csv_line
from app.words import N_, plain

Cell = str | int
FIGURE_HEADER = (
    N_("indicateur"),
    N_("valeur"),
    N_("définition"),
    N_("règle"),
    N_("période"),
    N_("périmètre"),
    N_("source"),
    N_("arrêté au"),
)
TARGET_HEADER = (N_("indicateur"), N_("sorte"), N_("nombre"), N_("unité"), N_("source"), N_("date"))
TARGET_KINDS = {"baseline": N_("point de départ"), "target": N_("objectif"), "result": N_("résultat")}
UNITS = {"persons": N_("personnes"), "companies": N_("entreprises"), "percent": N_("pour cent")}
LONG_HEADER = (N_("tableau"), N_("ligne"), N_("indicateur"), N_("valeur"), N_("source"))
OPINIONS_HEADER = (N_("réponse"), N_("nombre"), N_("période"))
OPINIONS = N_("Avis des recruteurs")
HIDDEN = N_("masqué")
SINCE_THE_BEGINNING = N_("depuis le début")
NAME_MAX_WIDTH = 60


@dataclass(frozen=True)
class Sheet:
    """One table: its name, its header, and its lines; a number that is not shown is a word."""

    name: str
    header: Sequence[str]
    lines: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Origin:
    """What every figure is told with: where it comes from, and as of when."""

    source: str
    dated: str


def figures_sheet(bilan: Bilan, figures: Iterable[Figure], origin: Origin, name: str) -> Sheet:
    """Return figures, one a line, each with what it means and where it comes from."""
    period: str = SINCE_THE_BEGINNING
    if bilan.month:
        period = bilan.month.label or bilan.month.code
    lines = [
        (
            figure.indicator.label,
            figure.value if figure.count is None else figure.count,
            figure.indicator.definition,
            *(figure.rule, period, bilan.reader.scope, origin.source, origin.dated),
        )
        for figure in figures
    ]
    return Sheet(name, FIGURE_HEADER, lines)


def cut_sheet(cut: Cut, name: str, first: str) -> Sheet:
    """Return the lines of a cut."""
    lines = [
        (line.label, *(HIDDEN if count is None else count for count in line.counts)) for line in cut.lines
    ]
    return Sheet(name, (first, *cut.labels), lines)


def cut_sheets(bilan: Bilan) -> Iterator[Sheet]:
    """Yield the cuts that the reader sees."""
    yield cut_sheet(bilan.by_month, N_("Mois par mois"), N_("Mois"))
    yield cut_sheet(bilan.by_neighbourhood, N_("Quartiers prioritaires"), N_("Quartier"))
    if bilan.by_department:
        yield cut_sheet(bilan.by_department, N_("Départements"), N_("Département"))


def opinions_sheet(told: Told) -> Sheet:
    """Return what watching changed for recruiters, as far as the page tells it."""
    total: Cell = HIDDEN if told.total is None else told.total
    answers = [(label, count, SINCE_THE_BEGINNING) for label, count in told.answers]
    return Sheet(OPINIONS, OPINIONS_HEADER, [(N_("Réponses"), total, SINCE_THE_BEGINNING), *answers])


def sheets_of(bilan: Bilan, terms: Terms, origin: Origin, told: Told) -> list[Sheet]:
    """Return all the tables of a bilan."""
    targets = [
        (one.label, TARGET_KINDS[one.kind], one.value, UNITS[one.unit], one.source, one.dated_on.isoformat())
        for one in terms.targets
        if one.value is not None
    ]
    rules = [(rule.version, rule.text, rule.in_force_on.isoformat()) for rule in terms.rules]
    return [
        figures_sheet(bilan, bilan.figures, origin, N_("Chiffres")),
        figures_sheet(bilan, bilan.steps, origin, N_("Du film à l’emploi")),
        *cut_sheets(bilan),
        opinions_sheet(told),
        Sheet(N_("Convention"), TARGET_HEADER, targets),
        Sheet(N_("Règles"), (N_("version"), N_("règle"), N_("depuis le")), rules),
    ]


def csv_of(header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """Return lines as French spreadsheets read them: semicolons, and no cell that is a formula."""
    written = io.StringIO()
    out = csv.writer(written, delimiter=";")
    out.writerow(plain(word) for word in header)
    for line in lines:
        out.writerow(csv_line(plain(cell) if isinstance(cell, str) else str(cell) for cell in line))
    return written.getvalue()


def long_csv_of(bilan: Bilan, told: Told, source: str) -> str:
    """Return the steps, the cuts and the opinions in one table, a figure a line with where it comes from."""
    steps = [(N_("Du film à l’emploi"), "", one.indicator.label, one.value) for one in bilan.steps]
    cells = [
        (sheet.name, line[0], label, cell)
        for sheet in cut_sheets(bilan)
        for line in sheet.lines
        for label, cell in zip(sheet.header[1:], line[1:], strict=True)
    ]
    said_of = [(OPINIONS, period, label, cell) for label, cell, period in opinions_sheet(told).lines]
    return csv_of(LONG_HEADER, [(*line, source) for line in (*steps, *cells, *said_of)])


def xlsx_of(sheets: Iterable[Sheet], dated_at: datetime | None) -> bytes:
    """Return a workbook: numbers are numbers, and text is never read as a formula or a link.

    Its date is that of its figures, so that the same ones give the same bytes; None: now.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": dated_at.astimezone(UTC)} if dated_at else {})
        bold = book.add_format({"bold": True, "bottom": 1})
        number = book.add_format({"num_format": "#,##0"})
        for sheet in sheets:
            page = book.add_worksheet(plain(sheet.name))
            for column, word in enumerate(sheet.header):
                page.write_string(0, column, plain(word), bold)
            for row, line in enumerate(sheet.lines, start=1):
                for column, cell in enumerate(line):
                    if isinstance(cell, int):
                        page.write_number(row, column, cell, number)
                    else:
                        page.write_string(row, column, plain(cell))
            page.freeze_panes(1, 1)
            page.autofit(max_width=NAME_MAX_WIDTH * 7)
    return file.getvalue()
