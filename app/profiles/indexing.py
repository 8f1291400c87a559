"""Verbs that keep search in step with all profiles: what it learns from them, and every one told anew."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.profiles import queries
from app.profiles.documents import document_of
from app.profiles.rules import COMPETENCES
from app.search import service as search
from app.search.learning import count_jobs, learn
from app.search.rules import SHARED_FROM

BATCH_PROFILES = 200


def teach(session: Session) -> None:
    """Teach search the words of jobs, competences and shared skills, and count who looks for which job."""
    learn(session, queries.shared_skills(session, SHARED_FROM), COMPETENCES)
    count_jobs(session)


def reindex(session: Session, last: UUID | None) -> tuple[int, UUID | None]:
    """Tell search anew of the profiles after `last`, and return how many, and where to go on.

    None where there are no more; what search knows in vain is then forgotten.
    """
    batch = queries.published_after(session, last, BATCH_PROFILES)
    for profile in batch:
        search.index(session, document_of(session, profile))
    if batch:
        return len(batch), batch[-1].id
    for profile_id in queries.found_in_vain(session):
        search.remove(session, profile_id)
    return 0, None
