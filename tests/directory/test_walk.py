"""From one result to the next: the search stays in the address, and one comes back to where one was."""

import re
from html import unescape

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.search.rules import PAGE_SIZE
from tests.directory.conftest import BUILDING, make_found
from tests.directory.test_find import headlines
from tests.reading import words_of

COUNT = PAGE_SIZE + 2


@pytest.fixture
def slugs(session: Session) -> list[str]:
    """Publish a page of people and two, and somebody else; return their addresses, newest first."""
    made = [make_found(session, f"Vendeuse {number}", days_ago=number) for number in range(COUNT)]
    make_found(session, "Électricien", job=BUILDING)
    return [profile.slug for profile in made]


def link(page: str, rel: str) -> str:
    """Return where a link of the walk leads, empty without one."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def back(page: str) -> str:
    """Return where the list is."""
    found = re.search(r'class="back" href="([^"]+)"', page)
    assert found
    return unescape(found[1])


def test_profiles_follow_each_other_as_in_the_list_beyond_its_pages(
    recruiter: TestClient, slugs: list[str]
) -> None:
    address = f"/candidats/{slugs[0]}?mots=vente"
    walked = []
    while address:
        page = recruiter.get(address).text
        walked.append(address)
        address = link(page, "next")
    assert walked == [f"/candidats/{slug}?mots=vente" for slug in slugs]
    assert f"{COUNT} sur {COUNT}" in words_of(page)
    assert link(page, "prev") == walked[-2]


def test_one_comes_back_to_the_page_of_the_list_where_the_profile_stands(
    recruiter: TestClient, slugs: list[str]
) -> None:
    last = slugs[-1]
    to = back(recruiter.get(f"/candidats/{last}?mots=vente").text)
    assert to == f"/candidats?mots=vente&vers={last}#{last}"
    page = recruiter.get(to).text
    assert headlines(page) == [f"Vendeuse {COUNT - 2}", f"Vendeuse {COUNT - 1}"]
    assert f'id="{last}"' in page
    assert "de 21 à 22" in words_of(page)


def test_the_list_is_turned_back(recruiter: TestClient, slugs: list[str]) -> None:
    page = recruiter.get(f"/candidats?mots=vente&vers={slugs[-1]}").text
    previous = re.search(r'rel="prev"\s+href="([^"]+)"', page)
    assert previous
    assert headlines(recruiter.get(unescape(previous[1])).text) == [f"Vendeuse {n}" for n in range(PAGE_SIZE)]


def test_cards_keep_the_search_in_their_address(recruiter: TestClient, slugs: list[str]) -> None:
    assert f'href="/candidats/{slugs[0]}?mots=vente"' in recruiter.get("/candidats?mots=vente").text
    assert f'href="/candidats/{slugs[0]}?tri=recents"' in recruiter.get("/candidats").text


def test_whoever_came_otherwise_walks_nowhere(recruiter: TestClient, slugs: list[str]) -> None:
    page = recruiter.get(f"/candidats/{slugs[1]}").text
    assert (link(page, "next"), link(page, "prev"), back(page)) == ("", "", "/candidats")


def test_a_profile_that_the_search_does_not_find_leads_back_to_what_it_finds(
    recruiter: TestClient, slugs: list[str]
) -> None:
    page = recruiter.get(f"/candidats/{slugs[0]}?mots=electricite").text
    assert (link(page, "next"), back(page)) == ("", "/candidats?mots=electricite")
