"""Canaries: what gets out without a layer of the sandbox stays in with it, and ffmpeg still does its work."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from tests.media import Clips
from tests.workers.conftest import SHORT
from workers import runner
from workers.layers import landlock_version
from workers.pipeline import Work, check, ladder, listen, verify
from workers.runner import Interrupted, LaunchFailed, ToolEnded, ToolFailed, Watch
from workers.sandbox import FIRST, SOURCE, USER_ID, Ceilings, Confinement, Sandbox, confine, open_room
from workers.seccomp import program

ROOT = Path(__file__).parents[2]
CEILINGS = Ceilings(cpu_s=60, file_bytes=100_000_000)
CALLS = program(os.uname().machine)
WALLS = "landlock+seccomp"
NAMES = (WALLS, "bubblewrap", f"bubblewrap+{WALLS}")
TOOL_USER = USER_ID if os.geteuid() == 0 else os.geteuid()


def offered(name: str) -> Sandbox:
    """Return a sandbox of this machine; skip the test, and say why, where it has none."""
    bubblewrap = None
    if "bubblewrap" in name:
        bubblewrap = shutil.which("bwrap")
        if bubblewrap is None:
            pytest.skip("bubblewrap is not installed")
        tried = subprocess.run(
            [bubblewrap, "--unshare-pid", "--ro-bind", "/", "/", "true"], capture_output=True, check=False
        )
        if tried.returncode:
            pytest.skip(f"bubblewrap may not work here: {tried.stderr.decode().strip()}")
    if WALLS not in name:
        return Sandbox(bubblewrap=bubblewrap)
    if not landlock_version() or not CALLS:
        pytest.skip("this kernel has no Landlock, or this machine no filter")
    return Sandbox(landlock_version(), CALLS, bubblewrap)


@pytest.fixture(params=NAMES)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return offered(str(request.param))


@pytest.fixture
def outside() -> Iterator[Path]:
    """Open a directory to everybody: the layers alone are to refuse."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    source = tmp_path / "sent"
    source.write_bytes(b"film")
    open_room(tmp_path / "room", source)
    return tmp_path / "room"


Heard = Callable[..., str]
Bench = Callable[..., Work]


@pytest.fixture
def heard(room: Path) -> Heard:
    """Return `heard(sandbox, script, …)`: what a shell in the room wrote and was told."""

    def run(sandbox: Sandbox, script: str, *words: object) -> str:
        confinement = confine(room, CEILINGS, sandbox)
        command = ["sh", "-c", f"{{ {script}; }} 2>&1 || true", "sh", *map(str, words)]
        return bytes(runner.run(confinement, command, Watch(60.0, output_bytes=100_000)).output).decode()

    return run


def secret_in(outside: Path) -> Path:
    """Write what is nobody's business, readable by all."""
    secret = outside / "secret"
    secret.write_text("secret", encoding="utf-8")
    secret.chmod(0o644)
    return secret


