"""What tests of search share: published profiles that say something, and what a search finds."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.db import new_id
from app.places.models import Job, JobTitle
from app.search.asking import SearchQuery
from app.search.queries import find
from app.search.rules import SearchDocument
from app.search.service import index

Publish = Callable[..., UUID]
JOBS = (
    ("F1602", "Électricité bâtiment", "Électricien / Électricienne du bâtiment"),
    ("D1106", "Vente en alimentation", "Vendeur / Vendeuse en boulangerie-pâtisserie"),
    ("G1602", "Personnel de cuisine", "Commis / Commise de cuisine"),
    ("K1302", "Assistance auprès d’adultes", "Accompagnant / Accompagnante de personnes âgées"),
)


@pytest.fixture(autouse=True)
def jobs(session: Session) -> None:
    """Make a few jobs with a name each."""
    for code, label, title in JOBS:
        session.add(Job(code=code, label=label))
        session.add(JobTitle(label=title, code=code))
    session.flush()


@pytest.fixture
def publish(session: Session, now: datetime) -> Publish:
    """Return `publish(at=…, **said)`: index a profile that says so, and give its id."""

    def published(at: datetime = now, **said: object) -> UUID:
        profile_id = new_id()
        document = {"headline": ""} | said
        index(session, SearchDocument(profile_id=profile_id, updated_at=at, **document))  # type: ignore[arg-type]  # literal fields
        return profile_id

    return published


def found(session: Session, words: str = "", **asked: object) -> list[UUID]:
    """Return the ids of the first page, in their order."""
    return list(find(session, SearchQuery(words=words, **asked)).ids)  # type: ignore[arg-type]  # literal fields
