"""Pure rules of bilans: which figures, for whom, over which period, and which ones are too small to show."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.paris import PARIS
from app.people.rules import Who, may_administer
from app.words import N_

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")

# Below them a figure could single somebody out.  Source of the first: Insee, Guide du secret statistique (a
# cell drawn from tax files covers at least eleven units); the funder's is the example convention's.
PUBLIC_MINIMUM = 11
FUNDER_MINIMUM = 5


@dataclass(frozen=True)
class Indicator:
    """One figure: which facts it counts and how; `part_of` names the figure that it is a part of."""

    code: str
    label: str
    definition: str
    kind: str
    counts: Literal["facts", "subjects", "organisations"] = "facts"
    measures: Mapping[str, str | int | bool] = field(default_factory=dict)
    part_of: str = ""


INDICATORS = (
    Indicator(
        "filmed",
        N_("Jeunes filmés"),
        N_(
            "Personnes dont une première vidéo est prête ; une voix seule n’en est pas une. Chacune compte "
            "une fois par convention."
        ),
        "resident.filmed",
        "subjects",
    ),
    Indicator(
        "filmed_qpv",
        N_("dont habitants d’un quartier prioritaire"),
        N_("Parmi les jeunes filmés, ceux qui habitaient un quartier prioritaire (QPV) ce jour-là."),
        "resident.filmed",
        "subjects",
        {"qpv": True},
        part_of="filmed",
    ),
    Indicator(
        "published",
        N_("Profils publiés"),
        N_("Personnes dont la présentation (vidéo, voix ou texte) a été validée et mise en ligne."),
        "profile.published",
        "subjects",
    ),
    Indicator(
        "views",
        N_("Vues qualifiées"),
        N_(
            "Vidéos regardées, ou voix écoutées, au moins 10 secondes, ou la moitié si elles sont courtes, "
            "par un recruteur connecté d’une entreprise vérifiée. Une au plus par recruteur, profil et heure."
        ),
        "view.qualified",
    ),
    Indicator(
        "companies",
        N_("Entreprises qui ont regardé"),
        N_("Entreprises vérifiées dont un recruteur a fait au moins une vue qualifiée."),
        "view.qualified",
        "organisations",
    ),
    Indicator(
        "contacts",
        N_("Propositions envoyées"),
        N_(
            "Messages de recruteurs d’entreprises vérifiées : entretien, immersion, stage, "
            "alternance ou emploi."
        ),
        "contact.sent",
    ),
    Indicator(
        "accepted",
        N_("Propositions acceptées"),
        N_("Parmi les propositions, celles que le jeune a acceptées, comptées le jour de sa réponse."),
        "contact.answered",
        measures={"accepted": True},
        part_of="contacts",
    ),
)


@dataclass(frozen=True)
class Reader:
    """Whose bilan it is: which structures (None: all), the smallest figure shown, how far it opens.

    Who may not see small figures gets no months and no single facts either: differences would give them away.
    """

    scope: str
    territories: tuple[UUID, ...] | None
    minimum: int = 0

    @property
    def sees_details(self) -> bool:
        """Whether months and single facts are shown."""
        return self.minimum == 0


PUBLIC = Reader(N_("Toutes les structures"), None, PUBLIC_MINIMUM)


def reader_of(who: Who) -> Reader | None:
    """Return what somebody reads of the bilan: operators all, advisers their structures, funders totals."""
    if may_administer(who):
        return Reader(N_("Toutes les structures"), None)
    if structures := who.organisations("adviser"):
        names = [
            belonging.organisation_name
            for belonging in who.belongings
            if belonging.organisation_id in structures and belonging.role == "adviser"
        ]
        return Reader(", ".join(sorted(names)), structures)
    if who.organisations("funder"):
        return Reader(N_("Toutes les structures"), None, FUNDER_MINIMUM)
    return None


def large_enough(count: int, minimum: int) -> int | None:
    """Return a count, None when it is too small to be shown."""
    return count if count >= minimum else None


def shown(counts: Mapping[str, int], minimum: int) -> dict[str, int | None]:
    """Return the figures by indicator, None where one is too small, or would give a small one away.

    A part is hidden with its remainder: 20 filmed, of them 18 from priority neighbourhoods, tells of two.
    """
    figures = {code: large_enough(count, minimum) for code, count in counts.items()}
    for indicator in INDICATORS:
        whole = counts.get(indicator.part_of)
        if whole is not None and 0 < whole - counts[indicator.code] < minimum:
            figures[indicator.code] = None
    return figures


def written(indicator: Indicator, figure: int | None, minimum: int) -> str:
    """Write a figure: digits, or that it is not shown; a part does not tell for which of its two reasons."""
    if figure is not None:
        return str(figure)
    return N_("masqué") if indicator.part_of else N_("moins de %(minimum)s", minimum=minimum)


@dataclass(frozen=True)
class Month:
    """A month in Paris: its code such as 2026-11, when it begins and when it ends."""

    code: str
    start: datetime
    end: datetime


def month_of(code: str) -> Month | None:
    """Return the month of a code, None when it is no month of ours."""
    if not MONTH.fullmatch(code):
        return None
    start = datetime.strptime(code, "%Y-%m").replace(tzinfo=PARIS)
    end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return Month(code, start, end)


def months_between(first: datetime, last: datetime) -> list[Month]:
    """Return the months from the one of an instant to the one of another, newest first."""
    months = []
    month = month_of(last.astimezone(PARIS).strftime("%Y-%m"))
    while month is not None and first < month.end:
        months.append(month)
        month = month_of((month.start - timedelta(days=1)).strftime("%Y-%m"))
    return months


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    Source: OWASP, CSV Injection.
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def csv_line(cells: Iterable[str]) -> list[str]:
    """Return the cells of a line, each guarded."""
    return [guarded(cell) for cell in cells]
