"""Commands that are told to stop take with them what they started, the embedded database first of all."""

import signal
import time
from pathlib import Path

import pytest

from app.cli.demo import free_port
from tests.cli.machine import LOOK_EVERY_S, PATIENCE_S, alive, await_listening, command


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of this file have their database, one after the other."""
    return tmp_path_factory.mktemp("stopped")


def test_the_web_takes_its_database_with_it(data_dir: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {"VISAVIS_DATA_DIR": str(data_dir)}
    with command(tmp_path / "log", environment, "web", "--port", str(port)) as web:
        await_listening(web, port)
        assert web.end(signal.SIGTERM)[0] == 0, web.said()
        assert not alive(data_dir)
        assert "Traceback" not in web.said()


def test_the_worker_of_a_terminal_that_is_closed_takes_its_database_with_it(
    data_dir: Path, tmp_path: Path
) -> None:
    with command(tmp_path / "log", {"VISAVIS_DATA_DIR": str(data_dir)}, "worker") as worker:
        worker.await_words("working on")
        assert worker.end(signal.SIGHUP)[0] == 0, worker.said()
        assert not alive(data_dir)


def test_a_command_stopped_while_its_database_is_made_leaves_none(tmp_path: Path) -> None:
    data_dir = tmp_path / "new"
    with command(tmp_path / "log", {"VISAVIS_DATA_DIR": str(data_dir)}, "migrate") as migrate:
        limit_s = time.monotonic() + PATIENCE_S
        while not (data_dir / "postgres" / "cluster.new").exists():
            assert time.monotonic() < limit_s
            time.sleep(LOOK_EVERY_S)
        assert migrate.end(signal.SIGTERM)[0] == 128 + signal.SIGTERM
        assert not alive(data_dir)
        assert "Traceback" not in migrate.said()
