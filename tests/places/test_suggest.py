"""Suggestions of communes and jobs, from what is typed."""

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.places import queries
from app.places.service import (
    CommuneRow,
    JobRow,
    TitleRow,
    load_communes,
    load_jobs,
    load_titles,
)


@pytest.fixture(autouse=True)
def places(session: Session) -> None:
    """Load a handful of communes and jobs of our own."""
    load_communes(
        session,
        [
            CommuneRow("13055", "Marseille", "13", "13001", 43.3, 5.4),
            CommuneRow("60387", "Marseille-en-Beauvaisis", "60", "60690", 49.6, 1.9),
            CommuneRow("93066", "Saint-Denis", "93", "93200", 48.9, 2.4),
            CommuneRow("97411", "Saint-Denis", "974", "97400", -20.9, 55.4),
        ],
    )
    load_jobs(session, [JobRow("D1106", "Vente en alimentation"), JobRow("D1104", "Pâtisserie, confiserie")])
    load_titles(
        session,
        [
            TitleRow("Vendeur / Vendeuse en boulangerie", "D1106"),
            TitleRow("Vendeur / Vendeuse en fromagerie", "D1106"),
            TitleRow("Pâtissier / Pâtissière", "D1104"),
        ],
    )
    session.commit()


def test_the_exact_name_comes_before_longer_ones(session: Session) -> None:
    assert [place.insee for place in queries.communes_like(session, "marseille")] == ["13055", "60387"]


def test_a_postal_code_finds_its_commune(session: Session) -> None:
    assert [place.name for place in queries.communes_like(session, "93200")] == ["Saint-Denis"]


def test_a_department_chooses_among_communes_of_one_name(session: Session) -> None:
    assert [place.insee for place in queries.communes_like(session, "St Denis (974)")] == ["97411"]


def test_a_name_that_two_communes_share_means_both(session: Session) -> None:
    assert len(queries.communes_meant(session, "saint-denis")) == 2


def test_an_exact_name_means_that_commune_alone(session: Session) -> None:
    assert [place.insee for place in queries.communes_meant(session, "Marseille")] == ["13055"]


@pytest.mark.parametrize("typed", ["", "  ", "%", "zzz"])
def test_words_that_name_nothing_find_nothing(session: Session, typed: str) -> None:
    assert queries.communes_like(session, typed) == []
    assert queries.jobs_like(session, typed) == []


def test_every_typed_word_must_start_a_word_of_the_job(session: Session) -> None:
    assert [match.code for match in queries.jobs_like(session, "vendeuse boulan")] == ["D1106"]


def test_a_rome_code_finds_its_job(session: Session) -> None:
    assert {match.label for match in queries.jobs_like(session, "d1104")} == {"Pâtisserie, confiserie"}


def test_two_titles_of_one_job_mean_one_job(session: Session) -> None:
    assert [match.code for match in queries.jobs_meant(session, "vendeur")] == ["D1106"]


def test_jobs_that_share_the_beginning_of_a_word_come_near(session: Session) -> None:
    near = [match.code for match in queries.jobs_near(session, "vendeur de fromages, patisserie")]
    assert near == ["D1106", "D1104"]
    assert queries.jobs_near(session, "le ski zzzz") == []


def test_loading_again_replaces_and_does_not_double(session: Session) -> None:
    load_communes(session, [CommuneRow("93066", "Saint-Denis-Nouveau", "93", "93200", 48.9, 2.4)])
    session.expire_all()
    changed = queries.commune(session, "93066")
    assert changed is not None
    assert changed.folded == "saint denis nouveau"


def test_anyone_gets_suggestions_as_value_and_label(client: TestClient) -> None:
    communes = client.get("/lieux/communes", params={"q": "saint den"}).json()
    jobs = client.get("/lieux/metiers", params={"q": "patissiere"}).json()
    assert communes[0] == {"value": "93066", "label": "Saint-Denis (93)"}
    assert jobs == [{"value": "D1104", "label": "Pâtissier / Pâtissière – Pâtisserie, confiserie"}]
