"""Verbs of accompaniment: invite a resident, and open the profile that goes with the account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.people import invitations
from app.people.invitations import Invited
from app.people.models import Person
from app.people.rules import Who
from app.profiles import service as profiles
from app.settings import Settings


def welcome(
    session: Session, who: Who, structure_id: UUID, invited: Invited, now: datetime, settings: Settings
) -> tuple[Person, str]:
    """Make a resident's account and profile, and return the person with the token of the invitation.

    Raise NobodyToInvite for a structure that is not the adviser's, EmailTaken.
    """
    person, token = invitations.invite(session, who, structure_id, invited, now, settings)
    profiles.start(session, person, structure_id, now)
    return person, token
