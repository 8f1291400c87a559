"""How companies answer those who accepted: words owed and kept, also once the exchanges are gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.contacts.models import Contact, WordTally
from app.contacts.rules import RATE_WINDOW, Rate
from app.evidence import queries as evidence
from app.evidence.queries import Selection
from app.paris import PARIS
from app.people.models import Organisation
from app.profiles.models import Profile


def is_kept() -> ColumnElement[bool]:
    """Say in SQL that a company gave its word in time: before the instant at which it falls silent."""
    return func.coalesce(Contact.company_answered_at < Contact.company_due_at, literal(value=False))


def is_owed(now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a company gave its word, or had to by now.

    None is owed to whoever withdrew, or ended the exchange, before it was due; nor by a company that could
    not give it any more.
    """
    no_more = or_(
        Contact.withdrawn_at < Contact.company_due_at,
        Contact.forsaken_at < Contact.company_due_at,
        and_(Contact.stopped_by != "recruiter", Contact.stopped_at < Contact.company_due_at),
    )
    spared = func.coalesce(no_more, literal(value=False)) & ~is_kept()
    due = or_(Contact.company_due_at <= now, is_kept())
    return and_(Contact.company_due_at.is_not(None), due, ~spared)


def month_of(at: datetime) -> date:
    """Return the first day of the month of an instant, in Paris."""
    return at.astimezone(PARIS).date().replace(day=1)


def rates(session: Session, company_ids: Collection[UUID], now: datetime) -> dict[UUID, Rate]:
    """Return how companies answered those who accepted, over a year: words due by now, and those in time.

    Of exchanges that are gone, whole months are known: that in which the year began among them.
    """
    since = now - RATE_WINDOW
    standing = (
        select(Contact.company_id, func.count(), func.count().filter(is_kept()))
        .where(Contact.company_id.in_(company_ids), Contact.answered_at >= since, is_owed(now))
        .group_by(Contact.company_id)
    )
    gone = (
        select(WordTally.company_id, func.sum(WordTally.owed), func.sum(WordTally.kept))
        .where(WordTally.company_id.in_(company_ids), WordTally.month_on >= month_of(since))
        .group_by(WordTally.company_id)
    )
    found: dict[UUID, Rate] = {}
    for query in (standing, gone):
        for company_id, owed, kept in session.execute(query):
            known = found.get(company_id, Rate(0, 0))
            found[company_id] = Rate(known.owed + owed, known.kept + kept)
    return found


def keep(session: Session, contact_ids: Collection[UUID], now: datetime) -> None:
    """Count the words of exchanges that are about to be deleted, without anybody in them.

    The exchanges are locked by the caller: each is counted once.
    """
    month = cast(func.date_trunc("month", func.timezone(PARIS.key, Contact.answered_at)), Date).label("month")
    words = (
        select(Contact.company_id, month, func.count(), func.count().filter(is_kept()))
        .where(Contact.id.in_(contact_ids), is_owed(now))
        .group_by(Contact.company_id, month)
    )
    columns = ["company_id", "month_on", "owed", "kept"]
    counted = insert(WordTally).from_select(columns, words)
    more = {name: WordTally.__table__.c[name] + counted.excluded[name] for name in ("owed", "kept")}
    session.execute(counted.on_conflict_do_update(index_elements=columns[:2], set_=more))


def forget_old(session: Session, now: datetime) -> None:
    """Delete the counts that no rate rests on any more."""
    session.execute(delete(WordTally).where(WordTally.month_on < month_of(now - RATE_WINDOW)))


@dataclass(frozen=True)
class Correspondent:
    """A company that wrote to residents of some structures: to how many, and how it answers everybody."""

    company: Organisation
    wrote_to: int
    last_at: datetime
    rate: Rate


def correspondents(
    session: Session, structure_ids: Collection[UUID], now: datetime
) -> Sequence[Correspondent]:
    """Return the companies that wrote, within a year, to whom these structures accompany: the last first.

    The journal knows those whose messages are gone, and messages know those that it never counts.
    """
    since = now - RATE_WINDOW
    written = Selection("contact.sent", start=since, territories=tuple(structure_ids))
    wrote = evidence.organisations_of(session, written)
    residents, last_at = func.count(Contact.resident_id.distinct()), func.max(Contact.sent_at)
    query = (
        select(Contact.company_id, residents, last_at)
        .join(Profile, Profile.id == Contact.profile_id)
        .where(Profile.structure_id.in_(structure_ids), Contact.sent_at >= since)
        .group_by(Contact.company_id)
    )
    for company_id, count, at in session.execute(query):
        known, last = wrote.get(company_id, (0, at))
        wrote[company_id] = (max(count, known), max(at, last))
    answers = rates(session, wrote, now)
    companies = session.scalars(select(Organisation).where(Organisation.id.in_(wrote)))
    found = [
        Correspondent(company, *wrote[company.id], answers.get(company.id, Rate(0, 0)))
        for company in companies
    ]
    return sorted(sorted(found, key=lambda one: one.company.name), key=lambda one: one.last_at, reverse=True)


def rate_of(session: Session, company_id: UUID, now: datetime) -> Rate:
    """Return how one company answers."""
    return rates(session, (company_id,), now).get(company_id, Rate(0, 0))


def words_kept(session: Session, company_id: UUID, now: datetime) -> tuple[int, int] | None:
    """Return how many of the words that a company owed came in time, and of how many; None for too few."""
    rate = rate_of(session, company_id, now)
    return None if rate.percent is None else (rate.kept, rate.owed)
