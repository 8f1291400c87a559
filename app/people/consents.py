"""Agreements: given to a versioned text, withdrawn as easily, and asked for before anything is shown."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import queue
from app.errors import Conflict, NotFound
from app.people import queries
from app.people.models import Consent
from app.people.queries import Agreeing
from app.people.rules import CONSENT_VERSION, VIDEO_AGE, age, is_minor
from app.words import N_

SPOKEN_OR_SEEN = frozenset({"image_and_voice", "voice"})


class ConsentMissing(Conflict):
    """The person has not agreed, or not to the current text, or has withdrawn."""

    slug = "accord-manquant"
    title = N_("Il faut d’abord ton accord")


class GuardianNeeded(Conflict):
    """The person is under 18, or of unknown age: a guardian's signed authorisation is needed."""

    slug = "accord-du-responsable"
    title = N_("Il faut l’accord de ton parent ou responsable")


class TooYoung(Conflict):
    """Nobody under 15 is filmed or recorded."""

    slug = "trop-jeune"
    title = N_("La vidéo et la voix, c’est à partir de 15 ans")


class PartnerUnknown(NotFound):
    """The partner does not exist, or is not verified."""


@dataclass(frozen=True)
class NewConsent:
    """An agreement to the current text: `by` whom, `how` (page, paper…), to which partner if to one."""

    person_id: UUID
    kind: str
    by: UUID
    how: str
    partner_id: UUID | None = None


def give(session: Session, consent: NewConsent, now: datetime) -> Consent:
    """Note an agreement; one that stands already is returned as it is.

    Raise TooYoung, GuardianNeeded or PartnerUnknown.
    """
    known = queries.agreeing(session, consent.person_id)
    require_age(known, consent.kind, now.date())
    if (consent.kind == "partner") != (consent.partner_id is not None):
        raise PartnerUnknown
    if consent.partner_id and consent.partner_id not in {found.id for found in queries.partners(session)}:
        raise PartnerUnknown
    given = session.scalar(
        select(Consent).where(
            Consent.person_id == consent.person_id,
            Consent.kind == consent.kind,
            Consent.partner_id.is_not_distinct_from(consent.partner_id),
            queries.stands(),
        )
    )
    if given is None:
        given = Consent(
            person_id=consent.person_id,
            kind=consent.kind,
            text_version=CONSENT_VERSION,
            partner_id=consent.partner_id,
            given_at=now,
            given_by=consent.by,
            given_how=consent.how,
        )
        session.add(given)
        session.flush()
    return given


def withdraw(
    session: Session, person_id: UUID, kind: str, by: UUID, now: datetime, partner_id: UUID | None = None
) -> bool:
    """End an agreement, to whatever version of its text, and announce it with the person's id.

    Return whether there was one to end.
    """
    end = (
        update(Consent)
        .where(Consent.person_id == person_id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
        .where(Consent.partner_id.is_not_distinct_from(partner_id))
        .values(withdrawn_at=now, withdrawn_by=by)
        .returning(Consent.id)
    )
    ended = session.scalars(end).all()
    if ended:
        queue.announce(session, "consent.withdrawn", person_id)
    return bool(ended)


def require_agreement(session: Session, person_id: UUID, kind: str, today: date) -> None:
    """Raise TooYoung, GuardianNeeded or ConsentMissing unless the person may and does agree to `kind`."""
    require_one_of(session, person_id, frozenset({kind}), today)


def require_one_of(
    session: Session, person_id: UUID, kinds: frozenset[str], today: date, *, alone: bool = False
) -> None:
    """Raise TooYoung, GuardianNeeded or ConsentMissing unless they may agree to all of it, and do to some.

    Who asks `alone` has the person's turn until the transaction ends.
    """
    known = queries.agreeing(session, person_id, alone=alone)
    for kind in kinds:
        require_age(known, kind, today)
    if kinds.isdisjoint(known.kinds):
        raise ConsentMissing(
            N_("Va sur la page « Mon accord » : tu peux le donner, et le retirer quand tu veux.")
        )


def barrier(session: Session, person_id: UUID, kind: str, today: date) -> TooYoung | GuardianNeeded | None:
    """Return why somebody may not agree to `kind` now because of their age, None when they may."""
    return barrier_of(queries.agreeing(session, person_id), kind, today)


def barrier_of(known: Agreeing, kind: str, today: date) -> TooYoung | GuardianNeeded | None:
    """Return why the age of somebody of whom this is known forbids `kind`, None when it does not."""
    try:
        require_age(known, kind, today)
    except (TooYoung, GuardianNeeded) as refusal:
        return refusal
    return None


def require_age(known: Agreeing, kind: str, today: date) -> None:
    """Raise TooYoung or GuardianNeeded unless somebody of that age may agree, alone or with a guardian.

    Source: service-public.fr, droit à l’image d’un mineur (both holders of parental authority agree).
    """
    born_on = known.born_on
    if born_on and kind in SPOKEN_OR_SEEN and age(born_on, today) < VIDEO_AGE:
        raise TooYoung(N_("Tu peux préparer ton profil et ton texte avec la personne qui t’accompagne."))
    if born_on is None:
        raise GuardianNeeded(
            N_("On ne connaît pas ta date de naissance. Demande à la personne qui t’accompagne de l’ajouter.")
        )
    if is_minor(born_on, today) and not known.is_authorised:
        raise GuardianNeeded(
            N_(
                "Tu as moins de 18 ans : prépare ton profil et ton texte dès maintenant. Pour envoyer ou "
                "publier, il faudra une autorisation signée : parles-en avec la personne qui t’accompagne."
            )
        )
