"""Pure rules of bilans: which figures, for whom, over which period, and which ones are too small to show."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.paris import PARIS
from app.people.rules import Who, may_administer
from app.reports.measures import BY_CODE, EVERY, IN_QPV, OUT_OF_QPV, QPV_UNKNOWN
from app.words import N_

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")

# Below them a figure could single somebody out.  Source of the first: Insee, Guide du secret statistique (a
# cell drawn from tax files covers at least eleven units); the funder's is the example convention's.
PUBLIC_MINIMUM = 11
FUNDER_MINIMUM = 5


@dataclass(frozen=True)
class Indicator:
    """One figure: which measure it reads, of which neighbourhoods, and what it is a part of.

    `part_of` and `also_part_of` name the figures that are never smaller: what is left of one of them could
    be a small number.  `behind` name those of whom its facts concern: many facts about few persons tell
    of them as well.  Those that add up over months and places are shown by them; a `step` stands on the way
    from a film to a job, and not among the figures.
    """

    code: str
    label: str
    definition: str
    measure: str
    qpv: str = EVERY
    part_of: str = ""
    also_part_of: str = ""
    behind: tuple[str, ...] = ()
    adds_up: bool = False
    is_step_alone: bool = False

    @property
    def kind(self) -> str:
        """The kind of facts that it counts."""
        return BY_CODE[self.measure].kind

    @property
    def counts(self) -> str:
        """What is counted of them: `facts`, or the different `subjects` or `organisations`."""
        return BY_CODE[self.measure].counts

    @property
    def measures(self) -> Mapping[str, str | int | bool]:
        """What these facts measure."""
        in_qpv = {"qpv": True} if self.qpv == IN_QPV else {}
        return {**BY_CODE[self.measure].measures, **in_qpv}


INDICATORS = (
    Indicator(
        "filmed",
        N_("Jeunes filmés"),
        N_(
            "Personnes dont une première vidéo est prête ; une voix seule n’en est pas une. Chacune compte "
            "une fois par convention."
        ),
        "filmed",
        adds_up=True,
    ),
    Indicator(
        "filmed_qpv",
        N_("dont habitants d’un quartier prioritaire"),
        N_("Parmi les jeunes filmés, ceux qui habitaient un quartier prioritaire (QPV) ce jour-là."),
        "filmed",
        qpv=IN_QPV,
        part_of="filmed",
    ),
    Indicator(
        "published",
        N_("Profils publiés"),
        N_("Personnes dont la présentation (vidéo, voix ou texte) a été validée et mise en ligne."),
        "published",
        adds_up=True,
    ),
    Indicator(
        "views",
        N_("Vues qualifiées"),
        N_(
            "Vidéos regardées, ou voix écoutées, au moins 10 secondes, ou la moitié si elles sont courtes, "
            "par un recruteur connecté d’une entreprise vérifiée. Une au plus par recruteur, profil et heure."
        ),
        "views",
        behind=("watched", "companies"),
        adds_up=True,
    ),
    Indicator(
        "companies",
        N_("Entreprises qui ont regardé"),
        N_("Entreprises vérifiées dont un recruteur a fait au moins une vue qualifiée."),
        "companies",
    ),
    Indicator(
        "watched",
        N_("Personnes regardées"),
        N_("Personnes dont la présentation a eu au moins une vue qualifiée, une fois chacune."),
        "watched",
        part_of="published",
        also_part_of="views",
        is_step_alone=True,
    ),
    Indicator(
        "contacts",
        N_("Propositions envoyées"),
        N_(
            "Messages de recruteurs d’entreprises vérifiées : entretien, immersion, stage, "
            "alternance ou emploi."
        ),
        "contacts",
        behind=("contacted",),
        adds_up=True,
    ),
    Indicator(
        "accepted",
        N_("Propositions acceptées"),
        N_("Parmi les propositions, celles que le jeune a acceptées, comptées le jour de sa réponse."),
        "accepted",
        part_of="contacts",
        behind=("answered",),
    ),
    Indicator(
        "contacted",
        N_("Personnes contactées"),
        N_("Personnes qui ont reçu au moins une proposition, une fois chacune."),
        "contacted",
        part_of="published",
        also_part_of="contacts",
        is_step_alone=True,
    ),
    Indicator(
        "answered",
        N_("Personnes qui ont dit oui"),
        N_("Personnes qui ont accepté au moins une proposition, une fois chacune."),
        "answered",
        part_of="contacted",
        also_part_of="accepted",
        is_step_alone=True,
    ),
    Indicator(
        "outcomes",
        N_("Suites confirmées"),
        N_(
            "Entretiens, immersions, stages, formations et emplois dits par un côté et confirmés par "
            "l’autre, comptés le jour où ils le sont."
        ),
        "outcomes",
        behind=("placed",),
        adds_up=True,
    ),
    Indicator(
        "placed",
        N_("Personnes avec une suite"),
        N_("Personnes dont au moins une suite est confirmée, une fois chacune."),
        "placed",
        part_of="answered",
        also_part_of="outcomes",
        is_step_alone=True,
    ),
)
ADDING_UP = tuple(indicator for indicator in INDICATORS if indicator.adds_up)
# From the film to the job: each step counts persons.
STEPS = ("filmed", "published", "watched", "contacted", "answered", "placed")
BY_CODE_OF_FIGURE = {indicator.code: indicator for indicator in INDICATORS}
# What every figure is told with, and the place of a fact that names none.
SOURCE = N_("Journal de preuves, convention face-2026 (exemple)")
SOURCE_OF_DEMONSTRATION = N_("Chiffres de démonstration : journal de preuves, convention face-2026 (exemple)")
PLACE_UNKNOWN = N_("Inconnu")
QPV_LABELS = {
    IN_QPV: N_("Quartier prioritaire"),
    OUT_OF_QPV: N_("Hors quartier prioritaire"),
    QPV_UNKNOWN: N_("Pas connu : sans vidéo ce jour-là"),
}


@dataclass(frozen=True)
class Reader:
    """Whose bilan it is: which structures (None: all), the smallest figure shown, how far it opens.

    Who may not see small figures chooses no month and opens no fact: differences would give them away.
    """

    scope: str
    territories: tuple[UUID, ...] | None
    minimum: int = 0

    @property
    def sees_details(self) -> bool:
        """Whether months can be chosen, and single facts are shown."""
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


def written(indicator: Indicator, figure: int | None, minimum: int) -> str:
    """Write a figure: digits, or that it is not shown; a part does not tell for which of its two reasons."""
    if figure is not None:
        return str(figure)
    return N_("masqué") if indicator.part_of else N_("moins de %(minimum)s", minimum=minimum)


@dataclass(frozen=True)
class Month:
    """A month in Paris: its code such as 2026-11, when it begins and when it ends.

    A period of the convention stands for its months, and has a label.
    """

    code: str
    start: datetime
    end: datetime
    label: str = ""


def month_of(code: str) -> Month | None:
    """Return the month of a code, None when it is no month of ours."""
    if not MONTH.fullmatch(code):
        return None
    start = datetime.strptime(code, "%Y-%m").replace(tzinfo=PARIS)
    end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return Month(code, start, end)


def first_day(month: str) -> date:
    """Return the first day of a month such as 2026-11."""
    return date.fromisoformat(f"{month}-01")


def period_of(code: str, label: str, first_month: str, last_month: str) -> Month | None:
    """Return the months of a period together, None when they are no months of ours."""
    first, last = month_of(first_month), month_of(last_month)
    return Month(code, first.start, last.end, label) if first and last else None


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
