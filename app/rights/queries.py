"""Nouns of rights: everything that every room keeps about one person."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.contacts import queries as contacts
from app.evidence import queries as evidence
from app.people import queries as people
from app.profiles import queries as profiles
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
    "evidence": evidence.export_person,
}


def export_person(session: Session, person_id: UUID) -> dict[str, object]:
    """Return what each room keeps about a person, under the room's name."""
    return {room: export(session, person_id) for room, export in EXPORTS.items()}
