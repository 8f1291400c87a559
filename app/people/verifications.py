"""Verifications: the companies that wait with what there is to check, and what advisers say for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app.db import new_id
from app.people import queries
from app.people.companies import CompanyUnknown
from app.people.models import EmailConfirmation, Membership, Organisation, Person, Recommendation
from app.people.rules import Who, is_free_mail, mail_domain, speaks_of


@dataclass(frozen=True)
class Address:
    """What the e-mail address of somebody who registered says: its domain, an own one or anybody's."""

    domain: str
    is_free: bool
    like_name: bool


@dataclass(frozen=True)
class Waiting:
    """A company that waits, who registered it, and the advisers who speak for it, the last first.

    `is_answered` is whether a mailbox has answered: until then there is nothing to verify.
    """

    company: Organisation
    members: Sequence[Person]
    recommendations: Sequence[Recommendation]
    is_answered: bool

    @property
    def addresses(self) -> list[Address]:
        """Return what each address says."""
        known = (person.email for person in self.members if person.email)
        return [
            Address(mail_domain(email), is_free_mail(email), speaks_of(email, self.company.name))
            for email in known
        ]


def waiting(session: Session) -> list[Waiting]:
    """Return every company that waits, the longest waiting first; none of which nobody is left."""
    query = select(Organisation).where(Organisation.kind == "company", Organisation.state == "pending")
    found = session.scalars(query.order_by(Organisation.created_at, Organisation.id)).all()
    return [one for one in dossiers(session, found) if one.members]


def dossier(session: Session, company: Organisation) -> Waiting:
    """Return what there is to check of one company, whatever its state."""
    return dossiers(session, (company,))[0]


def dossiers(session: Session, companies: Sequence[Organisation]) -> list[Waiting]:
    """Return what there is to check of each company, in their order."""
    ids = [company.id for company in companies]
    members: dict[UUID, list[Person]] = {company_id: [] for company_id in ids}
    unanswered: set[UUID] = set()
    silent = exists().where(EmailConfirmation.person_id == Person.id)
    registered = (
        select(Organisation.id, Person, silent)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Membership.person)
        .where(Organisation.id.in_(ids), Membership.ended_at.is_(None), Person.erased_at.is_(None))
        .order_by(Membership.created_at, Person.id)
    )
    for company_id, person, is_silent in session.execute(registered):
        members[company_id].append(person)
        unanswered |= {company_id} if is_silent else set()
    spoken: dict[UUID, list[Recommendation]] = {company_id: [] for company_id in ids}
    for word in session.scalars(recommendations(ids)):
        spoken[word.organisation_id].append(word)
    return [
        Waiting(company, members[company.id], spoken[company.id], company.id not in unanswered)
        for company in companies
    ]


def recommendations(company_ids: Collection[UUID]) -> Select[Recommendation]:
    """Select what advisers say for companies, the last first, with who and from where."""
    query = select(Recommendation).where(Recommendation.organisation_id.in_(company_ids))
    named = query.options(joinedload(Recommendation.adviser), joinedload(Recommendation.structure))
    return named.order_by(Recommendation.created_at.desc(), Recommendation.id)


def near(session: Session, who: Who) -> list[Waiting]:
    """Return the companies that wait in the departments of an adviser's structures, the newest first."""
    query = (
        select(Organisation)
        .where(Organisation.kind == "company", Organisation.state == "pending")
        .where(Organisation.department.in_(departments(session, who)))
    )
    found = session.scalars(query.order_by(Organisation.created_at.desc(), Organisation.id)).all()
    return [one for one in dossiers(session, found) if one.members and one.is_answered]


def departments(session: Session, who: Who) -> set[str]:
    """Return the departments where an adviser's structures stand."""
    found = (queries.department_of(session, structure_id) for structure_id in who.organisations("adviser"))
    return set(filter(None, found))


def recommend(session: Session, who: Who, company_id: UUID, word: str, now: datetime) -> None:
    """Keep an adviser's word for a company that waits near them; a later one takes its place.

    It verifies nothing: advisers are judged on those very views.  Raise CompanyUnknown.
    """
    company = queries.organisation(session, company_id)
    structure_id = next(
        (
            one
            for one in who.organisations("adviser")
            if company and queries.department_of(session, one) == company.department
        ),
        None,
    )
    if company is None or structure_id is None or not is_waiting(session, company):
        raise CompanyUnknown
    said = {"structure_id": structure_id, "word": word, "created_at": now}
    row = insert(Recommendation).values(
        id=new_id(), organisation_id=company_id, adviser_id=who.person_id, **said
    )
    keys = [Recommendation.organisation_id, Recommendation.adviser_id]
    session.execute(row.on_conflict_do_update(index_elements=keys, set_=said))


def is_waiting(session: Session, company: Organisation) -> bool:
    """Tell whether a company waits for its verification, its mailbox having answered."""
    waits = (company.kind, company.state) == ("company", "pending")
    return waits and dossier(session, company).is_answered
