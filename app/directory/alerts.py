"""Alerts: saved searches are looked at in the morning, and tell of each new profile once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail, queue
from app.directory.kept_search import query_of
from app.directory.models import SavedSearch, ToldProfile
from app.directory.rules import next_look
from app.directory.saved_searches import put_aside, stop_page_path
from app.directory.shortlist import ON_A_CARD
from app.people import queries as people
from app.people.models import Person
from app.people.rules import Belonging, Who
from app.profiles.models import Profile
from app.profiles.queries import visible_to
from app.search.queries import find

# A profile may be published by a transaction that began before the last look and ended after it.
LOOK_BACK = timedelta(hours=1)
NAMED_MAX = 10  # of the new profiles, in one letter


def is_due(saved: SavedSearch, now: datetime) -> bool:
    """Tell whether a saved search is to be looked at now."""
    return saved.next_at <= now and saved.paused_at is None and saved.removed_at is None


def defer_due(session: Session, now: datetime) -> int:
    """Give a job to each saved search that is due, unless it has one; return how many are due."""
    due = select(SavedSearch.id).where(
        SavedSearch.next_at <= now, SavedSearch.paused_at.is_(None), SavedSearch.removed_at.is_(None)
    )
    ids = session.scalars(due.order_by(SavedSearch.next_at)).all()
    for search_id in ids:
        queue.defer(session, "alerts.tell", queueing_lock=f"alerts.tell:{search_id}", search_id=search_id)
    return len(ids)


def tell(session: Session, search_id: UUID, now: datetime) -> int:
    """Post a letter of the profiles that are new to a saved search, and return how many; none when none are.

    What was told, when the next look is due and the letter are one transaction: whatever dies, a profile is
    told of once.  Somebody who may see nobody now is told nothing, and the search of one whom no letter
    reaches is paused; nothing is lost.
    """
    reader = reader_of(session, search_id)
    if reader is None:
        return 0
    # The reader first, then the search, then the profiles: as an erasure holds them.
    saved = session.scalar(select(SavedSearch).where(SavedSearch.id == search_id).with_for_update())
    if saved is None or not is_due(saved, now):
        return 0
    saved.next_at = next_look(saved.frequency, now)
    who = reader_who(session, reader, saved)
    if who is None or not is_reached(session, reader):
        if who is not None:
            put_aside(saved, "unreachable", now)
        session.flush()
        return 0
    new = new_profiles(session, who, saved, now)
    saved.looked_at = now
    note_told(session, saved, new, now)
    if new:
        post_letter(session, reader, saved, new, now)
    session.flush()
    return len(new)


def reader_of(session: Session, search_id: UUID) -> Person | None:
    """Return who saved a search, held until the transaction ends; None for one without account."""
    query = select(Person).join(SavedSearch, SavedSearch.recruiter_id == Person.id)
    person = session.scalar(query.where(SavedSearch.id == search_id))
    return person if person and people.none_erased(session, (person.id,)) else None


def is_reached(session: Session, reader: Person) -> bool:
    """Tell whether the reader has a mailbox, which did not refuse the last letter for good."""
    return bool(reader.email) and mail.is_reachable(session, people.mailbox(reader))


def reader_who(session: Session, reader: Person, saved: SavedSearch) -> Who | None:
    """Return the reader as a recruiter of the company for which they saved; None once they are none there."""
    still = people.members("recruiter", (saved.company_id,)).where(
        Person.id == reader.id, Person.suspended_at.is_(None)
    )
    company = people.organisation(session, saved.company_id)
    if company is None or company.state != "verified" or session.scalar(still) is None:
        return None
    # Nobody is signed in: the search stands where the session would.
    belonging = Belonging("recruiter", company.id, company.name, company.state)
    return Who(reader.id, saved.id, reader.given_name, (belonging,))


def new_profiles(session: Session, who: Who, saved: SavedSearch, now: datetime) -> Sequence[Profile]:
    """Return the profiles shown since the search was saved that match and were never told of, newest first.

    Search knows the newest thousand of them; whoever takes one away waits for the transaction.
    """
    told = select(ToldProfile.profile_id).where(ToldProfile.search_id == saved.id)
    query = (
        visible_to(who)
        .where(
            Profile.id.in_(list(found_since(session, saved, now))),
            Profile.published_at > saved.created_at,
            Profile.id.not_in(told),
        )
        .order_by(Profile.published_at.desc(), Profile.id.desc())
    )
    held = query.with_for_update(read=True, key_share=True, of=Profile)
    return session.scalars(held.options(*ON_A_CARD)).all()


def found_since(session: Session, saved: SavedSearch, now: datetime) -> Iterator[UUID]:
    """Yield what a saved search finds among the profiles that changed since the last look."""
    query = replace(query_of(session, saved.asked, now), since=min(saved.looked_at, now) - LOOK_BACK)
    while True:
        page = find(session, query)
        yield from page.ids
        if page.last is None:
            return
        query = replace(query, after=page.last)


def note_told(session: Session, saved: SavedSearch, profiles: Collection[Profile], now: datetime) -> None:
    """Write that a saved search told of these profiles; the database itself refuses a second time."""
    session.add_all(
        ToldProfile(search_id=saved.id, profile_id=profile.id, told_at=now) for profile in profiles
    )
    session.flush()


def post_letter(
    session: Session, reader: Person, saved: SavedSearch, profiles: Sequence[Profile], now: datetime
) -> None:
    """Write to who saved a search: what the new ones say they can do, never who they are."""
    named = profiles[:NAMED_MAX]
    values = {
        "name": reader.given_name,
        "path": f"/candidats?{saved.asked}",
        "search": saved.name,
        "count": len(profiles),
        "headlines": [headline(profile) for profile in named],
        "profiles": [str(profile.id) for profile in named],
        "unsubscribe": stop_page_path(saved.id),
    }
    about = [profile.person_id for profile in named]
    mail.post(session, people.mailbox(reader), "search_news", values, now, about=about)


def headline(profile: Profile) -> str:
    """Write « Vendeuse en boulangerie, Marseille »."""
    places = [zone.commune.name for zone in profile.zones[:1]]
    return ", ".join([profile.headline, *places])
