"""Verbs that teach search its words: those of jobs and manners, and what is proposed while somebody types."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, exists, insert, select, text, tuple_
from sqlalchemy.orm import Session

from app.db import Base
from app.places.models import Job, JobTitle
from app.places.rules import fold
from app.search.models import JobCount, Lexeme, Suggested, Word
from app.search.placenames import lexemes_of_places
from app.search.private import PRIVATE
from app.search.rules import MANNERS, is_word, tails, trigrams
from app.search.stemming import WORD, lexemes_of_each

BATCH_ROWS = 5000
JOB_COUNTS = text(
    "select substr(tag, 6), count(*) from search_profile, unnest(tags) as tag"
    " where tag like 'rome:%' group by tag"
)

Row = tuple[Any, ...]


def learn(session: Session, skills: Iterable[str] = (), competences: Mapping[str, str] | None = None) -> None:
    """Make the vocabulary that of the jobs known now, of these skills and of the competences (key, label).

    `skills` are those that several people name: what one alone does could be a name or an address.
    Only what changed is written; what was indexed before knows the new words once it is indexed again.
    """
    jobs = [(code, label) for code, label in session.execute(select(Job.code, Job.label).order_by(Job.code))]
    titles = session.execute(select(JobTitle.code, JobTitle.label).order_by(JobTitle.label))
    jobs += [(code, label) for code, label in titles]
    [private] = map(set, lexemes_of_each(session, [PRIVATE]))
    named = list(skills)
    of_each = lexemes_of_each(session, named)
    hidden = private | lexemes_of_places(session, tuple(named))
    shared = [skill for skill, stems in zip(named, of_each, strict=True) if not hidden & set(stems)]
    competences = competences or {}
    labels = [*(label for _, label in jobs), *shared, *competences.values()]
    learn_lexemes(session, [*labels, MANNERS], private)
    learn_words(session, [*labels, MANNERS], private)
    proposed = [
        *(("job", code, label) for code, label in jobs),
        *(("skill", skill, skill) for skill in shared),
        *(("competence", key, label) for key, label in competences.items()),
    ]
    replace(
        session,
        Suggested,
        {
            (tail, kind, value, label, place)
            for kind, value, label in proposed
            for place, tail in enumerate(tails(label))
        },
    )


def learn_once(session: Session) -> bool:
    """Learn the jobs where nothing was ever learnt, and tell whether that was so."""
    if session.scalar(select(exists(select(Lexeme)))):
        return False
    learn(session)
    return True


def learn_lexemes(session: Session, labels: list[str], private: set[str]) -> None:
    """Write by which stems free words can be found, and by which they never are."""
    [known] = lexemes_of_each(session, [". ".join(labels)])
    free = {lexeme for lexeme in known if is_word(lexeme)} - private
    rows = {(lexeme, False) for lexeme in free} | {(lexeme, True) for lexeme in private}
    replace(session, Lexeme, rows)


def learn_words(session: Session, labels: list[str], private: set[str]) -> None:
    """Write the words that somebody can have meant, those with accents rather than without."""
    written: dict[str, str] = {}
    for word in WORD.findall(" ".join(labels).lower()):
        written[fold(word)] = max(written.get(fold(word), word), word)
    stems = lexemes_of_each(session, list(written.values()))
    rows = {
        (folded, word, tuple(trigrams(folded)))
        for (folded, word), of_word in zip(written.items(), stems, strict=True)
        if is_word(folded) and of_word and not private & set(of_word)
    }
    replace(session, Word, rows)


def replace(session: Session, model: type[Base], wanted: set[Row]) -> None:
    """Leave exactly these rows (in the order of the columns) in a table, writing only what differs."""
    table = model.metadata.tables[model.__tablename__]
    columns = [column.name for column in table.columns]
    found = {
        tuple(tuple(value) if isinstance(value, list) else value for value in row)
        for row in session.execute(select(table))
    }
    keys = list(table.primary_key)
    places = [columns.index(key.name) for key in keys]
    gone = [tuple(row[place] for place in places) for row in found - wanted]
    for start in range(0, len(gone), BATCH_ROWS):
        session.execute(delete(table).where(tuple_(*keys).in_(gone[start : start + BATCH_ROWS])))
    new = sorted(wanted - found)
    for start in range(0, len(new), BATCH_ROWS):
        rows = [dict(zip(columns, map(plain, row), strict=True)) for row in new[start : start + BATCH_ROWS]]
        session.execute(insert(table), rows)


def plain(value: object) -> object:
    """Return a value as a column takes it."""
    return list(value) if isinstance(value, tuple) else value


def count_jobs(session: Session) -> None:
    """Count anew how many published profiles look for each job."""
    replace(session, JobCount, {(code, count) for code, count in session.execute(JOB_COUNTS)})