def is_called(confinement: Confinement) -> bool:
    """Let ffmpeg call a listener of this machine, and tell whether it came through."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}?timeout=1000000"
        with pytest.raises(ToolEnded):
            runner.run(confinement, ["ffmpeg", "-nostdin", "-v", "error", "-i", address], Watch(60.0))
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


def test_without_a_layer_every_canary_gets_out(heard: Heard, room: Path, outside: Path) -> None:
    secret = secret_in(outside)
    assert heard(FIRST, 'cat "$1"', secret) == "secret"
    assert is_called(confine(room, CEILINGS, FIRST))
    heard(FIRST, 'echo out > "$1"; mkdir "$2"', outside / "written", outside / "made")
    assert {path.name for path in outside.iterdir()} == {"secret", "written", "made"}


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_secret_outside_is_not_read(heard: Heard, sandbox: Sandbox, outside: Path, mode: int) -> None:
    secret = secret_in(outside)
    secret.chmod(mode)
    assert "secret\n" not in heard(sandbox, 'cat "$1"; echo', secret)
    assert "root:" not in heard(sandbox, "cat /etc/passwd")
    assert "film" in heard(sandbox, "cat source")


def test_nobody_is_called(room: Path, sandbox: Sandbox) -> None:
    assert not is_called(confine(room, CEILINGS, sandbox))


def test_nothing_is_written_outside(heard: Heard, sandbox: Sandbox, outside: Path) -> None:
    kept = secret_in(outside)
    kept.chmod(0o666)
    heard(sandbox, 'echo out > "$1/written"; mkdir "$1/made"; ln source "$1/linked"', outside)
    heard(sandbox, 'echo out > "$1/secret"; rm "$1/secret"', outside)
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert kept.read_text(encoding="utf-8") == "secret"
    assert heard(sandbox, "echo in > own; mv own mine; cat mine; rm mine") == "in\n"


def test_what_landlock_does_not_look_at_stays_as_it_is(heard: Heard, outside: Path) -> None:
    sandbox = offered(WALLS)
    theirs = secret_in(outside)
    os.chown(theirs, TOOL_USER, TOOL_USER)
    script = 'chmod 600 "$1"; touch "$1"; truncate -s 1 "$1"'
    before = theirs.stat()
    heard(sandbox, script, theirs)
    assert theirs.stat() == before
    heard(FIRST, script, theirs)
    after = theirs.stat()
    assert (stat.S_IMODE(after.st_mode), after.st_size) == (0o600, 1)


def test_what_is_written_is_not_run(heard: Heard) -> None:
    script = "cp /usr/bin/true own && chmod 700 own && ./own && echo ran"
    assert "ran" in heard(FIRST, script)
    own = "cp /usr/bin/true other; ./other && echo ran; ./own && echo ran"
    said = heard(offered(WALLS), own)
    assert "ran" not in said
    assert said.count("Permission denied") == 2


def test_no_namespace_is_opened(heard: Heard) -> None:
    script = "unshare --user true && echo opened"
    if "opened" not in heard(FIRST, script):
        pytest.skip("nobody may open namespaces here anyway")
    assert "opened" not in heard(offered(WALLS), script)


@pytest.mark.parametrize("name", NAMES)
def test_no_signal_reaches_others(heard: Heard, name: str) -> None:
    sandbox = offered(name)
    if not sandbox.bubblewrap and sandbox.landlock < 6:
        pytest.skip("this Landlock does not look at signals")
    owner = USER_ID if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=owner, group=owner) as bystander:
        heard(sandbox, 'kill -KILL "$1"', bystander.pid)
        time.sleep(0.2)
        assert bystander.poll() is None
        heard(FIRST, 'kill -KILL "$1"', bystander.pid)
        assert bystander.wait(60) == -9


def test_in_bubblewrap_there_is_no_other_process_and_the_source_is_read_only(heard: Heard) -> None:
    sandbox = offered("bubblewrap")
    assert heard(sandbox, "cd /proc && echo [0-9]*").split() == ["1", "2"]
    assert "Read-only" in heard(sandbox, "echo mine > source")
    status = heard(sandbox, "cat /proc/self/status; id -u")
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert status.split()[-1] == str(TOOL_USER)


def test_a_link_that_one_tool_leaves_leads_the_next_one_nowhere(heard: Heard, outside: Path) -> None:
    secret = secret_in(outside)
    heard(FIRST, 'ln -s "$1" source2', secret)
    said = heard(offered("bubblewrap"), 'cat source2; cat "$1"', secret)
    assert said.count("No such file") == 2


@pytest.mark.parametrize("version", range(1, 8))
def test_an_older_landlock_reads_and_writes_no_more(heard: Heard, outside: Path, version: int) -> None:
    sandbox = offered(WALLS)
    if version > sandbox.landlock:
        pytest.skip(f"this kernel has Landlock {sandbox.landlock}")
    older = replace(sandbox, landlock=version)
    script = 'cat source > copy; cat copy "$1"; echo x > "$2"'
    said = heard(older, script, secret_in(outside), outside / "new")
    assert said.startswith("film")
    assert said.count("Permission denied") == 2


def test_a_landlock_that_this_kernel_does_not_know_starts_nothing(room: Path) -> None:
    sandbox = offered(WALLS)
    without = Sandbox(landlock=sandbox.landlock, calls=b"\0" * 8)  # no program ends so
    with pytest.raises(LaunchFailed, match="seccomp"):
        runner.run(confine(room, CEILINGS, without), ["true"], Watch(60.0))


@pytest.mark.parametrize("name", ["SEGV", "XCPU", "ABRT"])
def test_a_tool_that_a_file_crashed_says_so_from_inside(room: Path, sandbox: Sandbox, name: str) -> None:
    with pytest.raises(ToolFailed) as failed:
        runner.run(confine(room, CEILINGS, sandbox), ["sh", "-c", f"kill -{name} $$"], Watch(60.0))
    assert (failed.value.code or 0) < 0


def test_trouble_of_bubblewrap_says_nothing_of_the_file(room: Path) -> None:
    confinement = confine(room, CEILINGS, offered("bubblewrap"))
    first, *others = confinement.prefix
    broken = replace(confinement, prefix=(first, "--bind", "/nowhere", "/nowhere", *others))
    with pytest.raises(LaunchFailed, match="nowhere"):
        runner.run(broken, ["true"], Watch(60.0))


def made(work: Work) -> dict[str, bytes]:
    """Take every step and give what can be shipped."""
    probe = check(work)
    result = verify(work, probe, ladder(work, probe, listen(work, probe)))
    return {file.name: (work.room / file.name).read_bytes() for file in result.files}


@pytest.fixture(scope="module")
def bare_ladder(clips: Clips, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Make the ladder in the first layer alone."""
    return made(Work((clips["talk.mp4"],), tmp_path_factory.mktemp("bare") / "room", SHORT))


