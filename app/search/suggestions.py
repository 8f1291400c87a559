"""What is proposed while somebody types: names of jobs, skills that several share, competences."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from app.places.rules import fold
from app.search.execution import execute_unprepared

SUGGESTIONS_MAX = 8
TYPED_MIN_LENGTH = 2
ANY_WORD_MIN_LENGTH = 4
PLACES_MAX = 1000

# A range, where LIKE would need its pattern at planning; the shortest label is the most likely one.
STARTS = """
select kind, value, label from search_suggestion
where folded ~>=~ %(typed)s and folded ~<~ %(end)s and place <= %(place)s
order by place > 0, length(label), label, kind
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
    """Return what begins so, at any of its words: the likely ones first, nothing for a single letter.

    Two or three letters begin too many words: there it is the first one that counts.
    """
    typed = fold(prefix)
    if len(typed) < TYPED_MIN_LENGTH:
        return []
    values = {
        "typed": typed,
        "end": typed + AFTER_EVERY_LETTER,
        "place": 0 if len(typed) < ANY_WORD_MIN_LENGTH else PLACES_MAX,
        # One label may begin so at two of its words (« Vendeur / Vendeuse »).
        "most": SUGGESTIONS_MAX * 3,
    }
    rows = (Suggestion(*row) for row in execute_unprepared(session, STARTS, values))
    return list(dict.fromkeys(rows))[:SUGGESTIONS_MAX]
