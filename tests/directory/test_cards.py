"""Somebody is said in the same words wherever a recruiter meets them: in a list, alone, kept, proposed."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from tests.conftest import START
from tests.directory.conftest import make_found
from tests.factories import make_favourite, make_need, make_need_proposal
from tests.reading import words_of


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-30, "Disponible tout de suite"),
        (0, "Disponible tout de suite"),
        (7, "Disponible le 30 novembre 2026"),
    ],
)
def test_when_somebody_is_free_is_said_alike_on_every_page(
    session: Session, recruiter: TestClient, marc: Person, days: int, words: str
) -> None:
    profile = make_found(session, "Vendeuse", available_on=START.date() + timedelta(days=days))
    make_favourite(session, profile, marc)
    need = make_need(session, marc)
    make_need_proposal(session, need, profile)
    for path in ("/candidats", f"/candidats/{profile.slug}", "/favoris", f"/besoins/{need.id}"):
        said = words_of(recruiter.get(path).text)
        assert "Vendeuse" in said
        assert words in said, path
