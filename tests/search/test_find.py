"""What words find, in which order, page after page."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.places.models import JobTitle
from app.search.asking import Near, SearchQuery
from app.search.queries import around, find
from app.search.rules import SORTS
from app.search.service import remove
from tests.search.conftest import Publish, found

LILLE = (50.63, 3.06)


@pytest.mark.parametrize("words", ["motivé", "motivée", "motive", "MOTIVÉS"])
def test_inflections_and_accents_do_not_matter(session: Session, publish: Publish, words: str) -> None:
    profile_id = publish(texts=("Je suis très motivée.",))
    assert found(session, words) == [profile_id]


@pytest.mark.parametrize("words", ["electricien", "électricienne", "Electricienne batiment"])
def test_a_job_is_found_without_its_accents(session: Session, publish: Publish, words: str) -> None:
    profile_id = publish(rome=(("F1602", "Électricienne du bâtiment"),))
    assert found(session, words) == [profile_id]


@pytest.mark.parametrize("words", ["vendeuse en boulangerie", "patissier", "VENDEUR"])
def test_a_job_is_found_by_its_everyday_names(session: Session, publish: Publish, words: str) -> None:
    session.add(JobTitle(label="Pâtissier / Pâtissière", code="D1106"))
    session.flush()
    baker = publish(rome=(("D1106", "Vente en alimentation"),))
    publish(rome=(("F1602", "Électricité bâtiment"),))
    assert found(session, words) == [baker]


def test_the_name_of_the_job_ranks_above_an_everyday_name(
    session: Session, now: datetime, publish: Publish
) -> None:
    everyday = publish(rome=(("F1602", "Électricité bâtiment"),))
    named = publish(now - timedelta(days=9), rome=(("F9999", "Électricien"),))
    assert found(session, "électricienne") == [named, everyday]


@pytest.mark.parametrize("words", ["oeuvre", "œuvre", "chef-d’œuvre", "Chefs d'oeuvre"])
def test_ligatures_and_hyphens_do_not_matter(session: Session, publish: Publish, words: str) -> None:
    profile_id = publish(rome=(("F1702", "Chef d’œuvre"),))
    assert found(session, words) == [profile_id]


def test_a_word_with_a_hyphen_is_not_half_of_it(session: Session, publish: Publish) -> None:
    carer = publish(rome=(("J1501", "Aide-soignante"),))
    publish(rome=(("K1304", "Aide ménagère"),))
    assert found(session, "aide-soignant") == [carer]


def test_all_the_words_are_wanted(session: Session, publish: Publish) -> None:
    both = publish(texts=("motivée et ponctuelle",))
    publish(texts=("motivée",))
    assert found(session, "motivé ponctuel") == [both]


def test_a_removed_profile_is_gone_at_once(session: Session, publish: Publish) -> None:
    profile_id = publish(departments=("59",))
    remove(session, profile_id)
    assert found(session) == []


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("words", ["", "vente"])
def test_pages_follow_each_other_without_a_gap(
    session: Session, now: datetime, publish: Publish, sort: str, words: str
) -> None:
    ids = {
        publish(
            now - timedelta(minutes=number // 2),
            rome=(("D1106", "Vente en alimentation"),),
            zones=((50.63, 3.06 + number % 7 / 10, 90.0),),
            headline="Vente" if number % 3 else "",
        )
        for number in range(45)
    }
    seen: list[UUID] = []
    query = SearchQuery(words=words, sort=sort, near=Near(*LILLE, 20))
    while True:
        page = find(session, query)
        seen += page.ids
        if page.last is None:
            break
        query = SearchQuery(words=words, sort=sort, near=Near(*LILLE, 20), after=page.last)
    assert len(seen) == 45
    assert set(seen) == ids


def test_the_job_itself_ranks_above_a_word_said(session: Session, now: datetime, publish: Publish) -> None:
    said = publish(texts=("électricienne",))
    job = publish(now - timedelta(days=9), rome=(("F1602", "Électricienne du bâtiment"),))
    assert found(session, "électricienne") == [job, said]


def test_of_two_who_say_the_same_the_newer_ranks_first(
    session: Session, now: datetime, publish: Publish
) -> None:
    old = publish(now - timedelta(days=90), texts=("électricienne",))
    new = publish(texts=("électricienne",))
    assert found(session, "électricienne") == [new, old]


def test_sorted_by_date_a_word_said_comes_first_when_it_is_newer(
    session: Session, now: datetime, publish: Publish
) -> None:
    job = publish(now - timedelta(days=9), rome=(("F1602", "Électricienne du bâtiment"),))
    said = publish(texts=("électricienne",))
    assert found(session, "électricienne", sort="newest") == [said, job]


def test_the_nearest_of_all_work_zones_counts(session: Session, publish: Publish) -> None:
    far = publish(zones=((50.29, 2.77, 50.0),))
    near = publish(zones=((43.3, 5.37, 5.0), (50.64, 3.06, 5.0)))
    middle = publish(zones=((50.72, 3.16, 10.0),))
    assert found(session, near=Near(*LILLE, 20), sort="nearest") == [near, middle, far]


def test_a_result_knows_its_neighbours(session: Session, now: datetime, publish: Publish) -> None:
    first, second, third = (publish(now - timedelta(minutes=number)) for number in range(3))
    middle, last = (around(session, SearchQuery(), each) for each in (second, third))
    assert middle
    assert (middle.before, middle.after, middle.place, middle.total) == (first, third, 2, 3)
    assert last
    assert (last.before, last.after, last.place) == (second, None, 3)


def test_what_is_not_in_the_list_has_no_neighbours(session: Session, publish: Publish) -> None:
    profile_id = publish()
    assert around(session, SearchQuery(words="vente"), profile_id) is None


@pytest.mark.parametrize(
    "words",
    ["'", "a' | 'b", "\\", "!!", ":*", "& | !", "\x00" + "a", "خباز", "пекарь", "٣", "100%", "%(tags)s"],
)
def test_odd_words_are_words(session: Session, publish: Publish, words: str) -> None:
    publish()
    assert isinstance(found(session, words.replace("\x00", "")), list)


def test_no_search_is_ever_a_prepared_statement(session: Session, publish: Publish) -> None:
    publish(texts=("motivée",))
    for _ in range(12):
        found(session, "motivé", near=Near(*LILLE, 5))
    driver = session.connection().connection.driver_connection
    assert driver is not None
    kept = driver.execute("select statement from pg_prepared_statements", prepare=False).fetchall()
    assert [
        statement for (statement,) in kept if "search_profile" in statement and "select" in statement
    ] == []
