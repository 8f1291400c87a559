"""What recruiters find, and what nobody can."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.db import new_id
from app.places.models import Job, JobTitle
from app.search.queries import SearchQuery, find
from app.search.rules import SearchDocument, cell, cells
from app.search.service import index, remove


@pytest.fixture(autouse=True)
def jobs(session: Session) -> None:
    session.add(Job(code="F1602", label="Électricité bâtiment"))
    session.add(JobTitle(label="Électricienne du bâtiment", code="F1602"))
    session.flush()


def published(session: Session, now: datetime, **said: object) -> UUID:
    """Index a profile that says `said` and return its id."""
    profile_id = new_id()
    index(session, SearchDocument(profile_id=profile_id, updated_at=now, **({"headline": ""} | said)))  # type: ignore[arg-type]  # literal fields
    return profile_id


def found(session: Session, words: str = "", **filters: str) -> list[UUID]:
    return list(find(session, SearchQuery(words=words, **filters)).ids)  # type: ignore[arg-type]  # literal fields


@pytest.mark.parametrize("words", ["motivé", "motivée", "motive", "MOTIVÉS"])
def test_inflections_and_accents_do_not_matter(session: Session, now: datetime, words: str) -> None:
    profile_id = published(session, now, texts=("Je suis très motivée.",))
    assert found(session, words) == [profile_id]


@pytest.mark.parametrize("words", ["electricien", "électricienne", "Electricienne batiment"])
def test_a_job_is_found_without_its_accents(session: Session, now: datetime, words: str) -> None:
    profile_id = published(session, now, rome=(("F1602", "Électricienne du bâtiment"),))
    assert found(session, words) == [profile_id]


@pytest.mark.parametrize("words", ["19", "ans", "Roubaix", "Aïcha", "marocaine", "Alma"])
def test_what_was_spoken_of_oneself_cannot_be_searched(session: Session, now: datetime, words: str) -> None:
    published(
        session,
        now,
        headline="Aïcha, 19 ans",
        texts=("Moi c’est Aïcha, j’ai 19 ans, je viens de Roubaix, de l’Alma, d’une famille marocaine.",),
    )
    assert found(session, words) == []


def test_all_the_words_are_wanted(session: Session, now: datetime) -> None:
    both = published(session, now, texts=("motivée et ponctuelle",))
    published(session, now, texts=("motivée",))
    assert found(session, "motivé ponctuel") == [both]


def test_filters_narrow_by_contract_and_department(session: Session, now: datetime) -> None:
    north = published(session, now, contracts=("cdi",), departments=("59",))
    published(session, now, contracts=("cdd",), departments=("59",))
    published(session, now, contracts=("cdi",), departments=("93",))
    assert found(session, contract="cdi", department="59") == [north]


def test_a_removed_profile_is_gone_at_once(session: Session, now: datetime) -> None:
    profile_id = published(session, now, departments=("59",))
    remove(session, profile_id)
    assert found(session) == []


def test_pages_follow_each_other_without_a_gap(session: Session, now: datetime) -> None:
    ids = [published(session, now - timedelta(minutes=minute)) for minute in range(45)]
    seen: list[UUID] = []
    query = SearchQuery()
    while True:
        page = find(session, query)
        seen += page.ids
        if page.last is None:
            break
        query = SearchQuery(after=page.last)
    assert seen == ids


def test_the_job_itself_ranks_above_a_word_said(session: Session, now: datetime) -> None:
    said = published(session, now, texts=("électricienne",))
    job = published(session, now - timedelta(days=9), rome=(("F1602", "Électricienne du bâtiment"),))
    assert found(session, "électricienne") == [job, said]


@pytest.mark.parametrize(
    "words", ["'", "a' | 'b", "\\", "!!", ":*", "& | !", "\x00" + "a", "خباز", "пекарь", "٣"]
)
def test_odd_words_are_words(session: Session, now: datetime, words: str) -> None:
    published(session, now)
    assert isinstance(found(session, words.replace("\x00", "")), list)


@given(st.floats(42, 51), st.floats(-5, 8), st.floats(0, 100))
def test_the_cells_of_a_circle_hold_its_centre(latitude: float, longitude: float, radius_km: float) -> None:
    assert cell(latitude, longitude) in cells(latitude, longitude, radius_km)
