"""Verbs of accompaniment: invite a resident, open the profile of the account, correct a birth date."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accompaniment.rules import may_correct_birth
from app.errors import Conflict
from app.people import invitations
from app.people import service as people
from app.people.invitations import Invited
from app.people.models import Person
from app.people.rules import Who
from app.profiles import service as profiles
from app.profiles.models import Profile
from app.settings import Settings
from app.words import N_


class BirthDateInUse(Conflict):
    """Somebody is shown, or paused, because of the birth date that is known."""

    slug = "naissance-en-ligne"
    title = N_("La date de naissance ne change pas tant que le profil est en ligne")


def welcome(
    session: Session, who: Who, structure_id: UUID, invited: Invited, now: datetime, settings: Settings
) -> tuple[Person, str]:
    """Make a resident's account and profile, and return the person with the token of the invitation.

    Raise NobodyToInvite for a structure that is not the adviser's, EmailTaken.
    """
    person, token = invitations.invite(session, who, structure_id, invited, now, settings)
    profiles.start(session, person, structure_id, now)
    return person, token


def correct_birth(session: Session, person_id: UUID, born_on: date, today: date) -> None:
    """Write the right birth date of a resident; a review that is going on reaches its verdict by this one.

    Raise Invalid or BirthDateInUse.
    """
    profile = profiles.own(session, person_id, to_change=True)
    require_correctable(profile)
    people.correct_birth(session, person_id, born_on, today)


def require_correctable(profile: Profile) -> None:
    """Raise BirthDateInUse while somebody is shown because of the birth date that is known."""
    if not may_correct_birth(profile.state):
        raise BirthDateInUse(
            N_(
                "Le jeune retire d’abord son profil : il reviendra après une nouvelle "
                "relecture, à la bonne date."
            )
        )
