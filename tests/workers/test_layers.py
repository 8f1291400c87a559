"""Which sandbox a worker works in: found by trying, told to the operator, refused where it is required."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.queue import layers_of_workers
from app.settings import Settings
from tests.workers.conftest import Send
from tests.workers.crew import ROOT, Crew
from workers import layers, transcode
from workers.desk import Desk, Running
from workers.layers import GotOut, candidates, grounds, reach
from workers.runner import ToolFailed
from workers.sandbox import FIRST, FIRST_LAYER, Sandbox, confine
from workers.transcode import Postponed

REFUSAL = "VISAVIS_SANDBOX=required : ni Landlock et seccomp"
REMEDY = "Tapez : sudo apt-get install bubblewrap"


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """Name a PATH where no program is: no trial can succeed there."""
    (tmp_path / "bin").mkdir()
    return str(tmp_path / "bin")


def started(module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start a module of the workers with these settings, and let it end by itself."""
    environment = os.environ | {"VISAVIS_ENVIRONMENT": "test"} | variables
    command = [sys.executable, "-m", module]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=100
    )


def test_every_way_out_of_the_first_layer_is_noticed(tmp_path: Path) -> None:
    with grounds(tmp_path) as here, socket.create_server(("127.0.0.1", 0)) as listener:
        confinement = confine(here.room, layers.CEILINGS, FIRST)
        with pytest.raises(ToolFailed) as read:
            layers.run_errands(confinement, here)
        with pytest.raises(ToolFailed) as written:
            layers.run_errands(confinement, replace(here, secret=here.secret.with_name("none")))
        assert (read.value.code, written.value.code) == (4, 5)
        with pytest.raises(GotOut, match="network"):
            layers.call_home(confinement, listener)


def test_a_sandbox_in_which_nothing_works_does_not_hold(tmp_path: Path) -> None:
    with grounds(tmp_path) as here:
        confinement = confine(here.room, layers.CEILINGS, FIRST)
        (here.room / "source").unlink()
        with pytest.raises(ToolFailed) as failed:
            layers.run_errands(confinement, here)
        assert failed.value.code == 3


def test_the_strongest_that_holds_is_reached_and_satisfies_who_requires_one(settings: Settings) -> None:
    reached = reach(settings)
    if reached == FIRST:
        pytest.skip("no sandbox holds on this machine")
    assert reached in list(candidates())
    assert reach(settings.model_copy(update={"sandbox": "required"})) == reached


def test_what_is_switched_off_is_not_even_tried(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    assert reach(settings.model_copy(update={"sandbox": "off"})) == FIRST
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_worker_that_requires_a_sandbox_does_not_start_without(nowhere: str) -> None:
    ended = started("workers", VISAVIS_SANDBOX="required", PATH=nowhere)
    assert ended.returncode == 1
    last_words = ended.stderr.splitlines()[-1]
    assert last_words.startswith(REFUSAL)
    assert REMEDY in last_words


def test_where_none_holds_the_first_layer_is_told(nowhere: str) -> None:
    ended = started("workers.layers", VISAVIS_SANDBOX="auto", PATH=nowhere)
    assert (ended.returncode, ended.stdout.strip()) == (0, FIRST_LAYER)
    assert "no sandbox beyond the first layer" in ended.stderr


def test_the_tools_of_a_job_run_in_the_sandbox_of_its_worker_whose_trouble_is_not_the_file_s(
    desk: Desk, send: Send, tmp_path: Path
) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: no' >&2\nexit 1\n", encoding="utf-8")
    refusing.chmod(0o755)
    video_id = send("small.mp4")
    with pytest.raises(Postponed):
        transcode.prepare(replace(desk, sandbox=Sandbox(bubblewrap=str(refusing))), video_id, Running())


def test_the_database_tells_what_the_connected_workers_reached(committed: Engine, settings: Settings) -> None:
    crew = Crew(committed, settings)

    def told() -> list[str]:
        with Session(committed) as session:
            return layers_of_workers(session)

    assert told() == []
    with crew.worker():
        crew.wait_until(lambda: told() != [])
        assert told() == [reach(settings).layer]
    crew.wait_until(lambda: told() == [])
