"""What time asks for: reminders, a company that fell silent, answers that stand, and the end."""

import logging

from app.contacts import following
from workers.desk import Desk

logger = logging.getLogger("visavis.workers.contacts")


def follow(desk: Desk) -> None:
    """Do all that is due, some at a time: what was done stays when a later part fails."""
    total, some = 0, 1
    while some:
        with desk.unit() as session:
            some = following.follow(session, desk.clock.now())
        total += some
    if total:
        logger.info("contacts: %s moved", total)


def sweep(desk: Desk) -> int:
    """End the exchanges that nobody goes on with, and delete those that led nowhere; return how many."""
    now, settings = desk.clock.now(), desk.settings
    with desk.unit() as session:
        closed = following.close(session, settings, now)
    with desk.unit() as session:
        forgotten = following.forget(session, settings, now)
    return closed + forgotten
