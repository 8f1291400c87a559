"""Job of bilans: facts that are new are counted, every two seconds."""

import logging

from app.reports import rollups
from workers.desk import Desk

logger = logging.getLogger("visavis.workers.reports")


def roll(desk: Desk) -> None:
    """Count all that is new, in transactions of at most a batch."""
    counted = rollups.BATCH
    while counted == rollups.BATCH:
        with desk.unit() as session:
            counted = rollups.roll(session)
        if counted:
            logger.info("bilans: %d facts", counted)
