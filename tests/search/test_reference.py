"""Every search finds whom reading all rows one by one finds, counts them, and counts what they have."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.search.asking import Near, SearchQuery
from app.search.facets import facets
from app.search.queries import find
from app.search.rules import PAGE_SIZE, SearchDocument, available_tags, language_tags, tags
from app.search.service import index
from benchmarks.globe import distance_km

LILLE, ROUBAIX, PARIS = (50.63, 3.06), (50.69, 3.18), (48.86, 2.34)
LETTERS = ("cdi", "cdd", "interim")
QUERIES = (
    SearchQuery(),
    SearchQuery("motivé"),
    SearchQuery(contract="cdi"),
    SearchQuery(contract="cdi", department="59"),
    SearchQuery("motivée", contract="cdi", department="59"),
    SearchQuery(near=Near(*LILLE, 10)),
    SearchQuery("motivé", near=Near(*PARIS, 5)),
    SearchQuery(near=Near(*ROUBAIX), contract="cdd"),
    SearchQuery(language="anglais", language_level="B1"),
    SearchQuery(available_by=date(2026, 12, 15), competences=("teamwork",)),
    SearchQuery(rome="D1106", sector="D", available_by=date(2027, 1, 31)),
)


def some_document(chance: Random, number: int, now: datetime) -> SearchDocument:
    """Make somebody up."""
    return SearchDocument(
        profile_id=UUID(int=chance.getrandbits(100)),
        updated_at=now - timedelta(hours=number),
        headline=chance.choice(("Motivée", "Ponctuel")),
        rome=((chance.choice(("D1106", "F1602")), "Vente"),),
        contracts=tuple(chance.sample(LETTERS, chance.randint(1, 3))),
        departments=(chance.choice(("59", "75")),),
        competences=(("teamwork", "Travailler en équipe"),) if chance.random() < 0.5 else (),
        languages=(("Anglais", chance.choice(("A1", "B1", "C2"))),),
        zones=tuple((*place, chance.choice((5.0, 20.0))) for place in chance.sample((LILLE, PARIS), 1)),
        available_on=chance.choice((None, date(2026, 12, chance.randint(1, 31)), date(2027, 1, 1))),
    )


def passes(document: SearchDocument, query: SearchQuery) -> bool:
    """Tell whether somebody is looked for, from what they say."""
    carried = set(tags(document))
    near = query.near
    return (
        (not query.words or document.headline == "Motivée")
        and (not query.rome or f"rome:{query.rome}" in carried)
        and (not query.sector or f"sector:{query.sector}" in carried)
        and (not query.contract or query.contract in document.contracts)
        and (not query.department or query.department in document.departments)
        and set(query.competences) <= {key for key, _ in document.competences}
        and (not query.language or bool(carried & set(language_tags(query.language, query.language_level))))
        and (not query.available_by or bool(carried & set(available_tags(query.available_by))))
        and (
            near is None
            or any(
                distance_km(near.latitude, near.longitude, latitude, longitude) <= radius_km + near.radius_km
                for latitude, longitude, radius_km in document.zones
            )
        )
    )


@pytest.fixture
def crowd(session: Session, now: datetime) -> list[SearchDocument]:
    """Publish a crowd, and return it, the newest first."""
    chance = Random(28)  # noqa: S311 - the same crowd every time
    documents = [some_document(chance, number, now) for number in range(90)]
    for document in documents:
        index(session, document)
    return documents


def test_a_search_finds_whom_reading_everybody_finds(session: Session, crowd: list[SearchDocument]) -> None:
    for query in QUERIES:
        expected = [document for document in crowd if passes(document, query)]
        page = find(session, query)
        counted = Counter(tag for document in expected for tag in tags(document))
        assert expected, query
        assert (page.total, page.facets) == (len(expected), facets(counted.items())), query
        if not query.words:
            assert list(page.ids) == [document.profile_id for document in expected[:PAGE_SIZE]], query
