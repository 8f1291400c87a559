"""Job of the journal: statements of the outbox become numbered facts, every two seconds."""

import logging

from app.evidence import service
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
