"""One request is one transaction: slots for all, no lie about a commit, and what outlives a refusal."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.db import connect, session_factory
from app.errors import Conflict
from app.main import create_app
from app.people.access import Anyone, Limits
from app.people.models import Limit as Counted
from app.people.models import Person
from app.people.rules import Limit
from app.settings import Settings
from app.web.deps import Now, Resources, UnitOfWork
from tests.conftest import MovingClock, make_resources
from tests.factories import make_person

POOL_SIZE = 3
# Twice the threads of a server: with as few as forty, threads that wait for a connection lock nobody out yet.
CLIENTS = 80
TRIES = Limit("tries", burst=CLIENTS, every_s=60)

probes = APIRouter()


class NotToday(Conflict):
    """The probe refuses after it wrote."""


@probes.get("/probes/slow")
def read_slowly(who: Anyone, session: UnitOfWork) -> str:
    assert who is None
    session.execute(text("select pg_sleep(0.01)"))
    return "read"


@probes.get("/probes/writes")
def write_in_a_read(who: Anyone, session: UnitOfWork, now: Now) -> None:
    assert who is None
    session.add(Person(given_name="X", family_name="Y", created_at=now))
    session.flush()


@probes.post("/probes/person")
def write_person(who: Anyone, session: UnitOfWork, now: Now) -> str:
    assert who is None
    session.add(Person(given_name="X", family_name="Y", created_at=now))
    return "written"


@probes.post("/probes/refused")
def refuse(who: Anyone, session: UnitOfWork, now: Now, limits: Limits) -> None:
    assert who is None
    session.add(Person(given_name="X", family_name="Y", created_at=now))
    session.flush()
    limits.admit((TRIES, "network"))
    raise NotToday


@pytest.fixture
def small_pool(committed: Engine) -> Iterator[Engine]:
    """Open few connections to a database of the test's own."""
    url = committed.url.render_as_string(hide_password=False)
    engine = connect(url, pool_size=POOL_SIZE)
    yield engine
    engine.dispose()


@pytest.fixture
def resources(settings: Settings, clock: MovingClock, small_pool: Engine) -> Iterator[Resources]:
    """Share the few connections, and one more for short units."""
    few = settings.model_copy(update={"database_pool_size": POOL_SIZE})
    short = connect(small_pool.url.render_as_string(hide_password=False), pool_size=1)
    shared = make_resources(few, clock, session_factory(small_pool))
    object.__setattr__(shared, "short_sessions", session_factory(short))
    yield shared
    short.dispose()


@pytest.fixture
def probed(resources: Resources) -> FastAPI:
    """Add the probes to the application."""
    app = create_app(resources.settings, resources)
    app.include_router(probes)
    return app


@pytest.fixture
def visitor(probed: FastAPI) -> Iterator[TestClient]:
    """Open a browser on one event loop, as a server has, that is shown breakdowns."""
    with TestClient(probed, base_url="https://testserver", raise_server_exceptions=False) as visitor:
        yield visitor


def persons(sessions: sessionmaker[Session]) -> int:
    """Count the persons that were committed."""
    with sessions() as session:
        return len(session.scalars(select(Person.id)).all())


def test_eighty_clients_at_once_all_succeed_on_three_connections(visitor: TestClient) -> None:
    with ThreadPoolExecutor(CLIENTS) as crowd:
        asked = [crowd.submit(visitor.get, "/probes/slow") for _ in range(CLIENTS)]
        statuses = [answer.result().status_code for answer in asked]
    assert statuses == [200] * CLIENTS


def test_eighty_writers_at_once_all_write_on_three_connections(
    visitor: TestClient, resources: Resources
) -> None:
    with ThreadPoolExecutor(CLIENTS) as crowd:
        asked = [crowd.submit(visitor.post, "/probes/person") for _ in range(CLIENTS)]
        statuses = [answer.result().status_code for answer in asked]
    assert statuses == [200] * CLIENTS
    assert persons(resources.sessions) == CLIENTS


def test_a_commit_that_fails_never_answers_200(
    visitor: TestClient, resources: Resources, committed: Engine
) -> None:
    with committed.begin() as connection:
        connection.execute(
            text(
                "create function refuse() returns trigger language plpgsql as "
                "$$ begin raise exception 'refused at commit'; end $$"
            )
        )
        connection.execute(
            text(
                "create constraint trigger refuse after insert on people_person "
                "deferrable initially deferred for each row execute function refuse()"
            )
        )
    assert visitor.post("/probes/person").status_code == 500
    assert persons(resources.sessions) == 0


def test_a_page_that_only_reads_cannot_write(visitor: TestClient, resources: Resources) -> None:
    assert visitor.get("/probes/writes").status_code == 500
    assert persons(resources.sessions) == 0


def test_what_a_second_unit_wrote_is_kept_although_the_request_is_refused(
    visitor: TestClient, resources: Resources
) -> None:
    assert visitor.post("/probes/refused").status_code == 409
    assert persons(resources.sessions) == 0
    with resources.sessions() as session:
        assert session.scalars(select(Counted.key)).one().startswith("tries:")


def test_second_units_of_eighty_refused_requests_all_find_a_connection(visitor: TestClient) -> None:
    with ThreadPoolExecutor(CLIENTS) as crowd:
        asked = [crowd.submit(visitor.post, "/probes/refused") for _ in range(CLIENTS)]
        statuses = [answer.result().status_code for answer in asked]
    assert statuses == [409] * CLIENTS


def test_a_request_that_breaks_leaves_its_slot_to_others(visitor: TestClient, resources: Resources) -> None:
    for _ in range(2 * POOL_SIZE):
        assert visitor.get("/probes/writes").status_code == 500
    assert resources.slots.borrowed_tokens == 0
    assert visitor.get("/probes/slow").status_code == 200


def test_the_database_away_is_said_and_not_a_breakdown(settings: Settings, clock: MovingClock) -> None:
    away = session_factory(connect("postgresql+psycopg://nobody@127.0.0.1:1/none", pool_size=1))
    app = create_app(settings, make_resources(settings, clock, away))
    app.include_router(probes)
    answer = TestClient(app, base_url="https://testserver").post("/probes/person")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_a_failed_login_counts_although_its_request_writes_nothing(
    visitor: TestClient, resources: Resources
) -> None:
    with resources.sessions.begin() as session:
        email = make_person(session).email
    form = {"identifier": email, "password": "pas la bonne phrase"}
    assert visitor.post("/connexion", data=form).status_code == 422
    with resources.sessions() as session:
        limits = {key.partition(":")[0] for key in session.scalars(select(Counted.key))}
    assert limits == {
        "sign-in",
        "sign-in-account",
        "sign-in-account-network",
        "sign-in-network",
        "sign-in-network-tries",
    }
