"""Nobody sees what their role does not allow: every route for everybody who may ask, as the table says."""

import pytest
from fastapi import FastAPI
from httpx2 import Response

from tests.house.routes import addresses
from tests.matrix.asking import missing
from tests.matrix.bench import SetUp
from tests.matrix.table import ASKERS, OUTCOMES, TABLE, expected
from tests.matrix.world import PRIVATE

REFUSED = {403, 405, 409, 410}
# What one reads: pages, and the file of one's data, which is asked for by a write that is noted.
READS = ("GET ", "POST /moi/donnees.json")


def outcome_of(answer: Response) -> str:
    """Return the mark of the table for an answer, its status where the table has none."""
    status = answer.status_code
    if status in REFUSED:
        return "x"
    return {401: "?", 404: "."}.get(status, "+" if status < 400 else str(status))


def difference(table: dict[str, dict[str, str]], found: dict[str, str], asker: str) -> list[str]:
    """Say where the outcomes of one who asks are not those of the table."""
    return [
        f"{route}: {asker} {OUTCOMES[table[route][asker]]} in the table, and got {outcome}"
        for route, outcome in found.items()
        if table[route][asker] != outcome
    ]


def leaks(route: str, answer: Response, asker: str) -> list[str]:
    """Say what an answer gives to one who asks, of what is private to others."""
    body = "".join(answer.text.split())
    private = [word for word, readers in PRIVATE.items() if asker not in readers]
    return [f"{route}: {asker} reads {word}" for word in private if word in body]


def said(answer: Response) -> tuple[int, dict[str, object]]:
    """Return what a refusal says, without the address and the reference of the one request."""
    body = answer.json() if answer.status_code == 404 else {}
    return answer.status_code, {name: body[name] for name in body if name not in ("instance", "request_id")}


def test_every_address_is_in_the_table_and_no_other(app: FastAPI) -> None:
    routes = {f"{method} {found.path}" for found in addresses(app) for method in found.methods}
    assert routes ^ expected().keys() == set()


@pytest.mark.parametrize("asker", ASKERS.values())
def test_who_asks_gets_what_the_table_says_and_nothing_private_to_others(set_up: SetUp, asker: str) -> None:
    bench, table = set_up(asker), expected()
    answers = {route: bench.answer(route, bench.asking(route)) for route in table}
    found = {route: outcome_of(answer) for route, answer in answers.items()}
    assert difference(table, found, asker) == []
    assert [leak for route, answer in answers.items() for leak in leaks(route, answer, asker)] == []


@pytest.mark.parametrize(
    ("asker", "words"),
    [
        ("resident", {"aicha.privee@courrier.test", "2006-04-27", "messageprivé"}),
        ("adviser", {"0698765432", "Nomprivé", "27avril2006"}),
        ("recruiter", {"messageprivé"}),
    ],
)
def test_what_is_private_is_found_where_it_belongs(set_up: SetUp, asker: str, words: set[str]) -> None:
    bench, shown = set_up(asker), set()
    for route, outcomes in expected().items():
        if route.startswith(READS) and outcomes[asker] == "+":
            body = "".join(bench.answer(route, bench.asking(route)).text.split())
            shown |= {word for word in PRIVATE if word in body}
    assert words - shown == set()


@pytest.mark.parametrize("asker", ASKERS.values())
def test_what_is_hidden_answers_as_what_does_not_exist(set_up: SetUp, asker: str) -> None:
    bench, told_apart = set_up(asker), []
    for route, outcomes in expected().items():
        hidden = bench.asking(route)
        absent = missing(bench.world, hidden, route.partition(" ")[2])
        if outcomes[asker] == "." and absent and hidden.method != "HEAD":
            there, nowhere = bench.answer(route, hidden), bench.answer(route, absent)
            if said(there) != said(nowhere):
                told_apart.append(f"{route}: {said(there)} where nothing is: {said(nowhere)}")
    assert told_apart == []


def test_a_row_that_says_something_else_is_found() -> None:
    table = expected(f"{TABLE.splitlines()[1]}\nGET /moi ? ++ .. . .. . . ??\n")
    assert difference(table, {"GET /moi": "+"}, "resident") == []
    assert difference(table, {"GET /moi": "+"}, "recruiter") == [
        "GET /moi: recruiter does not exist for them in the table, and got +"
    ]


def test_a_page_that_tells_too_much_is_found() -> None:
    page = Response(200, text="<td>06 98 76 54 32</td>")
    assert leaks("GET /candidats", page, "recruiter") == ["GET /candidats: recruiter reads 0698765432"]
    assert leaks("GET /relecture", page, "adviser") == []
