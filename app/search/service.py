"""Verbs of the index: write a document, remove it; always in the transaction that publishes or withdraws."""

from uuid import UUID

from sqlalchemy import cast, delete, select
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.orm import Session

from app.places.models import JobTitle
from app.search.learning import learn_once
from app.search.models import Lexeme, SearchProfile
from app.search.placenames import among, lexemes_of_places
from app.search.rules import SearchDocument, Stems, cells_of, is_word, names_in, tags, vector
from app.search.stemming import lexemes_of_each


def index(session: Session, document: SearchDocument) -> None:
    """Make a profile findable as `document` says, instead of what was said before."""
    row = {
        "profile_id": document.profile_id,
        "updated_at": document.updated_at,
        # A radius may be a whole number, and psycopg refuses a list of two kinds.
        "zones": [float(number) for zone in document.zones for number in zone],
        "cells": cells_of(document),
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
    codes = {code for code, _ in document.rome}
    # « Boulangerie » is asked for as « boulanger »: a job is found by its everyday names too.
    titles = session.scalars(
        select(JobTitle.label).where(JobTitle.code == among(codes)).order_by(JobTitle.label)
    )
    said = (
        (label for _, label in document.rome),
        titles,
        (label for _, label in document.competences),
        (language for language, _ in document.languages),
        (document.headline,),
        document.skills,
        document.texts,
    )
    stems = Stems(*lexemes_of_each(session, [". ".join(phrases) for phrases in said]))
    # « Tours » is a town where somebody comes from, and a word of jobs: what is written as a name is no job.
    named = lexemes_of_places(session, names_in((document.headline, *document.texts)))
    stems = stems.without(named)
    known, private = vocabulary(session, {*stems.headline, *stems.skills, *stems.texts})
    # What somebody can do has words that no job has (« Excel »), but no place is a skill.
    strange = [lexeme for lexeme in stems.skills if is_word(lexeme) and lexeme not in known | private]
    places = lexemes_of_places(session, document.skills) if strange else set()
    return vector(stems, known | (set(strange) - places))


def vocabulary(session: Session, lexemes: set[str]) -> tuple[set[str], set[str]]:
    """Return which of these stems free words can be found by, and which are private."""
    query = select(Lexeme.lexeme, Lexeme.is_private).where(Lexeme.lexeme == among(lexemes))
    rows = session.execute(query).all()
    if not rows and learn_once(session):
        rows = session.execute(query).all()
    private = {lexeme for lexeme, is_private in rows if is_private}
    return {lexeme for lexeme, _ in rows} - private, private


def remove(session: Session, profile_id: UUID) -> None:
    """Make a profile impossible to find from the commit on."""
    session.execute(delete(SearchProfile).where(SearchProfile.profile_id == profile_id))
