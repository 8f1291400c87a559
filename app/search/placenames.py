"""Names of places in what somebody says of themselves: where one comes from is never searched."""

from sqlalchemy import ARRAY, CollectionAggregate, Text, any_, literal, select
from sqlalchemy.orm import Session

from app.places.models import Commune
from app.places.rules import fold
from app.search.rules import runs
from app.search.stemming import lexemes_of_each


def lexemes_of_places(session: Session, phrases: tuple[str, ...]) -> set[str]:
    """Return the stems of the communes that phrases name."""
    named = {run for phrase in phrases for run in runs(fold(phrase))}
    found = session.scalars(select(Commune.folded).where(Commune.folded == among(named))).all()
    return set(lexemes_of_each(session, [" ".join(found)])[0])


def among(texts: set[str]) -> CollectionAggregate[bool]:
    """Return what a column is compared with to be one of `texts`: one array, however many they are."""
    return any_(literal(sorted(texts), ARRAY(Text)))
