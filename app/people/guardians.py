"""A legal guardian's signed authorisation: written down by the adviser who checked it, ended at once."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound
from app.people import consents, queries
from app.people.models import GuardianAuthorisation, Person
from app.people.rules import CONSENT_OF, CONSENT_VERSION, Who, is_minor, may_accompany
from app.words import N_


class MinorUnknown(NotFound):
    """The person does not exist, or is accompanied elsewhere."""


class NoGuardianNeeded(Conflict):
    """The person is of age, or nobody knows their birth date yet."""

    slug = "pas-de-responsable"
    title = N_("Cette personne n’a pas besoin d’autorisation")


class AlreadyAuthorised(Conflict):
    """An authorisation stands: it ends before another one is written down."""

    slug = "deja-autorise"
    title = N_("Une autorisation est déjà enregistrée")


@dataclass(frozen=True)
class Signed:
    """What was signed: by whom, who that is to the person, on which day, and how the adviser made sure."""

    guardian_name: str
    relation: str
    signed_on: date
    checked_how: str


def record(
    session: Session, who: Who, person_id: UUID, signed: Signed, now: datetime
) -> GuardianAuthorisation:
    """Write down what a guardian signed for a resident of the adviser's structure.

    Raise MinorUnknown, NoGuardianNeeded, AlreadyAuthorised, or Invalid for a day that is still to come.
    """
    person = accompanied(session, who, person_id)
    if person.born_on is None or not is_minor(person.born_on, now.date()):
        raise NoGuardianNeeded(
            N_("La date de naissance d’abord : elle est inconnue, ou la personne est majeure.")
        )
    if not person.born_on < signed.signed_on <= now.date():
        raise Invalid(errors={"signed_on": N_("Le jour de la signature, aujourd’hui au plus tard.")})
    end_former(session, person_id, who.person_id, now)
    written = GuardianAuthorisation(
        person_id=person_id,
        guardian_name=signed.guardian_name,
        relation=signed.relation,
        signed_on=signed.signed_on,
        checked_how=signed.checked_how,
        text_version=CONSENT_VERSION,
        recorded_at=now,
        recorded_by=who.person_id,
    )
    session.add(written)
    session.flush()
    return written


def end_former(session: Session, person_id: UUID, by: UUID, now: datetime) -> None:
    """Let an authorisation to an older text give way; raise AlreadyAuthorised for one to the current text."""
    former = standing(session, person_id)
    if former is None:
        return
    if former.text_version == CONSENT_VERSION:
        raise AlreadyAuthorised(N_("Rechargez la page : elle est peut-être de vous."))
    former.withdrawn_at, former.withdrawn_by = now, by
    session.flush()


def withdraw(session: Session, who: Who, person_id: UUID, now: datetime) -> None:
    """End the authorisation of a resident, and with it what somebody under 18 agreed to because of it.

    Nothing of them is shown from the commit on, as when they withdraw by themselves.
    Raise MinorUnknown, also when none stands.
    """
    person = accompanied(session, who, person_id)
    end = (
        update(GuardianAuthorisation)
        .where(GuardianAuthorisation.person_id == person_id, GuardianAuthorisation.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=who.person_id)
        .returning(GuardianAuthorisation.id)
    )
    if not session.scalars(end).all():
        raise MinorUnknown
    if is_minor(person.born_on, now.date()):
        for kind in CONSENT_OF.values():
            consents.withdraw(session, person_id, kind, who.person_id, now)


def standing(session: Session, person_id: UUID) -> GuardianAuthorisation | None:
    """Return the authorisation that stands, to whatever version of the text; a writer is waited for."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    found = queries.authorisations(session, person_id)
    return next((one for one in found if one.withdrawn_at is None), None)


def accompanied(session: Session, who: Who, person_id: UUID) -> Person:
    """Return a resident of the adviser's structures; raise MinorUnknown for anybody else."""
    person = queries.person(session, person_id)
    if person is None or not may_accompany(who, queries.structure_of(session, person_id)):
        raise MinorUnknown
    return person
