"""Who was there before the demonstration began: structures with their advisers, companies with recruiters."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demo_data import PASSWORD
from app.cli.history_data import COMPANIES, RECRUITER, STRUCTURE_FILMED, STRUCTURES
from app.cli.history_lives import Recruiter, Structure
from app.people import invitations, organisations
from app.people.invitations import Invited
from app.people.models import Membership, Organisation, Person
from app.people.organisations import Opening
from app.people.passwords import hash_password
from app.people.rules import Belonging, Who
from app.settings import Settings

SIRETS = [one.siret for one in COMPANIES]


@dataclass(frozen=True)
class Watcher:
    """A recruiter of the demonstration who can act: as whom, and as the past is drawn with."""

    who: Who
    recruiter: Recruiter


def are_there(session: Session) -> bool:
    """Tell whether the companies are registered."""
    known = select(Organisation.id).where(Organisation.siret.in_(SIRETS))
    return session.scalar(known.limit(1)) is not None


def watchers(session: Session) -> list[Watcher]:
    """Return who recruits for these companies today, always in the same order."""
    query = (
        select(Person, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.siret.in_(SIRETS), Organisation.state == "verified")
        .where(Membership.ended_at.is_(None), Person.suspended_at.is_(None))
        .order_by(Person.email)
    )
    return [
        Watcher(
            Who(
                person.id,
                uuid4(),
                person.given_name,
                (Belonging("recruiter", company.id, company.name, company.state),),
            ),
            Recruiter(person.id, company.id, company.department or ""),
        )
        for person, company in session.execute(query)
    ]


def register(session: Session, operator_id: UUID, at: datetime) -> None:
    """Register the companies, verified, with those who recruit for them: no letter is written for it."""
    kept, number = hash_password(PASSWORD), 0
    for one in COMPANIES:
        company = Organisation(
            kind="company",
            name=one.name,
            siret=one.siret,
            city=one.city,
            department=one.department,
            sectors=list(one.sectors),
            state="verified",
            created_at=at,
            verified_at=at,
            verified_by=operator_id,
            verification_method=organisations.DEMONSTRATION,
        )
        session.add(company)
        session.flush()
        for given_name, family_name in one.recruiters:
            number += 1
            invited = Invited(given_name, family_name, email=RECRUITER.format(f"{number:02}"))
            person = invitations.make_account(session, invited, at)
            person.password_hash = kept
            invitations.join(session, person, "recruiter", company.id, at)


def structures(
    session: Session, own: tuple[Who, UUID], operator_id: UUID, at: datetime, settings: Settings
) -> list[Structure]:
    """Open the other structures; return all of them, the demonstration's own one first.

    `own` is its adviser and itself: both were there as long as the others.
    """
    adviser, structure = session.get_one(Person, own[0].person_id), session.get_one(Organisation, own[1])
    structure.created_at = structure.verified_at = adviser.created_at = at
    found = [Structure(structure.id, structure.department or "", adviser.id, STRUCTURE_FILMED)]
    operator = Who(operator_id, uuid4(), "", (Belonging("admin", None, "", ""),))
    for one in STRUCTURES:
        opening = Opening(
            one.name, one.city, one.department, Invited(*one.adviser, email=one.email, at_desk=True)
        )
        opened, person, token = organisations.open_structure(session, operator, opening, at, settings)
        opened.verification_method = organisations.DEMONSTRATION
        invitations.accept(session, token, PASSWORD, at)
        found.append(Structure(opened.id, one.department, person.id, one.filmed))
    return found
