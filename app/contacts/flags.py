"""Verbs of reports to the operator: report, decide with reasons, and what follows from the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app import queue
from app.contacts import queries
from app.contacts.models import Contact, Flag
from app.errors import Conflict, NotFound
from app.people import organisations
from app.people.models import Organisation, Person
from app.people.organisations import Suspension
from app.people.rules import Who, may_administer
from app.profiles import queries as profiles
from app.profiles import service as profile_service
from app.profiles.models import Profile
from app.profiles.rules import next_state
from app.settings import Settings
from app.words import N_

Reporter = aliased(Person)
About = aliased(Person)


class NothingToReport(NotFound):
    """What would be reported does not exist, or not for this person."""


class FlagKnown(Conflict):
    """The same person has reported this already, and it waits for a decision."""

    slug = "deja-signale"
    title = N_("C’est déjà signalé")


class FlagDecided(Conflict):
    """Somebody has decided already, or this decision does not fit what was reported."""

    slug = "signalement-tranche"
    title = N_("Ce signalement n’attend pas cette décision")


@dataclass(frozen=True)
class Target:
    """What somebody sees and may report: in which exchange or on which profile, and who answers for it."""

    about_id: UUID
    name: str
    contact: Contact | None = None
    profile: Profile | None = None
    company_id: UUID | None = None

    @property
    def subjects(self) -> tuple[str, ...]:
        """What of it can be reported."""
        return ("message", "person") if self.profile is None else ("profile", "person")


@dataclass(frozen=True)
class Complaint:
    """What of it is reported (one of FLAG_SUBJECTS), why (one of FLAG_REASONS), and a word."""

    subject: str
    reason: str
    word: str = ""


@dataclass(frozen=True)
class Ruling:
    """What is decided, one of FLAG_DECISIONS, and the reasons that both sides read."""

    decision: str
    word: str


@dataclass(frozen=True)
class Reported:
    """A report with everybody in it."""

    flag: Flag
    reporter: Person
    about: Person
    company: Organisation | None
    contact: Contact | None
    profile: Profile | None


def target_of(session: Session, who: Who, contact_id: UUID | None, slug: str) -> Target:
    """Return what somebody may report: the other side of an exchange of theirs, or a profile that they see.

    Raise NothingToReport.
    """
    if contact_id is not None:
        return other_side(session, who, contact_id)
    profile = profiles.by_slug_visible(session, who, slug) if slug else None
    if profile is None:
        raise NothingToReport
    return Target(profile.person_id, profile.shown_name, profile=profile)


def other_side(session: Session, who: Who, contact_id: UUID) -> Target:
    """Return whom somebody exchanges with; advisers stand by their residents.  Raise NothingToReport."""
    found = (
        queries.one_of_resident(session, who.person_id, contact_id)
        if "resident" in who.roles
        else queries.one_of_structures(session, who.organisations("adviser"), contact_id)
    )
    if found is not None:
        return Target(
            found.recruiter.id, found.company.name, contact=found.contact, company_id=found.company.id
        )
    sent = queries.one_of_recruiter(session, who, contact_id)
    if sent is None:
        raise NothingToReport
    return Target(sent.resident.id, sent.profile.shown_name, contact=sent.contact, profile=sent.profile)


def report(session: Session, who: Who, target: Target, said: Complaint, now: datetime) -> Flag:
    """Tell the operator of something; raise NothingToReport or FlagKnown."""
    if said.subject not in target.subjects:
        raise NothingToReport
    flag = Flag(
        subject=said.subject,
        reason=said.reason,
        word=said.word,
        reporter_id=who.person_id,
        about_id=target.about_id,
        contact_id=target.contact.id if target.contact else None,
        profile_id=target.profile.id if target.profile else None,
        company_id=target.company_id,
        flagged_at=now,
    )
    try:
        with session.begin_nested():
            session.add(flag)
    except IntegrityError as refused:
        raise FlagKnown(N_("Nous regardons, et la réponse arrive par e-mail.")) from refused
    queue.announce(session, "flag.raised", flag.id)
    return flag


def waiting(session: Session) -> Sequence[Reported]:
    """Return the reports that wait for a decision, oldest first."""
    return listed(session, is_decided=False)


def decided(session: Session) -> Sequence[Reported]:
    """Return the last reports that were decided, newest first."""
    return list(reversed(listed(session, is_decided=True)))[:50]


def listed(session: Session, *, is_decided: bool) -> Sequence[Reported]:
    """Return reports with everybody in them, oldest first."""
    chosen = Flag.decided_at.is_not(None) if is_decided else Flag.decided_at.is_(None)
    query = with_everybody().where(chosen).order_by(Flag.id)
    return [Reported(*row) for row in session.execute(query)]


def one(session: Session, who: Who, flag_id: UUID, *, to_change: bool = False) -> Reported:
    """Return one report, for an operator; raise NothingToReport."""
    if not may_administer(who):
        raise NothingToReport
    if to_change:
        session.execute(select(Flag.id).where(Flag.id == flag_id).with_for_update())
    found = reported(session, flag_id)
    if found is None:
        raise NothingToReport
    return found


def reported(session: Session, flag_id: UUID) -> Reported | None:
    """Return one report with everybody in it, whoever asks."""
    row = session.execute(with_everybody().where(Flag.id == flag_id)).one_or_none()
    return Reported(*row) if row else None


def with_everybody() -> Select[Flag, Person, Person, Organisation | None, Contact | None, Profile | None]:
    """Select reports with everybody in them."""
    return (
        select(Flag, Reporter, About, Organisation, Contact, Profile)
        .join(Reporter, Reporter.id == Flag.reporter_id)
        .join(About, About.id == Flag.about_id)
        .outerjoin(Organisation, Organisation.id == Flag.company_id)
        .outerjoin(Contact, Contact.id == Flag.contact_id)
        .outerjoin(Profile, Profile.id == Flag.profile_id)
    )


def decide(
    session: Session, who: Who, flag_id: UUID, ruling: Ruling, now: datetime, settings: Settings
) -> Reported:
    """Decide on a report, with reasons that both sides read, and do what follows from it.

    Raise NothingToReport or FlagDecided.
    """
    found = one(session, who, flag_id, to_change=True)
    if found.flag.decided_at is not None or ruling.decision not in decisions_for(found):
        raise FlagDecided(N_("Rechargez la page."))
    flag = found.flag
    flag.decision, flag.decision_word = ruling.decision, ruling.word
    flag.decided_at, flag.decided_by = now, who.person_id
    session.flush()
    if ruling.decision == "company_suspended" and flag.company_id is not None:
        organisations.suspend(session, who, flag.company_id, Suspension(ruling.word), now, settings)
    if ruling.decision == "profile_withdrawn":
        take_away(session, flag.about_id, now)
    queue.announce(session, "flag.decided", flag.id)
    return found


def decisions_for(found: Reported) -> tuple[str, ...]:
    """Return what may be decided: a company is suspended, a profile taken away, whoever is reported."""
    return ("kept", "company_suspended" if found.flag.company_id else "profile_withdrawn")


def take_away(session: Session, person_id: UUID, now: datetime) -> None:
    """Withdraw the profile of a person: it comes back only through a new review."""
    profile = profiles.profile_of(session, person_id, to_change=True)
    if profile is not None and next_state(profile.state, "withdraw") is not None:
        profile_service.withdraw(session, profile, now)
