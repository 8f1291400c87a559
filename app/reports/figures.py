"""The figures of a pack: counted from the facts, suppressed as on the pages, with their definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from app.evidence.models import Checkpoint
from app.evidence.queries import Selection, count_of
from app.evidence.rules import CONVENTION, KINDS
from app.paris import PARIS
from app.people.organisations import is_demonstration
from app.reports.rules import INDICATORS, PUBLIC_MINIMUM, written
from app.reports.sheets import Cell, Sheet
from app.reports.suppression import shown
from app.web.french import long_date, long_datetime

README = Path(__file__).parent / "LISEZMOI.txt"
HEADER = ("code", "indicateur", "valeur", "definition", "regle", "du", "au")


@dataclass(frozen=True)
class Order:
    """What is asked for: which kind of pack, from which day to which, both included, and for whom."""

    kind: Literal["public", "controleur"]
    first_day: date
    last_day: date
    recipient: str = ""

    @property
    def start(self) -> datetime:
        """When the period begins, in Paris."""
        return datetime.combine(self.first_day, time(), PARIS)

    @property
    def end(self) -> datetime:
        """When the period is over."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), PARIS)

    @property
    def minimum(self) -> int:
        """The smallest figure that is shown."""
        return PUBLIC_MINIMUM if self.kind == "public" else 0

    @property
    def span(self) -> str:
        """The two days, as names of files have them."""
        return f"{self.first_day.isoformat()}-{self.last_day.isoformat()}"

    @property
    def reason(self) -> str:
        """Why the journal is signed for it."""
        return f"export {self.kind} {self.first_day.isoformat()} {self.last_day.isoformat()}"


def counted(session: Session, order: Order, last_seq: int) -> dict[str, Cell]:
    """Return the figures by indicator from the facts up to a number; a word where one is not shown."""
    counts = {}
    for one in INDICATORS:
        measures = dict(one.measures)
        meant = Selection(one.kind, measures, order.start, order.end, last_seq=last_seq)
        count = count_of(session, meant)
        counts[one.code] = {
            "facts": count.facts,
            "subjects": count.subjects,
            "organisations": count.organisations,
        }[one.counts]
    figures = shown(counts, order.minimum)
    visible = ((one, figures[one.code]) for one in INDICATORS)
    return {
        one.code: written(one, None, order.minimum) if figure is None else figure for one, figure in visible
    }


def definitions() -> list[dict[str, object]]:
    """Return what each indicator counts, so that a program can count it again."""
    return [
        {
            "code": one.code,
            "label": one.label,
            "kind": one.kind,
            "counts": one.counts,
            "measures": dict(one.measures),
            "part_of": one.part_of,
        }
        for one in INDICATORS
    ]


def table(figures: Mapping[str, Cell], order: Order) -> Sheet:
    """Return the table of a pack, which its CSV and its workbook write."""
    period = (order.first_day.isoformat(), order.last_day.isoformat())
    lines = [
        (one.code, one.label, figures[one.code], one.definition, KINDS[one.kind].rule, *period)
        for one in INDICATORS
    ]
    return Sheet("Indicateurs", HEADER, lines)


HASHES = (
    "  hashes.txt        l’empreinte de chaque fait de la période, sans les faits : un seul, lu à côté des\n"
    "                    chiffres masqués, désignerait quelqu’un"
)
FACTS = (
    "  events.ndjson     un fait par ligne, sous sa forme canonique : ses champs publics, sans nom ni\n"
    "                    adresse ; jusqu’au dernier signé, car un fait d’après la période peut en corriger un"
)
AUDITORS_LIMITS = (
    "Que la période commence bien au premier fait du paquet : ceux d’avant n’y sont qu’en empreintes.\n"
    "    Un paquet demandé depuis le premier jour de la convention les a tous.\n"
    "  – Ce paquet permet de rapprocher des faits : il est pour son destinataire, et lui seul."
)
PUBLIC_LIMITS = (
    "Les chiffres sous {minimum}, ou de moins de {minimum} personnes ou entreprises, sont masqués, et ceux\n"
    "    dont une soustraction donnerait un petit nombre. Chaque paquet public de la période a\n"
    "    les chiffres du premier, arrêtés le {counted_at} : un fait connu plus tard n’y est pas."
)
DEMONSTRATION = (
    "\nCHIFFRES DE DÉMONSTRATION : ces personnes, ces entreprises et ce qui leur arrive sont inventés.\n"
    "Aucun chiffre de ce paquet n’est un résultat.\n"
)
# What is in a pack, what it proves more, what it asks for, by its kind.
CONTENTS = {
    "public": (
        HASHES,
        "Les chiffres viennent du journal signé ; les recompter demande le paquet d’un contrôleur.",
        PUBLIC_LIMITS,
    ),
    "controleur": (
        FACTS,
        "Chaque chiffre est recompté d’après les faits par verify.py ; aucune correction signée ne manque.",
        AUDITORS_LIMITS,
    ),
}


def readme(session: Session, order: Order, made: Checkpoint, counted_up_to: Checkpoint) -> str:
    """Return what the pack says of itself."""
    content, proved, limits = CONTENTS[order.kind]
    rules = sorted({(kind.rule, name) for name, kind in KINDS.items()})
    return README.read_text(encoding="utf-8").format(
        convention=CONVENTION,
        start=long_date(order.start),
        end=long_date(order.end - timedelta(seconds=1)),
        kind=order.kind,
        made_at=long_datetime(made.made_at),
        recipient=f"Destinataire : {order.recipient}. La remise est notée au journal de sécurité.\n"
        if order.recipient
        else "",
        demonstration=DEMONSTRATION if is_demonstration(session) else "",
        content=content,
        rules="\n".join(f"  – {rule} : {name}" for rule, name in rules),
        proved=proved,
        limits=limits.format(minimum=order.minimum, counted_at=long_datetime(counted_up_to.made_at)),
    )
