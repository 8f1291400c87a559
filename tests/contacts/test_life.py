"""Whatever happens to an exchange, in whatever order: no impossible state, and each promise has its day."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.contacts import (
    advising,
    answering,
    blocking,
    colleagues,
    following,
    outcomes,
    queries,
    rates,
    service,
)
from app.contacts.following import Word
from app.contacts.models import Contact
from app.contacts.outcomes import Declared
from app.contacts.queries import Exchange
from app.contacts.rules import DETAILS_STATES, ROUTES, STATES, WAITING_STATES, is_held
from app.contacts.service import Answer
from app.errors import Refusal
from app.evidence.models import OutboxEntry
from app.people.models import Membership, Person
from app.profiles import service as profiles
from app.settings import Settings
from tests.conftest import START
from tests.contacts.parties import Parties, make_parties, who_is
from tests.factories import make_contact, make_recruiter

OVER = ("declined", "expired", "closed")
NO = Word("not_retained", "Nous avons choisi quelqu’un d’autre.")


@dataclass
class Life:
    """One exchange and everybody around it, while time goes by."""

    session: Session
    rules: Settings
    met: Parties
    colleague: Person
    contact: Contact
    token: str
    now: datetime = field(default=START)

    @property
    def found(self) -> Exchange:
        """The exchange as it is now."""
        found = queries.exchange(self.session, self.contact.id)
        assert found is not None
        return found

    @property
    def speaker(self) -> Person:
        """Who speaks for the company."""
        return self.session.get_one(Person, self.contact.recruiter_id)


def wait(days: int) -> Callable[[Life], object]:
    """Return what lets days go by, with all that time does."""

    def act(life: Life) -> None:
        life.now += timedelta(days=days)
        while following.follow(life.session, life.now):
            pass
        following.close(life.session, life.rules, life.now)

    return act


def answer(move: str, reason: str | None = None) -> Callable[[Life], object]:
    """Return an answer of the resident by a link."""
    said = Answer(move, reason, revocable=move == "accept")
    return lambda life: answering.answer(life.session, life.token, said, life.now)


def stop(word: Word | None) -> Callable[[Life], object]:
    """Return the end of the exchange by its recruiter."""
    return lambda life: blocking.stop(
        life.session, who_is(life.session, life.speaker), life.contact.id, word, life.now
    )


def leave(life: Life) -> None:
    """Let the recruiter leave the company."""
    theirs = update(Membership).where(Membership.person_id == life.met.recruiter.id)
    life.session.execute(theirs.values(ended_at=life.now))
    colleagues.note_departure(life.session, life.met.recruiter.id, life.now)


def withdraw(life: Life) -> None:
    """Let the resident take the profile away."""
    profiles.withdraw(life.session, life.met.profile, life.now)
    following.leave(life.session, life.met.profile, life.now)


def place(life: Life) -> None:
    """Let the resident have found."""
    profiles.place(life.session, life.met.profile, life.now)
    following.leave(life.session, life.met.profile, life.now)


def suspend(life: Life) -> None:
    """Let the operator suspend the company."""
    life.met.company.state = "suspended"
    life.session.flush()
    colleagues.forsake(life.session, life.met.company.id, life.now)


def declare(life: Life) -> None:
    """Let the resident say that it led to a job."""
    party, found = outcomes.party_to(
        life.session, who_is(life.session, life.met.resident), "resident", life.contact.id
    )
    outcomes.declare(life.session, party, found, Declared("job"), life.now)


def by_adviser(verb: Callable[..., object], *said: str) -> Callable[[Life], object]:
    """Return what the adviser does with the exchange."""
    return lambda life: verb(
        life.session, who_is(life.session, life.met.adviser), life.contact.id, *said, life.now
    )


def by_company(verb: Callable[..., object], *said: object) -> Callable[[Life], object]:
    """Return what the recruiter does with the exchange."""
    return lambda life: verb(
        life.session, who_is(life.session, life.speaker), life.contact.id, *said, life.now
    )


VERBS: dict[str, Callable[[Life], object]] = {
    "a day": wait(1),
    "five days": wait(5),
    "ten days": wait(10),
    "a month": wait(31),
    "read": lambda life: service.read(life.session, life.met.resident.id, life.contact.id, life.now),
    "accept": lambda life: service.accept(life.session, life.met.resident.id, life.contact.id, life.now),
    "tap yes": answer("accept"),
    "tap no": answer("decline", "too_far"),
    "take back": lambda life: answering.take_back(life.session, life.token, life.now),
    "disown": lambda life: answering.disown(life.session, life.token, life.now),
    "open details": by_company(following.open_details),
    "a word": by_company(following.answer, Word("reply")),
    "stop with a word": stop(NO),
    "stop": stop(None),
    "block": lambda life: blocking.block(life.session, life.met.resident.id, life.met.company.id, life.now),
    "withdraw": withdraw,
    "place": place,
    "leave": leave,
    "take over": lambda life: colleagues.take_over(
        life.session, who_is(life.session, life.colleague), life.met.recruiter.id, life.now
    ),
    "suspend": suspend,
    "forward": by_adviser(advising.forward),
    "keep back": by_adviser(advising.keep_back, "other"),
    "told": by_adviser(advising.note_told),
    "accept with": by_adviser(advising.accept_with, "phone"),
    "declare": declare,
}


def begin(session: Session, rules: Settings, route: str) -> Life:
    """Make an exchange that comes to its resident by a route."""
    met = make_parties(session)
    contact = make_contact(session, met.profile, met.recruiter, route=route)
    token = answering.make(session, contact, "mail", "aicha@courrier.test", START).removeprefix("/r/")
    return Life(session, rules, met, make_recruiter(session, met.company), contact, token)


def check_promises(life: Life) -> None:
    """Check that whoever waits knows until when, and that what is over says since when."""
    contact = life.contact
    assert contact.state in STATES
    assert (contact.ended_at is not None) == (contact.state in OVER)
    if contact.state in WAITING_STATES:
        assert contact.expires_at > life.now
    if contact.state == "accepted":
        assert contact.company_due_at is not None
        assert contact.company_due_at > life.now
    if contact.state in ("answered", "company_silent"):
        last_at = contact.company_answered_at if contact.state == "answered" else contact.company_due_at
        assert last_at is not None
        assert last_at + timedelta(days=life.rules.contact_close_days) > life.now


def check_meaning(life: Life) -> None:
    """Check that what is open was said yes to, and that what is said has its date."""
    contact, found = life.contact, life.found
    is_shut = contact.stopped_at or contact.withdrawn_at or contact.forsaken_at
    if found.has_details:
        assert contact.state in DETAILS_STATES
        assert not is_shut
        assert contact.answered_at is not None
    if is_held(contact.route, contact.forwarded_at):
        assert contact.state not in DETAILS_STATES or contact.state == "closed"
    assert (contact.company_word is None) == (contact.company_answered_at is None)
    assert (contact.stopped_at is None) == (contact.stopped_by is None)
    assert contact.decline_reason is None or contact.state == "declined"


def check_counts(life: Life) -> None:
    """Check that what was stated follows from what was stated before, and weighs once."""
    entries = life.session.scalars(select(OutboxEntry.statement).order_by(OutboxEntry.id))
    kinds = [entry["kind"] for entry in entries if str(entry["kind"]).startswith("contact.")]
    assert len(set(kinds)) == len(kinds)
    assert ("contact.answered" in kinds) == (life.contact.settled_at is not None)
    if {"contact.company_answered", "contact.company_silent"} & set(kinds):
        assert kinds[0] == "contact.answered"
    rate = rates.rate_of(life.session, life.met.company.id, life.now)
    assert 0 <= rate.kept <= rate.owed <= 1
    if "contact.company_silent" in kinds:
        assert (rate.owed, rate.kept) == (1, 0)


@given(st.sampled_from(ROUTES), st.lists(st.sampled_from(sorted(VERBS)), min_size=3, max_size=12))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_events_leaves_an_impossible_state_or_a_promise_without_a_day(
    session: Session, settings: Settings, route: str, verbs: list[str]
) -> None:
    with session.begin_nested() as world:
        life = begin(session, settings, route)
        for verb in verbs:
            with suppress(Refusal), session.begin_nested():
                VERBS[verb](life)
            session.expire(life.contact)
            for check in (check_promises, check_meaning, check_counts):
                check(life)
        world.rollback()
