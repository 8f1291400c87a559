"""Jobs of the journal: facts get their numbers, days are closed and signed, mistakes are corrected."""

import logging
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session

from app import mail
from app.contacts.statements import exclude_contacts
from app.evidence import checking, checkpoints, keyring, service
from app.evidence.checkpoints import JournalInconsistent
from app.evidence.keyring import KeyMissing, KeyUnreadable, Signer
from app.evidence.models import Checkpoint
from app.evidence.service import MadeBy
from app.mail import Draft, Recipient
from app.paris import PARIS
from app.people import queries as people
from app.viewing.service import exclude_plays
from app.words import N_
from workers.desk import Desk

BATCH = 1000
WITNESS_PATH = "/statistiques"

logger = logging.getLogger("visavis.workers.evidence")


def drain(desk: Desk) -> None:
    """Move all that waits, in transactions of at most BATCH statements."""
    moved = BATCH
    while moved == BATCH:
        with desk.unit() as session:
            moved = service.drain(session, desk.clock.now(), BATCH)
        if moved:
            logger.info("journal: %d facts", moved)


def correct(desk: Desk, company_id: UUID, since: datetime) -> None:
    """Correct what a company that was verified by mistake made count, in one transaction."""
    with desk.unit() as session:
        withdrawn = correct_mistaken(session, company_id, since, desk.clock.now())
    logger.info("journal: %d facts withdrawn", withdrawn)


def correct_mistaken(session: Session, company_id: UUID, since: datetime, now: datetime) -> int:
    """Withdraw what a company made count since it was verified by mistake, and let nothing of it count later.

    What it did once verified again stands.  Return how many facts are withdrawn.
    """
    company = people.organisation(session, company_id)
    again_at = company.verified_at if company else None
    until = again_at if again_at and again_at > since else None
    # First: an answer that was on its way waits for its number once its exchange is excluded.
    about = exclude_contacts(session, company_id, since, until)
    exclude_plays(session, company_id, since, until)
    made_by = MadeBy(company_id, since, until, about)
    return service.withdraw_made_by(session, made_by, "unverified_company", now)


def close_days(desk: Desk) -> None:
    """Sign the journal as it stands once yesterday is over, and send what is signed to the witnesses.

    That is all up to yesterday's facts, and those of today that came before.  Days that were not closed in
    their time are closed with it, by one signature that says so: one for each would be as old as this one.
    Nothing is signed while the journal is not what was recorded (`visavis evidence check` says why).
    """
    now = desk.clock.now()
    yesterday = now.astimezone(PARIS).date() - timedelta(days=1)
    with desk.unit() as session:
        closed = checkpoints.last_closed(session)
    if closed and closed >= yesterday:
        return
    try:
        signer = keyring.load(desk.settings)
    except (KeyMissing, KeyUnreadable) as missing:
        logger.warning("journal: no day is closed. %s", missing)
        return
    drain(desk)
    try:
        sign_days(desk, signer, yesterday, now)
    except JournalInconsistent as other:
        logger.error("journal: %s", other)  # noqa: TRY400 - a sentence for who operates, each hour


def sign_days(desk: Desk, signer: Signer, last: date, now: datetime) -> None:
    """Sign the closing of all days up to one and send it, unless a fact has changed.

    Raises JournalInconsistent.
    """
    with desk.unit() as session:
        faults = checking.faults_of(session)
    for fault in faults:
        logger.error("journal: %s", N_("Rien n’est signé : %(fault)s", fault=fault))
    if not faults:
        with desk.unit() as session:
            closed = checkpoints.close(session, signer, last, now)
            if closed:
                tell_witnesses(session, *closed, desk.settings.witnesses)


def tell_witnesses(session: Session, made: Checkpoint, days: tuple[date, date], addresses: list[str]) -> None:
    """Send a closing to those who keep it: whoever has it would notice another past."""
    first, last = (on.isoformat() for on in days)
    for address in addresses:
        values = {
            "name": address,
            "path": WITNESS_PATH,
            "since": first,
            "on": last,
            "size": made.size,
            "note": made.note,
        }
        # Witnesses have no account: their address stands for them.
        witness = Recipient(uuid5(NAMESPACE_URL, f"mailto:{address}"), address)
        key = f"evidence:{made.convention}:{last}:{address}"
        mail.post_once(session, key, Draft(witness, "journal_closed", values), made.made_at)
