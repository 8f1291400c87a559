"""Pages of results turned back, and found again by one of their results."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.db import new_id
from app.search.asking import Near, SearchQuery
from app.search.queries import find
from app.search.rules import SORTS
from tests.search.conftest import Publish

LILLE = (50.63, 3.06)
COUNT = 45


@pytest.fixture(autouse=True)
def published(now: datetime, publish: Publish) -> None:
    """Publish more than two pages, some at the same instant."""
    for number in range(COUNT):
        publish(
            now - timedelta(minutes=number // 2),
            rome=(("D1106", "Vente en alimentation"),),
            zones=((50.63, 3.06 + number % 7 / 10, 90.0),),
        )


@pytest.mark.parametrize("sort", SORTS)
def test_a_page_turned_back_is_the_page_that_was_there(session: Session, sort: str) -> None:
    query = SearchQuery(words="vente", sort=sort, near=Near(*LILLE, 20))
    first = find(session, query)
    second = find(session, replace(query, after=first.last))
    third = find(session, replace(query, after=second.last))
    assert [page.place for page in (first, second, third)] == [1, 21, 41]
    assert [first.first, third.last] == [None, None]
    assert find(session, replace(query, before=third.first)).ids == second.ids
    assert find(session, replace(query, before=second.first)).ids == first.ids


def test_a_list_that_grew_at_its_head_is_turned_back_without_a_gap(
    session: Session, now: datetime, publish: Publish
) -> None:
    second = find(session, SearchQuery(after=find(session, SearchQuery()).last))
    newer = [publish(now + timedelta(hours=1)) for _ in range(3)]
    back = find(session, SearchQuery(before=second.first))
    assert back.place == 4
    assert len(back.ids) == 20
    assert set(find(session, SearchQuery(before=back.first)).ids) >= set(newer)


def test_the_page_of_a_result_is_found_again(session: Session) -> None:
    second = find(session, SearchQuery(after=find(session, SearchQuery()).last))
    for one in (second.ids[0], second.ids[-1]):
        assert find(session, SearchQuery(beside=one)).ids == second.ids
    assert find(session, SearchQuery(beside=new_id())).place == 1
