"""What was on its way when somebody blocked, withdrew or took a break is not sent."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts import blocking, outcomes, service
from app.contacts.models import Contact
from app.contacts.outcomes import Declared, Party
from app.contacts.queries import exchange
from app.directory.models import Need, NeedProposal
from app.mail.models import Mail
from app.people.models import Membership, Organisation, Person
from app.profiles import service as profiles
from tests.conftest import START
from tests.contacts.conftest import announced
from tests.contacts.parties import Parties, make_parties
from tests.factories import make_contact, make_need, make_need_proposal, make_recruiter
from workers import mails
from workers.announcements import deliver
from workers.desk import Desk, Running

Event = Callable[[Session, Parties, Contact], object]


def shut_out(met: Parties) -> None:
    """Suspend the accounts of both sides."""
    met.resident.suspended_at = met.recruiter.suspended_at = START


EVENTS: dict[str, Event] = {
    "nothing": lambda *_: None,
    "blocked": lambda session, met, _: blocking.block(session, met.resident.id, met.company.id, START),
    "withdrew": lambda session, met, _: profiles.withdraw(session, met.profile, START),
    "paused": lambda session, met, _: profiles.pause(session, met.profile),
    "placed": lambda session, met, _: profiles.place(session, met.profile, START),
    "answered": lambda session, met, contact: service.decline(
        session, met.resident.id, contact.id, "too_far", START
    ),
    "company shut out": lambda session, met, _: setattr(
        session.get_one(Organisation, met.company.id), "state", "suspended"
    ),
    "reader shut out": lambda _, met, __: shut_out(met),
    "recruiter left": lambda session, met, _: setattr(
        session.scalars(select(Membership).filter_by(person_id=met.recruiter.id)).one(), "ended_at", START
    ),
    "said goodbye": lambda session, _, contact: blocking.end(session, contact, "recruiter", START),
    "no to the need": lambda session, *_: setattr(
        session.scalars(select(NeedProposal)).one(), "declined_at", START
    ),
    "need closed": lambda session, *_: setattr(session.scalars(select(Need)).one(), "state", "closed"),
}
# The news, the state of the exchange, what happens before the letter leaves, and whether it does.
MEANWHILE = [
    *((kind, "sent", "nothing", True) for kind in ("contact.sent", "need.proposed", "profile.published")),
    *(
        ("contact.sent", "sent", event, False)
        for event in ("blocked", "withdrew", "paused", "placed", "answered", "company shut out")
    ),
    *(
        (kind, "accepted", "nothing", True)
        for kind in ("contact.accepted", "contact.company_answered", "outcome.declared")
    ),
    *(
        (kind, "accepted", event, False)
        for kind in ("contact.accepted", "contact.company_answered", "outcome.declared")
        for event in ("blocked", "withdrew", "reader shut out")
    ),
    ("contact.accepted", "accepted", "recruiter left", False),
    ("contact.company_answered", "accepted", "placed", True),
    ("contact.company_answered", "accepted", "said goodbye", True),
    *(("need.proposed", "sent", event, False) for event in ("paused", "no to the need", "need closed")),
    ("need.agreed", "sent", "nothing", True),
    *(
        ("need.agreed", "sent", event, False)
        for event in ("paused", "no to the need", "need closed", "blocked", "recruiter left")
    ),
    *(("profile.published", "sent", event, False) for event in ("paused", "withdrew")),
]


def about(session: Session, met: Parties, kind: str, contact: Contact) -> UUID:
    """Return what the news are about."""
    if kind.startswith("need"):
        agreed_at = START if kind == "need.agreed" else None
        need = make_need(session, met.recruiter)
        return make_need_proposal(session, need, met.profile, agreed_at=agreed_at).id
    if kind.startswith("profile"):
        return met.profile.id
    if kind == "outcome.declared":
        found = exchange(session, contact.id)
        assert found is not None
        party = Party(met.recruiter.id, "recruiter")
        return outcomes.declare(session, party, found, Declared("job"), START).id
    return contact.id


@pytest.mark.parametrize(("kind", "state", "event", "leaves"), MEANWHILE)
def test_a_letter_leaves_only_if_its_reader_still_wants_it(
    desk: Desk,
    session: Session,
    kind: str,
    state: str,
    event: str,
    leaves: bool,  # noqa: FBT001 - a case
) -> None:
    met = make_parties(session)
    contact = make_contact(session, met.profile, met.recruiter, state=state, answered_at=None)
    source_id = about(session, met, kind, contact)
    session.commit()
    deliver(desk, kind, source_id, 41)
    (posted,) = session.scalars(select(Mail.id)).all()
    EVENTS[event](session, met, contact)
    session.commit()
    mails.send(desk, posted, Running())
    assert (desk.settings.data_dir / "mails" / f"{posted}.eml").exists() == leaves
    assert (session.get(Mail, posted, populate_existing=True) is not None) == leaves


@pytest.mark.parametrize(("age", "letter"), [(20, "contact_received"), (16, "contact_to_forward")])
def test_what_a_break_kept_back_is_written_when_it_ends_and_what_had_left_is_not(
    desk: Desk, session: Session, age: int, letter: str
) -> None:
    met = make_parties(session, age=age)
    route = "direct" if age >= 18 else "adviser_first"
    early, late = (make_contact(session, met.profile, recruiter, route=route) for recruiter in two(session))
    session.commit()
    deliver(desk, "contact.sent", early.id, 41)
    mails.send(desk, session.scalars(select(Mail.id)).one(), Running())
    deliver(desk, "contact.sent", late.id, 42)
    profiles.pause(session, met.profile)
    session.commit()
    mails.send(desk, session.scalars(select(Mail.id).where(Mail.sent_at.is_(None))).one(), Running())
    assert session.scalars(select(Mail.concerns)).all() == [f"contact:{early.id}"]
    met.profile.state = "published"
    session.commit()
    deliver(desk, "profile.resumed", met.profile.id, 43)
    written = session.execute(select(Mail.template, Mail.concerns).where(Mail.sent_at.is_(None))).all()
    assert [tuple(row) for row in written] == [(letter, f"contact:{late.id}")]


def two(session: Session) -> tuple[Person, Person]:
    """Make two recruiters, each of a company."""
    return make_recruiter(session), make_recruiter(session)


def test_the_end_of_a_break_is_announced(session: Session) -> None:
    met = make_parties(session)
    profiles.pause(session, met.profile)
    profiles.resume(session, met.profile, START)
    assert announced(session)[-1] == "profile.resumed"
