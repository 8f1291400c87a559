"""What is proposed while somebody types: names of jobs, skills that several share, competences."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from app.places.rules import fold
from app.search.execution import execute_unprepared

SUGGESTIONS_MAX = 8
TYPED_MIN_LENGTH = 2

# A range, where LIKE would need its pattern at planning; the shortest label is the most likely one.
STARTS = """
select kind, value, label from search_suggestion
where folded ~>=~ %(typed)s and folded ~<~ %(end)s
group by kind, value, label
order by min(place) > 0, length(label), label, kind
limit %(most)s
"""
AFTER_EVERY_LETTER = "{"  # folded words hold letters, digits and spaces alone


class Suggestion(NamedTuple):
    """One proposal: its kind (job, skill, competence), what a filter takes, what is read.

    The value of a job is its ROME code, of a competence its key, of a skill the skill itself.
    """

    kind: str
    value: str
    label: str


def suggest(session: Session, prefix: str) -> list[Suggestion]:
    """Return what begins so, at any of its words: the likely ones first, nothing for a single letter."""
    typed = fold(prefix)
    if len(typed) < TYPED_MIN_LENGTH:
        return []
    values = {"typed": typed, "end": typed + AFTER_EVERY_LETTER, "most": SUGGESTIONS_MAX}
    return [Suggestion(*row) for row in execute_unprepared(session, STARTS, values)]
