"""Reference data, organisations and professional accounts of the demonstration."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import demo_data
from app.directory import needs
from app.directory.rules import Brief
from app.people import companies, invitations, organisations, registrations
from app.people.invitations import Invited
from app.people.models import Membership, Organisation, Person
from app.people.organisations import Opening
from app.people.passwords import hash_password
from app.people.registrations import Registration
from app.people.rules import Belonging, Who
from app.places import service as places
from app.places.qpv import NEWEST
from app.places.service import CommuneRow, JobRow, QpvRow, TitleRow
from app.settings import Settings

ADMIN = "admin@visavis.example"
ADVISER = "conseil@visavis.example"
RECRUITER = "recrute@visavis.example"
PENDING_RECRUITER = "nouveau@visavis.example"
FUNDER = "financeur@visavis.example"


def ensure(session: Session, now: datetime, settings: Settings) -> tuple[Who, UUID]:
    """Make what is missing, and return the demonstration's adviser with their structure."""
    load_places(session)
    if person_of(session, ADMIN) is None:
        make_everybody(session, now, settings)
    adviser = person_of(session, ADVISER)
    structure = session.scalars(select(Organisation).where(Organisation.name == demo_data.STRUCTURE)).one()
    if adviser is None:
        raise LookupError(ADVISER)
    belonging = Belonging("adviser", structure.id, structure.name, structure.state)
    return Who(adviser.id, uuid4(), adviser.given_name, (belonging,)), structure.id


def person_of(session: Session, email: str) -> Person | None:
    """Return the account of an e-mail address."""
    return session.scalars(select(Person).where(Person.email == email)).one_or_none()


def load_places(session: Session) -> None:
    """Write the sample of communes, neighbourhoods and jobs; what was imported stays as it is."""
    places.load_communes(session, (CommuneRow(*row) for row in demo_data.COMMUNES), sample=True)
    places.load_qpv(session, (QpvRow(code, NEWEST, *drawn) for code, drawn in demo_data.QPV.items()))
    places.load_jobs(session, (JobRow(code, label) for code, label, _ in demo_data.JOBS), sample=True)
    titles = ((title, code) for code, _, names in demo_data.JOBS for title in names)
    places.load_titles(session, (TitleRow(*row) for row in titles), sample=True)


def make_everybody(session: Session, now: datetime, settings: Settings) -> None:
    """Make the operator, a structure with its adviser, two companies and a funder."""
    operator = add_member(session, ADMIN, ("Odile", "Martin"), "admin", None, now)
    admin = Who(operator.id, uuid4(), operator.given_name, (Belonging("admin", None, "", ""),))
    opening = Opening(
        demo_data.STRUCTURE, "Roubaix", "59", Invited("Samira", "Haddad", email=ADVISER, at_desk=True)
    )
    structure, _, token = organisations.open_structure(session, admin, opening, now, settings)
    structure.verification_method = organisations.DEMONSTRATION
    invitations.accept(session, token, demo_data.PASSWORD, now)
    register_company(session, now, (demo_data.COMPANY, demo_data.COMPANY_SIRET), ("Paul", "Roux", RECRUITER))
    register_company(
        session,
        now,
        (demo_data.PENDING_COMPANY, demo_data.PENDING_SIRET),
        ("Nadia", "Neuf", PENDING_RECRUITER),
    )
    company = session.scalars(select(Organisation).where(Organisation.siret == demo_data.COMPANY_SIRET)).one()
    organisations.verify(session, admin, company.id, organisations.DEMONSTRATION, now)
    describe_company(session, company)
    funder = Organisation(kind="funder", name=demo_data.FUNDER, state="verified", created_at=now)
    session.add(funder)
    session.flush()
    add_member(session, FUNDER, ("Claire", "Vasseur"), "funder", funder.id, now)
    state_need(session, PENDING_RECRUITER, demo_data.NEED, now, settings)


def state_need(session: Session, email: str, brief: Brief, now: datetime, settings: Settings) -> None:
    """State what a recruiter's company looks for, so that the adviser has something to answer."""
    query = (
        select(Person, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.email == email)
    )
    person, company = session.execute(query).one()
    belonging = Belonging("recruiter", company.id, company.name, company.state)
    who = Who(person.id, uuid4(), person.given_name, (belonging,))
    needs.publish(session, who, brief, now, settings.need_open_days)


def register_company(
    session: Session, now: datetime, company: tuple[str, str], person: tuple[str, str, str]
) -> None:
    """Register a company (name, SIRET) by its first recruiter (given name, family name, e-mail)."""
    name, siret = company
    given_name, family_name, email = person
    registrations.vouched_for(
        session,
        Registration(name, siret, "Roubaix", "59", given_name, family_name, email, demo_data.PASSWORD),
        now,
    )


def describe_company(session: Session, company: Organisation) -> None:
    """Have the verified company say who it is, and who of it answers."""
    recruiter = person_of(session, RECRUITER)
    if recruiter is None:
        raise LookupError(RECRUITER)
    belonging = Belonging("recruiter", company.id, company.name, company.state)
    said = companies.Described(
        city="Roubaix",
        about=demo_data.COMPANY_ABOUT,
        sectors=("C", "G"),
        engagement="charter",
        engagement_name=demo_data.COMPANY_ENGAGED[0],
        engaged_on=demo_data.COMPANY_ENGAGED[1],
        answering=(recruiter.id,),
    )
    who = Who(recruiter.id, uuid4(), recruiter.given_name, (belonging,))
    companies.describe(session, who, company.id, said)


def add_member(
    session: Session,
    email: str,
    name: tuple[str, str],
    role: str,
    organisation_id: UUID | None,
    now: datetime,
) -> Person:
    """Make an account that nobody invites: the operator's own, and the funder's."""
    person = Person(
        given_name=name[0],
        family_name=name[1],
        email=email,
        password_hash=hash_password(demo_data.PASSWORD),
        created_at=now,
    )
    session.add(person)
    session.flush()
    session.add(Membership(person_id=person.id, organisation_id=organisation_id, role=role, created_at=now))
    session.flush()
    return person
