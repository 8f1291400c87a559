"""Nouns of rights: everything that every room keeps about one person, and the hold on all of it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.accompaniment import tasks
from app.contacts import queries as contacts
from app.directory import service as directory
from app.evidence import queries as evidence
from app.people import queries as people
from app.people.models import Person
from app.profiles import queries as profiles
from app.profiles.models import Profile
from app.uploads import queries as uploads
from app.videos import queries as videos
from app.viewing import queries as viewing

EXPORTS: Mapping[str, Callable[[Session, UUID], dict[str, object]]] = {
    "people": people.export_person,
    "profiles": profiles.export_person,
    "videos": videos.export_person,
    "uploads": uploads.export_person,
    "viewing": viewing.export_person,
    "contacts": contacts.export_person,
    "accompaniment": tasks.export_person,
    "directory": directory.export_person,
    "mail": mail.export_person,
    "evidence": evidence.export_person,
}


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what each room keeps about a person, under the room's name."""
    return {room: export(session, person_id) for room, export in EXPORTS.items()}


def hold(session: Session, person_id: UUID) -> None:
    """Wait for every row about a person that others are writing, and make later ones wait.

    A row that points to a profile or a person shares a lock on it until its transaction ends: what was not
    committed yet is seen once this returns.  The profile comes first, as for all who hold both.
    """
    session.execute(select(Profile.id).where(Profile.person_id == person_id).with_for_update())
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
