"""Jobs of the journal: statements become numbered facts every two seconds, mistakes are corrected."""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.evidence import service
from app.people import queries as people
from workers.desk import Desk

BATCH = 1000

logger = logging.getLogger("visavis.workers.evidence")


def drain(desk: Desk) -> None:
    """Move all that waits, in transactions of at most BATCH statements."""
    moved = BATCH
    while moved == BATCH:
        with desk.unit() as session:
            moved = service.drain(session, desk.clock.now(), BATCH)
        if moved:
            logger.info("journal: %d facts", moved)


def correct_mistaken(session: Session, company_id: UUID, now: datetime) -> None:
    """Withdraw what a company made count since it was verified, where verifying it was a mistake."""
    company = people.organisation(session, company_id)
    if company is not None and company.mistaken_at and company.verified_at:
        withdrawn = service.withdraw_made_by(
            session, company_id, company.verified_at, "unverified_company", now
        )
        logger.info("journal: %d facts withdrawn", withdrawn)
