"""What watching changed for recruiters, as bilans tell it: neighbours together where few said it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.reports.rules import FUNDER_MINIMUM, Reader
from app.viewing.queries import Opinions, opinions_of
from app.words import N_

CONFIRMED = N_("confirme ce que je pensais")
LEARNED = N_("m’a appris quelque chose")
CHANGED = N_("m’a fait changer d’avis")
MOVED = N_("m’a appris quelque chose, ou fait changer d’avis")


@dataclass(frozen=True)
class Told:
    """What a reader is told: how many answered (None: too few), and how many said what."""

    minimum: int
    total: int | None = None
    answers: tuple[tuple[str, int], ...] = ()


def told(opinions: Opinions, minimum: int) -> Told:
    """Return what may be told of answers: each number shown stands for `minimum` recruiters and residents.

    A number that is too small is not left out beside the others, whose sum would give it away: it goes into
    its neighbour's, or no answer is told apart.
    """
    if min(opinions.recruiters, opinions.residents) < minimum:
        return Told(minimum)
    confirmed, learned, changed = (opinions.answers[said] for said in ("confirmed", "learned", "changed"))
    total = confirmed + learned + changed
    apart = {
        "confirmed": (CONFIRMED, confirmed),
        "learned": (LEARNED, learned),
        "changed": (CHANGED, changed),
    }
    together = {"confirmed": (CONFIRMED, confirmed), "moved": (MOVED, learned + changed)}
    for answers in (apart, together):
        if all(opinions.by_answer[said] >= minimum for said in answers):
            return Told(minimum, total, tuple(answers.values()))
    return Told(minimum, total)


def told_to(session: Session, reader: Reader) -> Told:
    """Return what a reader of bilans is told: small numbers to nobody, not even to who sees single facts."""
    return told(opinions_of(session, reader.territories), max(reader.minimum, FUNDER_MINIMUM))
