"""Whoever is settled is found as whoever is fresh, and whatever they say now."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.search.asking import Near, SearchQuery
from app.search.models import Posting, SearchProfile
from app.search.postings import BLOCK_PLACES, FIRST_BLOCKS
from app.search.private import PRIVATE
from app.search.queries import begun, find, page_of, rows_of
from app.search.rules import CANDIDATES_MAX, FRESH, SearchDocument
from app.search.service import index, remove
from app.search.settling import settle
from tests.search.conftest import Publish, found

LILLE, ROUBAIX = (50.63, 3.06), (50.69, 3.18)


def place_of(session: Session, profile_id: UUID) -> int:
    """Return the place of a profile, as the database has it."""
    return session.scalars(select(SearchProfile.place).where(SearchProfile.profile_id == profile_id)).one()


def start_at(session: Session, place: int) -> None:
    """Let the next place be this one."""
    session.execute(text("select setval('search_place', :place, false)"), {"place": place})


def test_fresh_and_settled_profiles_are_one_list(session: Session, now: datetime, publish: Publish) -> None:
    old, new = (publish(now - timedelta(days=days), contracts=("cdi",)) for days in (2, 1))
    assert settle(session, fewest=1) == 2
    fresh = publish(now, contracts=("cdi",))
    other = publish(now, contracts=("cdd",))
    assert found(session, contract="cdi") == [fresh, new, old]
    assert found(session, contract="cdd") == [other]
    assert found(session)[2:] == [new, old]


def test_words_find_the_settled(session: Session, publish: Publish) -> None:
    motivated = publish(texts=("Je suis très motivée.",), departments=("59",))
    publish(texts=("ponctuelle",), departments=("59",))
    settle(session, fewest=1)
    assert found(session, "motivé", department="59") == [motivated]
    assert found(session, "œuvre motivé") == []


def test_a_settled_profile_is_found_by_what_it_says_now(
    session: Session, now: datetime, publish: Publish
) -> None:
    profile_id = publish(contracts=("cdi",))
    settle(session, fewest=1)
    index(session, SearchDocument(profile_id=profile_id, updated_at=now, headline="", contracts=("cdd",)))
    assert (found(session, contract="cdi"), found(session, contract="cdd")) == ([], [profile_id])
    assert settle(session, fewest=1) == 1
    assert (found(session, contract="cdi"), found(session, contract="cdd")) == ([], [profile_id])


def test_who_is_removed_is_gone_from_the_lists_at_once(session: Session, publish: Publish) -> None:
    gone, stays = publish(departments=("59",)), publish(departments=("59",))
    settle(session, fewest=1)
    remove(session, gone)
    assert found(session, department="59") == [stays]


def test_a_place_is_never_given_twice(session: Session, now: datetime, publish: Publish) -> None:
    publish(now - timedelta(days=2), contracts=("cdi",))
    gone = publish(now - timedelta(days=1), contracts=("cdi",))
    settle(session, fewest=1)
    taken = place_of(session, gone)
    remove(session, gone)
    other = publish(now, contracts=("cdd",))
    settle(session, fewest=1)
    assert place_of(session, other) > taken
    assert other not in found(session, contract="cdi")


def test_who_is_settled_while_a_search_runs_is_not_missed(
    session: Session, now: datetime, publish: Publish
) -> None:
    query = SearchQuery(contract="cdi")
    first = publish(now - timedelta(days=1), contracts=("cdi",))
    settle(session, fewest=1)
    second = publish(now, contracts=("cdi",))
    _, search = begun(session, query)
    search.walk.newest(1)
    settle(session, fewest=1)
    assert list(page_of(session, rows_of(session, search)).ids) == [second, first]


def test_older_blocks_are_read_where_the_newest_do_not_do(
    session: Session, now: datetime, publish: Publish
) -> None:
    start_at(session, BLOCK_PLACES - 1)
    ids = [publish(now - timedelta(days=9 - number), rome=(("F1602", "Maçon"),)) for number in range(3)]
    settle(session, fewest=1)
    start_at(session, BLOCK_PLACES * (FIRST_BLOCKS + 2))
    ids.append(publish(now, rome=(("F1602", "Maçon"),)))
    settle(session, fewest=1)
    assert {place_of(session, each) // BLOCK_PLACES for each in ids} == {0, 1, FIRST_BLOCKS + 2}
    assert found(session, rome="F1602") == ids[::-1]


def test_of_the_thousand_newest_none_is_too_far(session: Session, now: datetime, publish: Publish) -> None:
    """The lists know squares alone: whoever they name in vain makes room for another."""
    near = publish(now - timedelta(days=9), zones=((*LILLE, 1.0),))
    row = session.get_one(SearchProfile, publish(now, zones=((*ROUBAIX, 1.0),)))
    session.flush()
    copied = (
        "insert into search_profile (profile_id, updated_at, zones, cells, tags, tsv, tag_numbers)"
        " select gen_random_uuid(), updated_at, zones, cells, tags, tsv, tag_numbers"
        " from search_profile, generate_series(1, :count) where profile_id = :id"
    )
    session.execute(text(copied), {"count": 2 * CANDIDATES_MAX + 10, "id": row.profile_id})
    settle(session, fewest=1)
    assert found(session, near=Near(*LILLE, 2.0)) == [near]


def test_a_few_fresh_profiles_are_left_alone(session: Session, now: datetime, publish: Publish) -> None:
    publish(now - timedelta(days=1))
    settle(session)
    fresh = publish(now)
    assert settle(session, fewest=2) == 0
    assert place_of(session, fresh) == FRESH


def test_who_is_older_than_the_settled_stays_fresh_until_all_are_settled_anew(
    session: Session, now: datetime, publish: Publish
) -> None:
    new = publish(now, contracts=("cdi",))
    settle(session, fewest=1)
    old = publish(now - timedelta(days=9), contracts=("cdi",))
    assert settle(session, fewest=1) == 0
    assert found(session, contract="cdi") == [new, old]
    assert settle(session, fewest=1, late_max=0) == 2
    assert place_of(session, old) < place_of(session, new) < FRESH
    assert found(session, contract="cdi") == [new, old]


def test_the_newest_thousand_are_those_of_all(session: Session, now: datetime, publish: Publish) -> None:
    for number in range(12):
        publish(now - timedelta(days=number % 5, minutes=number), contracts=("cdi",))
        if number % 3 == 0:
            settle(session, fewest=1)
    page = find(session, SearchQuery(contract="cdi"))
    times = dict(session.execute(select(SearchProfile.profile_id, SearchProfile.updated_at)).all())
    assert [times[each] for each in page.ids] == sorted(times.values(), reverse=True)


def test_no_list_is_of_who_somebody_is(session: Session, publish: Publish) -> None:
    publish(texts=(PRIVATE,), headline=PRIVATE, skills=(PRIVATE,))
    publish(contracts=("cdi",), zones=((*LILLE, 1.0),), texts=("motivée",))
    settle(session, fewest=1)
    terms = set(session.scalars(select(Posting.term)))
    assert {term.partition(":")[0] for term in terms} == {"contract", "available", "cell", "word"}
    assert {term for term in terms if term.startswith("word:")} == {"word:motiv"}
