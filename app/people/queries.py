"""What people are asked for: persons, their organisations, their agreements, what is kept of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from app.mail import Recipient
from app.people import blocks
from app.people.models import (
    AuditEntry,
    Consent,
    EmailChange,
    EmailConfirmation,
    Factor,
    GuardianAuthorisation,
    Invitation,
    Membership,
    Organisation,
    Person,
    Recommendation,
    RecoveryCode,
    SignInSession,
)
from app.people.rules import CONSENT_VERSION, phone_digits

# A phone may be shared by a family; more accounts than this are not tried at a login.
ACCOUNTS_MAX = 5
PERSON = select(Person).where(Person.id == bindparam("person_id"), Person.erased_at.is_(None))
ROW, CONSENT, GUARDIAN = (
    table.metadata.tables[table.__tablename__] for table in (Person, Consent, GuardianAuthorisation)
)
STANDING_CONSENTS = select(CONSENT.c.kind).where(
    CONSENT.c.person_id == bindparam("person_id"),
    CONSENT.c.withdrawn_at.is_(None),
    CONSENT.c.text_version == CONSENT_VERSION,
)
# Every upload begins with this: built once, of columns alone, in one question.
AUTHORISED = exists().where(
    GUARDIAN.c.person_id == bindparam("person_id"),
    GUARDIAN.c.withdrawn_at.is_(None),
    GUARDIAN.c.text_version == CONSENT_VERSION,
)
AGREEING = select(
    ROW.c.born_on,
    func.array(STANDING_CONSENTS.scalar_subquery(), type_=ARRAY(Text)).label("kinds"),
    AUTHORISED.label("authorised"),
).where(ROW.c.id == bindparam("person_id"), ROW.c.erased_at.is_(None))
AGREEING_ALONE = AGREEING.with_for_update(key_share=True)
EXPORTED_OF_PERSON = (
    *("email", "phone", "reached_by", "given_name", "family_name", "created_at", "born_on", "home_commune"),
    *("lives_in_qpv", "qpv_code", "qpv_vintage", "qpv_known_by", "qpv_frozen_at"),
)


def mailbox(person: Person) -> Recipient:
    """Return where letters to somebody go, and in which language; an empty address for none."""
    return Recipient(person.id, person.email or "", person.language)


def person(session: Session, person_id: UUID) -> Person | None:
    """Return a person, None once erased."""
    return session.scalar(PERSON, {"person_id": person_id})


def none_erased(session: Session, person_ids: Collection[UUID]) -> bool:
    """Tell whether none of these persons is erased, for what is about to name them outside their account.

    An erasure under way is waited for; one that comes later waits for the transaction.
    """
    query = select(Person.id).where(Person.id.in_(person_ids), Person.erased_at.is_(None)).order_by(Person.id)
    standing = session.scalars(query.with_for_update(read=True, key_share=True)).all()
    return set(standing) == set(person_ids)


def person_of_email(session: Session, email: str) -> Person | None:
    """Return the account of an e-mail address, whatever its state."""
    return session.scalar(select(Person).where(func.lower(Person.email) == email.lower()))


def accounts_of(session: Session, identifier: str) -> Sequence[Person]:
    """Return who may sign in under an e-mail address or a phone number, at most ACCOUNTS_MAX."""
    known = [func.lower(Person.email) == identifier.lower()]
    if phone := phone_digits(identifier):
        known.append(Person.phone == phone)
    query = select(Person).where(or_(*known), Person.suspended_at.is_(None), Person.erased_at.is_(None))
    return session.scalars(query.order_by(Person.id).limit(ACCOUNTS_MAX)).all()


def organisation(session: Session, organisation_id: UUID) -> Organisation | None:
    """Return an organisation of any kind and state."""
    return session.get(Organisation, organisation_id)


def department_of(session: Session, organisation_id: UUID | None) -> str:
    """Return the code of the department of an organisation, empty when either is unknown."""
    found = organisation(session, organisation_id) if organisation_id else None
    return (found.department or "") if found else ""


def organisations(session: Session) -> Sequence[Organisation]:
    """Return every organisation by name, those that wait for verification first."""
    waits = Organisation.state == "pending"
    return session.scalars(select(Organisation).order_by(waits.desc(), Organisation.name)).all()


def partners(session: Session) -> Sequence[Organisation]:
    """Return the verified partner organisations by name."""
    query = select(Organisation).where(Organisation.kind == "partner", Organisation.state == "verified")
    return session.scalars(query.order_by(Organisation.name)).all()


def partners_for(session: Session, person_id: UUID) -> Sequence[Organisation]:
    """Return the partners that a person may agree to, or agrees to though they are suspended, by name."""
    agreed_to = select(Consent.partner_id).where(
        Consent.person_id == person_id, Consent.kind == "partner", Consent.withdrawn_at.is_(None)
    )
    query = select(Organisation).where(
        Organisation.kind == "partner",
        or_(Organisation.state == "verified", Organisation.id.in_(agreed_to)),
    )
    return session.scalars(query.order_by(Organisation.name)).all()


def members(role: str, organisation_ids: Collection[UUID]) -> Select[Person]:
    """Select who holds `role` in one of the organisations today, by family name."""
    return (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.role == role,
            Membership.organisation_id.in_(organisation_ids),
            Membership.ended_at.is_(None),
            Person.erased_at.is_(None),
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
    )


def invitable_adviser(session: Session, structure_id: UUID, person_id: UUID) -> Person | None:
    """Return an adviser of a structure who has not opened their account yet, None for anybody else."""
    query = members("adviser", (structure_id,)).where(Person.id == person_id, Person.password_hash.is_(None))
    return session.scalar(query.where(Person.suspended_at.is_(None)))


def advisers_of(session: Session, structure_id: UUID) -> Sequence[Person]:
    """Return the advisers of a structure who may still sign in, by family name."""
    query = members("adviser", (structure_id,)).where(Person.suspended_at.is_(None))
    return session.scalars(query).all()


def members_of(session: Session, organisation_id: UUID) -> Sequence[Membership]:
    """Return who works in an organisation, with their persons, by family name; never its residents."""
    query = (
        select(Membership)
        .join(Membership.person)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .where(Membership.role != "resident", Person.erased_at.is_(None))
        .order_by(Person.family_name, Person.id)
        .options(contains_eager(Membership.person))
    )
    return session.scalars(query).all()


def member_of(session: Session, organisation_id: UUID, person_id: UUID) -> Person | None:
    """Return somebody who works in an organisation, None for its residents and everybody else."""
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .where(Membership.role != "resident", Person.id == person_id, Person.erased_at.is_(None))
    )
    return session.scalars(query).first()


def structure_of(session: Session, person_id: UUID) -> UUID | None:
    """Return the structure that accompanies a resident, None for anybody else."""
    query = select(Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.role == "resident", Membership.ended_at.is_(None)
    )
    return session.scalar(query.order_by(Membership.created_at.desc()).limit(1))


def has_come(session: Session, person_id: UUID) -> bool:
    """Tell whether somebody who was invited ever opened their account."""
    accepted = exists().where(Invitation.person_id == person_id, Invitation.accepted_at.is_not(None))
    signed_in = exists().where(SignInSession.person_id == person_id)
    return bool(session.scalar(select(or_(accepted, signed_in))))


def email_to_confirm(session: Session, person_id: UUID, now: datetime) -> str:
    """Return the new address of a person whose mailbox has yet to answer, empty without one."""
    waits = select(EmailChange.email).where(EmailChange.person_id == person_id, EmailChange.expires_at > now)
    return session.scalar(waits) or ""


def unconfirmed(session: Session, person_id: UUID) -> EmailConfirmation | None:
    """Return what a self-registered account waits for, that its mailbox answers; None for any other."""
    return session.scalar(select(EmailConfirmation).where(EmailConfirmation.person_id == person_id))


def companies_of(session: Session, person_id: UUID) -> Sequence[Organisation]:
    """Return the companies that a person recruits for today."""
    query = (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .where(Membership.role == "recruiter")
    )
    return session.scalars(query.order_by(Organisation.name)).all()


def operators(session: Session) -> Sequence[Person]:
    """Return the operators whom mail reaches."""
    query = select(Person).join(Membership, Membership.person_id == Person.id)
    query = query.where(Membership.role == "admin", Membership.ended_at.is_(None))
    reached = Person.erased_at.is_(None) & Person.suspended_at.is_(None) & Person.email.is_not(None)
    return session.scalars(query.where(reached).order_by(Person.id)).all()


def recovery_codes_left(session: Session, person_id: UUID) -> int:
    """Return how many codes on paper a person has not used."""
    unused = RecoveryCode.used_at.is_(None)
    query = select(func.count(RecoveryCode.id)).where(RecoveryCode.person_id == person_id, unused)
    return session.scalar(query) or 0


def roles_of(session: Session, person_id: UUID) -> frozenset[str]:
    """Return the roles that a person holds today, whatever the state of the organisation."""
    query = select(Membership.role).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    return frozenset(session.scalars(query))


def audit_entries() -> Select[AuditEntry]:
    """Select the audit log, newest first."""
    return select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def audit_page(session: Session, before: tuple[datetime, UUID] | None, limit: int) -> Sequence[AuditEntry]:
    """Return what was done, with whom and what it names, newest first, from before an entry (instant, id)."""
    query = audit_entries().options(
        joinedload(AuditEntry.actor), joinedload(AuditEntry.about), joinedload(AuditEntry.organisation)
    )
    if before:
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < tuple_(*before))
    return session.scalars(query.limit(limit)).all()


def stands(consent: type[Consent] = Consent) -> ColumnElement[bool]:
    """Say in SQL that an agreement was given to the current text and not withdrawn."""
    return consent.withdrawn_at.is_(None) & (consent.text_version == CONSENT_VERSION)


def agreed(
    person_id: UUID | InstrumentedAttribute[UUID], kind: str | ColumnElement[str]
) -> ColumnElement[bool]:
    """Say in SQL that a person agrees to `kind` now: a room that filters by it feels a withdrawal at once."""
    return exists().where(Consent.person_id == person_id, Consent.kind == kind, stands())


def standing_consents(session: Session, person_id: UUID) -> frozenset[str]:
    """Return the kinds of current text that a person agrees to now."""
    return frozenset(session.scalars(STANDING_CONSENTS, {"person_id": person_id}))


class Agreeing(NamedTuple):
    """What the agreements of a person depend on; `kinds` are those of current text that they agree to.

    `born_on` is None if nobody said; `is_authorised` says that a legal guardian's authorisation stands.
    """

    born_on: date | None
    kinds: frozenset[str]
    is_authorised: bool


def agreeing(session: Session, person_id: UUID, *, alone: bool = False) -> Agreeing:
    """Return what the agreements of a person depend on.

    Who asks `alone` has their turn: others who do wait until the transaction ends.
    """
    query = AGREEING_ALONE if alone else AGREEING
    row = session.execute(query, {"person_id": person_id}).one_or_none()
    if row is None:
        return Agreeing(None, frozenset(), is_authorised=False)
    return Agreeing(row.born_on, frozenset(row.kinds), row.authorised)


def authorised(person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Say in SQL that a legal guardian's authorisation to the current text stands."""
    return exists().where(
        GuardianAuthorisation.person_id == person_id,
        GuardianAuthorisation.withdrawn_at.is_(None),
        GuardianAuthorisation.text_version == CONSENT_VERSION,
    )


