"""Everybody who meets in an exchange, as tests of contacts need them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.models import Membership, Organisation, Person
from app.people.rules import Belonging, Who
from app.profiles.models import Profile
from tests.factories import (
    authorise,
    make_admin,
    make_adviser,
    make_company,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
)


@dataclass(frozen=True)
class Parties:
    """A resident with a published profile, their adviser, and a recruiter of a verified company."""

    resident: Person
    profile: Profile
    adviser: Person
    recruiter: Person
    company: Organisation


def make_parties(session: Session, *, age: int = 20, **columns: object) -> Parties:
    """Make everybody; somebody under 18 has a guardian's authorisation."""
    structure, company = make_structure(session), make_company(session)
    adviser = make_adviser(session, structure)
    resident = make_resident(session, structure, age=age, **columns)
    if age < 18:
        authorise(session, resident, adviser)
    return Parties(
        resident, make_profile(session, resident), adviser, make_recruiter(session, company), company
    )


def who_is(session: Session, person: Person) -> Who:
    """Return somebody as a request knows them."""
    rows = session.scalars(select(Membership).filter_by(person_id=person.id)).all()
    belongings = tuple(Belonging(row.role, row.organisation_id, "", "verified") for row in rows)
    return Who(person.id, person.id, person.given_name, belongings)


def operator_of(session: Session) -> Who:
    """Make an operator, as a request knows them."""
    person = make_admin(session)
    return Who(person.id, person.id, person.given_name, (Belonging("admin", None, "", ""),))
