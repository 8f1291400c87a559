"""One product that the tests of the console command share: started where nothing is, then again for good."""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from httpx2 import Client, get
from sqlalchemy.orm import Session

from app.cli.demo import free_port
from app.people.access import SESSION_COOKIE
from app.people.sessions import open_session
from tests.cli.machine import PATIENCE_S, alive, command, database
from tests.factories import make_resident, make_video

AWAY = timedelta(hours=1)
OPEN = "Vis-à-vis est ouvert"
# Films that no worker can make anything of, at once.
NO_CAMERA = '#!/bin/sh\nfor last; do :; done\ncase "$last" in *.mp4) echo rien > "$last" ;; esac\n'


@dataclass(frozen=True)
class Product:
    """Where the product keeps everything, and where it answers."""

    data_dir: Path
    port: int

    @property
    def url(self) -> str:
        """The address of its pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What its commands are told."""
        return {"VISAVIS_DATA_DIR": str(self.data_dir), "PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True)
class Life:
    """What was seen of one start, from the first words to what was left."""

    said: str
    home: int
    exit_code: int
    stopped_in_s: float
    left: list[str]


def waiting_resident(data_dir: Path) -> tuple[str, UUID]:
    """Make somebody whose video is being prepared for ever; return their session and the video."""
    with database(data_dir) as engine, Session(engine) as session:
        person = make_resident(session)
        video = make_video(session, person, ready=False, heartbeat_at=datetime.now(UTC) + AWAY)
        token = open_session(session, person.id, "tests", datetime.now(UTC))
        session.commit()
        return token, video.id


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    return Product(tmp_path_factory.mktemp("product"), free_port())


@pytest.fixture(scope="session")
def first_life(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Start from nothing where no video can be made, open a page that follows one, press Ctrl-C."""
    folder = tmp_path_factory.mktemp("first")
    camera = folder / "ffmpeg"
    camera.write_text(NO_CAMERA)
    camera.chmod(0o755)
    blind = product.environment | {"PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin"}
    with command(folder / "log", blind, "run", "--port", str(product.port)) as run:
        run.await_words("La démonstration est incomplète")
        home = get(product.url, timeout=PATIENCE_S).status_code
        token, video_id = waiting_resident(product.data_dir)
        address = f"{product.url}/moi/video/{video_id}/progression"
        headers = {"Cookie": f"{SESSION_COOKIE}={token}"}
        with Client(headers=headers, timeout=PATIENCE_S) as browser, browser.stream("GET", address) as news:
            lines = news.iter_lines()  # whose end would be the stream's
            assert next(lines).startswith("data:")
            exit_code, stopped_in_s = run.end(signal.SIGINT)
        return Life(run.said(), home, exit_code, stopped_in_s, alive(product.data_dir))


@pytest.fixture(scope="session")
def opened_in_s(
    product: Product, first_life: Life, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[float]:
    """Start a second time, over what the first left, for all other tests; yield how long it took to open."""
    assert not first_life.left
    started_at_s = time.monotonic()
    log = tmp_path_factory.mktemp("second") / "log"
    with command(log, product.environment, "run", "--sans-demo", "--port", str(product.port)) as run:
        run.await_words(OPEN)
        yield time.monotonic() - started_at_s


@pytest.fixture(scope="session")
def service(product: Product, opened_in_s: float) -> str:
    """Have the product run, and give its address."""
    assert opened_in_s
    return product.url