def test_the_whole_ladder_is_made_inside_byte_for_byte(
    bench: Bench, sandbox: Sandbox, bare_ladder: dict[str, bytes]
) -> None:
    assert {"720p.mp4", "360p.mp4", "audio.mp4", "poster.jpg", "video.mp4"} <= bare_ladder.keys()
    assert made(replace(bench("talk.mp4"), sandbox=sandbox)) == bare_ladder


PARENT = """
import sys
from pathlib import Path
from tests.workers.test_sandbox import CEILINGS, offered
from workers import runner
from workers.sandbox import confine
room, name, mark = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
script = "touch begun; while :; do sleep 0.1; done"
runner.run(confine(room, CEILINGS, offered(name)), ["sh", "-c", script, mark], runner.Watch(60.0))
"""


def marked(mark: str) -> list[int]:
    """Return the processes that have a mark in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:  # it ended just now
            continue
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_tool_outlives_a_killed_worker(room: Path, name: str) -> None:
    offered(name)
    mark = f"orphan-{uuid4()}"
    with subprocess.Popen([sys.executable, "-c", PARENT, room, name, mark], cwd=ROOT) as worker:
        while not (room / "begun").exists():
            time.sleep(0.02)
        assert len(marked(mark)) > 1
        worker.kill()
    while marked(mark):  # the timeout of the test is the limit
        time.sleep(0.02)


def test_nobody_writes_any_more_once_a_tool_was_stopped(room: Path, sandbox: Sandbox) -> None:
    mark = f"stopped-{uuid4()}"
    script = "trap '' TERM; touch begun; while :; do echo x >> log; done"
    watch = Watch(60.0, should_abort=(room / "begun").exists, grace_s=0.3)
    with pytest.raises(Interrupted):
        runner.run(confine(room, CEILINGS, sandbox), ["sh", "-c", script, mark], watch)
    assert marked(mark) == []


def test_several_takes_lie_in_the_room_of_bubblewrap(tmp_path: Path) -> None:
    takes = []
    for content in ("one", "two"):
        takes.append(tmp_path / content)
        takes[-1].write_text(content, encoding="utf-8")
    open_room(tmp_path / "shared", *takes)
    confinement = confine(tmp_path / "shared", CEILINGS, offered("bubblewrap"))
    outcome = runner.run(confinement, ["cat", SOURCE, f"{SOURCE}2"], Watch(60.0, output_bytes=100))
    assert outcome.output == b"onetwo"
