"""The real S3 of the tests serves all who want it, and outlives none of them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.machine import alive
from tests.gateway import ABSENT, answers, is_installed, shared

pytestmark = pytest.mark.skipif(not is_installed(), reason=ABSENT)
PATIENCE_S = 60.0
USER = """
import sys
from pathlib import Path
from tests.gateway import shared
with shared(Path(sys.argv[1])) as gateway:
    print(gateway.internal_url, flush=True)
    sys.stdin.read()
"""


def await_silence(folder: Path) -> None:
    """Wait until nothing runs for this folder any more."""
    limit_s = time.monotonic() + PATIENCE_S
    while left := alive(folder):
        assert time.monotonic() < limit_s, left
        time.sleep(0.05)


def test_who_comes_second_shares_the_gateway_and_the_last_to_go_ends_it(tmp_path: Path) -> None:
    folder = tmp_path / "gateway"
    with shared(folder) as first:
        with shared(folder) as second:
            assert second == first
        assert answers(first.internal_url)
        assert answers(first.public_url)
    await_silence(folder)
    assert {path.name for path in folder.iterdir()} == {"door", "users"}


def test_a_session_that_is_killed_leaves_no_gateway_behind(tmp_path: Path) -> None:
    folder = tmp_path / "gateway"
    command = [sys.executable, "-c", USER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout
        assert answers(user.stdout.readline().strip())
        os.kill(user.pid, signal.SIGKILL)
    await_silence(folder)
