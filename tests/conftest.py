"""What every test may ask for: a real PostgreSQL, a clock moved by hand, the application, a browser."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from app.clock import Clock
from app.db import connect
from app.main import create_app
from app.people.access import SESSION_COOKIE
from app.people.models import Person, SignInSession
from app.people.sessions import open_session
from app.postgres import EmbeddedPostgres
from app.queue import ProgressFeed
from app.settings import Settings
from app.signing import derived_key, sign, token_sha256
from app.storage import LocalStorage, Storage
from app.tables import upgrade
from app.web.deps import Resources
from tests.gateway import ABSENT, Gateway, is_installed, shared
from tests.grouping import InGroups

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# How long an example takes says how busy the machine is, nothing of the code.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> InGroups:
    """Keep together, where there are several processes, what shares a costly service."""
    return InGroups(config, log)


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what now stands for good: thousands of tests and what they import."""
    gc.collect()
    gc.freeze()


class MovingClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        """Return the instant where the clock stands."""
        return self.instant

    def advance(self, **duration: float) -> datetime:
        """Move forward by `timedelta(**duration)` and return the new instant."""
        self.instant += timedelta(**duration)
        return self.instant


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """Start one real server a test process, without the safety that tests do not need."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def engine(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """Migrate the database that tests share, each in its own transaction."""
    engine = connect(postgres.url, pool_size=5)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Open sessions inside one transaction, rolled back after the test; commits are savepoints."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        transaction.rollback()


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Open one session of the test's own; what it flushes, the application sees."""
    with sessions() as session:
        yield session


@pytest.fixture
def committed(postgres: EmbeddedPostgres, engine: Engine) -> Iterator[Engine]:
    """Make a database of its own, for tests that need real commits and several connections."""
    engine.dispose()
    name = f"t{token_sha256(str(datetime.now(UTC)))[:8].hex()}"
    own = connect(postgres.create_database(name, template="visavis"), pool_size=20)
    yield own
    own.dispose()


@pytest.fixture(scope="session")
def session_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory that all processes of this test session see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def gateway(session_dir: Path) -> Iterator[Gateway]:
    """Use the real S3 of the session; what needs it is skipped, visibly, where it is not installed."""
    if not is_installed():
        pytest.skip(ABSENT)
    with shared(session_dir / "gateway") as found:
        yield found


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def now(clock: MovingClock) -> datetime:
    return clock.now()


@pytest.fixture(scope="session")
def usual_settings() -> Settings:
    """Read the settings of all tests once: the environment stays as it is."""
    return Settings(
        environment="test",
        public_url="https://testserver",
        secret_key=SecretStr("secret-des-tests"),
        video_min_s=1,
        second_factor="optional",
    )


@pytest.fixture
def settings(usual_settings: Settings, tmp_path: Path) -> Settings:
    return usual_settings.model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return LocalStorage.from_settings(settings)


def make_resources(settings: Settings, clock: Clock, sessions: sessionmaker[Session]) -> Resources:
    """Return resources that all draw on the given sessions."""
    return Resources(
        settings=settings,
        clock=clock,
        storage=LocalStorage.from_settings(settings),
        sessions=sessions,
        short_sessions=sessions,
        feed=ProgressFeed(""),
    )


@pytest.fixture(scope="session", autouse=True)
def one_loop() -> Iterator[None]:
    """Let all applications of a process answer in one loop, as a server does: a loop a request is costly."""
    with start_blocking_portal() as portal:
        TestClient.portal = portal
        yield
        TestClient.portal = None


@pytest.fixture
def app(settings: Settings, clock: MovingClock, sessions: sessionmaker[Session]) -> FastAPI:
    return create_app(settings, make_resources(settings, clock, sessions))


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """Open a browser that nobody is signed in with; it follows no redirect by itself."""
    return TestClient(app, base_url="https://testserver", follow_redirects=False)


SignIn = Callable[[Person], TestClient]


@pytest.fixture
def sign_in(app: FastAPI, session: Session, settings: Settings, clock: MovingClock) -> SignIn:
    """Return `sign_in(person)`: a browser of theirs, whose writes carry the page's token."""

    def signed_in(person: Person) -> TestClient:
        return open_browser(app, session, settings, person, clock.now())

    return signed_in


def open_browser(
    app: FastAPI, session: Session, settings: Settings, person: Person, now: datetime
) -> TestClient:
    """Return a browser of this person, whose writes carry the page's token."""
    token = open_session(session, person.id, "tests", now)
    session.commit()
    browser = TestClient(app, base_url="https://testserver", follow_redirects=False)
    browser.cookies.set(SESSION_COOKIE, token)
    browser.headers["X-CSRF-Token"] = page_token(session, settings, token)
    return browser


def page_token(session: Session, settings: Settings, token: str) -> str:
    """Return the token that the pages of a session carry."""
    found = session.scalars(select(SignInSession).filter_by(token_sha256=token_sha256(token))).one()
    return sign(derived_key(settings.secret_key, "csrf"), str(found.id))