def authorisations(session: Session, person_id: UUID) -> Sequence[GuardianAuthorisation]:
    """Return what guardians signed for a person, newest first; the one that stands has no end."""
    query = select(GuardianAuthorisation).where(GuardianAuthorisation.person_id == person_id)
    return session.scalars(query.order_by(GuardianAuthorisation.recorded_at.desc())).all()


def withdrawn_consents(session: Session, person_id: UUID) -> frozenset[str]:
    """Return the kinds that a person agreed to once and no longer, to whatever version of the text."""
    query = select(Consent.kind).where(Consent.person_id == person_id).group_by(Consent.kind)
    return frozenset(session.scalars(query.having(func.bool_and(Consent.withdrawn_at.is_not(None)))))


def consents_of(session: Session, person_id: UUID) -> Sequence[Consent]:
    """Return every agreement that a person ever gave, newest first."""
    query = select(Consent).where(Consent.person_id == person_id)
    return session.scalars(query.order_by(Consent.given_at.desc(), Consent.id.desc())).all()


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what this room keeps about a person, for the person; secrets are left out."""
    found = person(session, person_id)
    if found is None:
        return {}
    opened = session.scalars(select(SignInSession).where(SignInSession.person_id == person_id)).all()
    invited = session.scalars(select(Invitation).where(Invitation.person_id == person_id)).all()
    changing = session.scalars(select(EmailChange).where(EmailChange.person_id == person_id)).all()
    confirming = session.scalars(
        select(EmailConfirmation).where(EmailConfirmation.person_id == person_id)
    ).all()
    phones = session.scalars(select(Factor).where(Factor.person_id == person_id)).all()
    on_paper = session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person_id)).all()
    recommended = session.scalars(select(Recommendation).where(Recommendation.adviser_id == person_id)).all()
    noted = session.scalars(audit_entries().where(AuditEntry.about_id == person_id)).all()
    done = session.scalars(audit_entries().where(AuditEntry.actor_id == person_id)).all()
    agreed_to = ("kind", "text_version", "given_at", "given_how", "withdrawn_at")
    return {
        "account": exported([found], *EXPORTED_OF_PERSON)[0],
        "memberships": exported_memberships(session, person_id),
        "consents": exported(consents_of(session, person_id), *agreed_to),
        "sessions": exported(opened, "created_at", "last_seen_at", "ended_at", "user_agent"),
        "audit": exported(noted, "at", "tag"),
        "acts": exported(done, "at", "tag"),
        "invitations": exported(invited, "created_at", "expires_at", "accepted_at"),
        "new_addresses": exported(changing, "email", "created_at", "expires_at"),
        "unconfirmed_address": exported(confirming, "created_at", "expires_at"),
        "code_phones": exported(phones, "created_at", "confirmed_at"),
        "recovery_codes": exported(on_paper, "created_at", "used_at"),
        "recommendations": exported(recommended, "organisation_id", "word", "created_at"),
    } | exported_apart(session, person_id)


def exported_apart(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what guardians signed for a person, and the companies that the person blocked."""
    signed = ("guardian_name", "relation", "signed_on", "checked_how", "recorded_at", "withdrawn_at")
    return {
        "guardians": exported(authorisations(session, person_id), *signed),
        "blocked": [
            {"company": company.name, "since": since}
            for company, since in blocks.companies(session, person_id)
        ],
    }


def exported_memberships(session: Session, person_id: UUID) -> list[dict[str, object]]:
    """Return what a person was, where, from when to when."""
    query = select(Membership).outerjoin(Membership.organisation).where(Membership.person_id == person_id)
    rows = session.scalars(
        query.order_by(Membership.created_at).options(contains_eager(Membership.organisation))
    )
    return [
        {
            "role": row.role,
            "organisation": row.organisation.name if row.organisation else None,
            "since": row.created_at,
            "until": row.ended_at,
        }
        for row in rows
    ]


def exported(rows: Sequence[object], *columns: str) -> list[dict[str, object]]:
    """Return some columns of rows by their names."""
    return [{column: getattr(row, column) for column in columns} for row in rows]
