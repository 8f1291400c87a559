"""Jobs of saved searches: which ones are due, and a letter of what is new to one."""

import logging
from uuid import UUID

from app.directory import alerts
from workers.desk import Desk

logger = logging.getLogger("visavis.workers.alerts")


def look(desk: Desk) -> None:
    """Give a job to each saved search that is due."""
    with desk.unit() as session:
        count = alerts.defer_due(session, desk.clock.now())
    if count:
        logger.info("saved searches: %s are due", count)


def tell(desk: Desk, search_id: UUID) -> None:
    """Look at one saved search, and post a letter of what is new; all or nothing."""
    with desk.unit() as session:
        count = alerts.tell(session, search_id, desk.clock.now())
    logger.info("saved search %s: %s new", search_id, count)
