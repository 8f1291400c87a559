"""Verbs of the index: write a document, remove it; always in the transaction that publishes or withdraws."""

from uuid import UUID

from sqlalchemy import cast, delete
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.orm import Session

from app.search.models import SearchProfile
from app.search.queries import lexemes, vocabulary
from app.search.rules import SearchDocument, tags, weighted


def index(session: Session, document: SearchDocument) -> None:
    """Make a profile findable as `document` says, instead of what was said before."""
    row = {
        "profile_id": document.profile_id,
        "updated_at": document.updated_at,
        # A radius may be a whole number, and psycopg refuses a list of two kinds.
        "zones": [float(number) for zone in document.zones for number in zone],
        "tags": tags(document),
        "tsv": cast(words(session, document), TSVECTOR),
    }
    session.execute(
        insert(SearchProfile)
        .values(row)
        .on_conflict_do_update(
            index_elements=["profile_id"], set_={key: row[key] for key in row if key != "profile_id"}
        )
    )


def words(session: Session, document: SearchDocument) -> str:
    """Return the text form of the document's tsvector; free words pass the vocabulary or are left out."""
    known = vocabulary(session) | set(lexemes(session, " ".join(document.competences)))
    free = lexemes(session, " ".join(document.texts))
    headline = lexemes(session, document.headline)
    skills = [lexeme for lexeme in lexemes(session, " ".join(document.skills)) if lexeme.isalpha()]
    return weighted(
        (
            ("A", lexemes(session, " ".join(label for _, label in document.rome))),
            ("B", [lexeme for lexeme in headline if lexeme in known]),
            ("B", skills),
            ("C", lexemes(session, " ".join(document.competences))),
            ("D", [lexeme for lexeme in free if lexeme in known]),
        )
    )


def remove(session: Session, profile_id: UUID) -> None:
    """Make a profile impossible to find from the commit on."""
    session.execute(delete(SearchProfile).where(SearchProfile.profile_id == profile_id))
