"""The list is read page by page, without a gap, by cursors that nobody makes up."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Organisation
from tests.conftest import START
from tests.factories import make_partner
from tests.partners.conftest import MakeProgram, make_key, make_shared

PROFILES = "/api/v1/profiles"


def read_all(client: TestClient, limit: int) -> list[str]:
    """Follow the links of the list to its end."""
    found: list[str] = []
    address = f"{PROFILES}?limit={limit}"
    while address:
        answer = client.get(address)
        page = answer.json()
        assert len(page["data"]) <= limit
        assert page["has_more"] == (page["next_cursor"] is not None) == ("next" in answer.links)
        found += [profile["id"] for profile in page["data"]]
        address = answer.links.get("next", {}).get("url", "")
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_give_each_profile_once_the_longest_unchanged_first(
    session: Session, partner: Organisation, program: MakeProgram, limit: int
) -> None:
    # Three share an instant: the id parts them.
    ages = [3, 1, 2, 2, 2, 5, 4]
    made = [make_shared(session, partner, updated_at=START - timedelta(days=age)) for age in ages]
    expected = [str(one.id) for one in sorted(made, key=lambda one: (one.updated_at, one.id))]
    assert read_all(program(), limit) == expected


def test_a_profile_that_changes_while_one_reads_comes_again_and_none_is_skipped(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    made = [make_shared(session, partner, updated_at=START + timedelta(seconds=place)) for place in range(3)]
    client = program()
    first = client.get(f"{PROFILES}?limit=2").json()
    made[0].updated_at = START + timedelta(hours=1)
    session.commit()
    rest = client.get(PROFILES, params={"cursor": first["next_cursor"]}).json()
    assert [one["id"] for one in rest["data"]] == [str(made[2].id), str(made[0].id)]


def cursor_of(session: Session, partner: Organisation, client: TestClient) -> str:
    """Return a cursor that was given."""
    for _ in range(2):
        make_shared(session, partner)
    return str(client.get(f"{PROFILES}?limit=1").json()["next_cursor"])


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_cursor_that_was_tampered_with_is_a_bad_request(
    session: Session, partner: Organisation, program: MakeProgram, place: int
) -> None:
    client = program()
    letters = list(cursor_of(session, partner, client))
    # The sixth bit of a letter changes the bytes that it stands for, wherever it is.
    letters[place] = "A" if letters[place] != "A" else "g"
    answer = client.get(PROFILES, params={"cursor": "".join(letters)})
    assert answer.status_code == 400
    assert answer.json()["type"] == "https://testserver/problemes/curseur-invalide"


@pytest.mark.parametrize("cursor", ["", "abc", ".", "é.è"])
def test_a_cursor_of_ones_own_making_is_a_bad_request(program: MakeProgram, cursor: str) -> None:
    assert program().get(PROFILES, params={"cursor": cursor}).status_code == 400


def test_the_cursor_of_another_partner_is_a_bad_request(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    cursor = cursor_of(session, partner, program())
    other = make_partner(session, "Un autre")
    client = program(key=make_key(session, other))
    assert client.get(PROFILES, params={"cursor": cursor}).status_code == 400


@pytest.mark.parametrize(
    ("limit", "said"),
    [("0", "1 au moins."), ("101", "100 au plus."), ("dix", "Écrire un nombre."), ("-1", "1 au moins.")],
)
def test_a_limit_out_of_bounds_is_a_problem_that_names_it(
    program: MakeProgram, limit: str, said: str
) -> None:
    answer = program().get(PROFILES, params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "#/query/limit", "detail": said}]
