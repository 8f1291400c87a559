"""Jobs of mail: rendered in one transaction, sent outside any, noted in another."""

import logging
from email.message import EmailMessage
from uuid import UUID

from app import mail
from app.accompaniment import relaying
from workers.desk import Desk, Running
from workers.wanted import is_wanted

# The first within seconds, since a link may live for minutes; the last ones an hour apart, since a server may
# be away for a night.
TRIES = 20
PAUSE_MAX_S = 3600

logger = logging.getLogger("visavis.workers.mail")


def pause_s(tries: int) -> int:
    """Return how long a message waits after that many tries, in seconds."""
    return min(PAUSE_MAX_S, 1 << min(tries, 12))


def send(desk: Desk, mail_id: UUID, run: Running) -> None:
    """Send a message once; a worker that dies between sending and noting sends it twice, under one id.

    Raise MailUndeliverable while there is hope: the job comes back.  What is refused, or was tried often
    enough, is given up and says so.
    """
    try:
        with desk.unit() as session:
            if not is_wanted(session, mail.concern(session, mail_id)):
                mail.drop(session, mail_id)
            message = mail.unsent(session, mail_id, desk.settings)
        if message is None:
            return
        hand_over(desk, message)
    except mail.MailRefused as refusal:
        give_up(desk, mail_id, refusal, is_address_dead=isinstance(refusal, mail.RecipientRefused))
    except mail.MailUndeliverable as trouble:
        if run.runs_before + 1 < TRIES:
            raise
        give_up(desk, mail_id, trouble)
    else:
        with desk.unit() as session:
            mail.mark_sent(session, mail_id, desk.clock.now())
        logger.info("mail %s: sent", mail_id)


def hand_over(desk: Desk, message: EmailMessage | mail.TextMessage) -> None:
    """Give a message to who carries it."""
    if isinstance(message, mail.TextMessage):
        desk.texter.send(message)
    else:
        desk.transport.send(message)


def give_up(desk: Desk, mail_id: UUID, why: Exception, *, is_address_dead: bool = False) -> None:
    """Note that a message will never leave: advisers say it.  The words of `why` name no address."""
    now = desk.clock.now()
    with desk.unit() as session:
        waiting = mail.concern(session, mail_id)
        mail.give_up(session, mail_id, now, is_address_dead=is_address_dead)
        if waiting is not None and waiting.concerns and not mail.is_said_otherwise(session, mail_id):
            relaying.take_up(session, waiting, now)
    logger.warning("mail %s: given up (%s)", mail_id, why)
