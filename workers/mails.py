"""Jobs of mail: rendered in one transaction, sent outside any, noted in another."""

import logging
from uuid import UUID

from app import mail
from workers.desk import Desk

logger = logging.getLogger("visavis.workers.mail")


def send(desk: Desk, mail_id: UUID) -> None:
    """Send a mail once; a worker that dies between sending and noting sends it twice, under one Message-ID.

    Raise MailUndeliverable: the job comes back.
    """
    with desk.unit() as session:
        message = mail.unsent(session, mail_id, desk.settings)
    if message is None:
        return
    desk.transport.send(message)
    with desk.unit() as session:
        mail.mark_sent(session, mail_id, desk.clock.now())
    logger.info("mail %s: sent", mail_id)
