"""How a tool is run: its progress, its last words, its limits, its end."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers import runner
from workers.runner import Interrupted, LaunchFailed, Outcome, ToolCutShort, ToolFailed, Watch
from workers.sandbox import USER_ID, Ceilings, Confinement, ToolMissing, confine, open_room

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
PATIENT = Watch(wall_s=60.0)
ENDLESS = ["sh", "-c", "while :; do sleep 0.05; done"]


@pytest.fixture
def confinement(tmp_path: Path) -> Confinement:
    source = tmp_path / "sent"
    source.write_bytes(b"film")
    open_room(tmp_path / "room", source)
    return confine(tmp_path / "room", Ceilings(cpu_s=60, file_bytes=1_000_000))


@pytest.fixture
def run(confinement: Confinement) -> Callable[..., Outcome]:
    return lambda words, watch=PATIENT: runner.run(confinement, words, watch)


def heard(run: Callable[..., Outcome], script: str) -> str:
    """Run a shell script and give what it wrote."""
    return bytes(run(["sh", "-c", script], Watch(60.0, output_bytes=10_000)).output).decode()


def test_progress_is_told_in_seconds_of_media(run: Callable[..., Outcome]) -> None:
    times: list[float] = []
    watch = Watch(60.0, on_time=times.append)
    lines = "frame=12\\nout_time_ms=400000\\nprogress=continue\\nframe=90\\nout_time_ms=3000000\\n"
    outcome = run(["sh", "-c", f"printf '{lines}'"], watch)
    assert times == [0.4, 3.0]
    assert (outcome.frames, outcome.time_s) == (90, 3.0)


def test_times_that_are_not_yet_known_are_left_out(run: Callable[..., Outcome]) -> None:
    outcome = run(["sh", "-c", "printf 'frame=x\\nout_time_ms=N/A\\nout_time_ms=-9223372036854775808\\n'"])
    assert outcome.time_s == 0.0


def test_pictures_that_could_not_be_decoded_are_counted(run: Callable[..., Outcome]) -> None:
    script = "for n in 1 2 3; do echo 'source: corrupt decoded frame in stream 0' >&2; done"
    assert run(["sh", "-c", script]).damaged == 3


def test_the_last_words_are_kept_and_no_more(run: Callable[..., Outcome]) -> None:
    with pytest.raises(ToolFailed) as failed:
        run(["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' a >&2; echo farewell >&2; exit 3"])
    assert failed.value.code == 3
    assert len(failed.value.last_words) == runner.LAST_WORDS_BYTES
    assert failed.value.last_words.endswith("farewell\n")


def test_a_tool_that_takes_too_long_is_stopped(run: Callable[..., Outcome]) -> None:
    with pytest.raises(runner.ToolTooSlow):
        run(ENDLESS, Watch(0.5, stall_s=None))


def test_a_tool_that_does_not_get_on_is_stopped(run: Callable[..., Outcome]) -> None:
    script = "while :; do echo frame=1; echo out_time_ms=5; sleep 0.05; done"
    with pytest.raises(runner.ToolStalled):
        run(["sh", "-c", script], Watch(60.0, stall_s=0.5))


def test_a_tool_that_says_too_much_is_stopped(run: Callable[..., Outcome]) -> None:
    with pytest.raises(runner.ToolTooVerbose):
        run(["cat", "/dev/zero"], Watch(60.0, output_bytes=100_000))


def test_an_interrupted_worker_stops_its_tool(run: Callable[..., Outcome]) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Interrupted):
        run(ENDLESS, Watch(60.0, should_abort=lambda: next(asked)))


def test_a_deaf_tool_is_killed(run: Callable[..., Outcome]) -> None:
    trapped = threading.Event()
    script = "trap '' TERM; echo out_time_ms=1; while :; do sleep 0.05; done"
    watch = Watch(60.0, on_time=lambda _time_s: trapped.set(), should_abort=trapped.is_set, grace_s=0.3)
    with pytest.raises(Interrupted):
        run(["sh", "-c", script], watch)


def test_a_tool_ended_by_a_signal_to_the_whole_service_is_interrupted(run: Callable[..., Outcome]) -> None:
    asked_at_s = time.monotonic() + 0.5  # the worker hears of it a little later than its tool
    with pytest.raises(Interrupted):
        run(["sh", "-c", "kill -TERM $$"], Watch(60.0, should_abort=lambda: time.monotonic() > asked_at_s))


@pytest.mark.parametrize("name", ["TERM", "KILL"])
def test_a_tool_that_somebody_else_ended_says_nothing_of_the_file(
    run: Callable[..., Outcome], name: str
) -> None:
    with pytest.raises(ToolCutShort):
        run(["sh", "-c", f"kill -{name} $$"])


@pytest.mark.parametrize("name", ["SEGV", "ABRT", "XCPU"])
def test_a_tool_that_a_file_crashed_says_so(run: Callable[..., Outcome], name: str) -> None:
    with pytest.raises(ToolFailed) as failed:
        run(["sh", "-c", f"kill -{name} $$"])
    assert (failed.value.code or 0) < 0


def test_a_tool_that_closes_its_pipes_and_stays_is_stopped(run: Callable[..., Outcome]) -> None:
    with pytest.raises(runner.ToolStalled):
        run(["sh", "-c", "exec >&- 2>&-; while :; do sleep 0.05; done"], Watch(60.0, grace_s=0.3))


def test_trouble_of_the_listener_stops_the_tool_too(run: Callable[..., Outcome], tmp_path: Path) -> None:
    def fail(_time_s: float) -> None:
        raise RuntimeError("database gone")

    script = "echo $$ > number; while :; do echo out_time_ms=5; sleep 0.05; done"
    with pytest.raises(RuntimeError, match="database gone"):
        run(["sh", "-c", script], Watch(60.0, on_time=fail))
    number = int((tmp_path / "room" / "number").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_full_disk_is_our_trouble(run: Callable[..., Outcome]) -> None:
    with pytest.raises(runner.DiskFull):
        run(["sh", "-c", "echo 'source: No space left on device' >&2; exit 1"])


def test_a_missing_tool_is_named(run: Callable[..., Outcome]) -> None:
    with pytest.raises(ToolMissing, match="ffnothing"):
        run(["ffnothing"])


def test_a_tool_that_cannot_be_confined_is_not_started(confinement: Confinement) -> None:
    gone = Confinement((*confinement.prefix, "/nowhere/tool"), confinement.popen)
    with pytest.raises(LaunchFailed):
        runner.run(gone, ["sh", "-c", "echo started"], PATIENT)


def test_the_environment_is_empty(run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_SECRET_KEY", "secret")
    names = {line.partition("=")[0] for line in heard(run, "/usr/bin/env").splitlines()}
    assert names <= {"PWD", "SHLVL", "_", "OLDPWD"}  # the shell's own


def test_no_tool_gains_privileges(run: Callable[..., Outcome]) -> None:
    assert "NoNewPrivs:\t1" in heard(run, "cat /proc/self/status")


@pytest.mark.skipif(not IS_ROOT, reason="the user is dropped only when the worker is root")
def test_the_tool_of_a_root_worker_is_nobody_of_this_machine(
    run: Callable[..., Outcome], tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    secret.chmod(0o600)
    assert heard(run, "id -u; id -g; id -G").split() == [str(USER_ID)] * 3
    assert "Permission denied" in heard(run, f"cat {secret} 2>&1 || true")
    heard(run, f"echo x > {tmp_path}/new || true")
    assert not (tmp_path / "new").exists()


def test_the_tool_reads_the_source_and_writes_in_the_room(run: Callable[..., Outcome]) -> None:
    assert heard(run, "cp source copy && cat copy") == "film"


def test_no_file_grows_beyond_its_ceiling(run: Callable[..., Outcome], tmp_path: Path) -> None:
    with pytest.raises(ToolFailed):
        run(["sh", "-c", "exec head -c 5000000 /dev/zero > big"])
    assert (tmp_path / "room" / "big").stat().st_size <= 1_000_000


@pytest.mark.parametrize("mode", [0o600, 0o444])
def test_the_source_keeps_its_owner_and_mode(tmp_path: Path, mode: int) -> None:
    source = tmp_path / "sent"
    source.write_bytes(b"film")
    source.chmod(mode)
    before = source.stat()
    open_room(tmp_path / "room", source)
    after = source.stat()
    assert (before.st_mode, before.st_uid, before.st_gid) == (after.st_mode, after.st_uid, after.st_gid)
    assert (tmp_path / "room").stat().st_mode & 0o777 == 0o700


PARENT = """
import sys
from pathlib import Path
from workers import runner
from workers.sandbox import Ceilings, confine
confinement = confine(Path(sys.argv[1]), Ceilings(cpu_s=60, file_bytes=1_000_000))
script = "echo $$ > number.new; mv number.new number; exec sleep 60"
runner.run(confinement, ["sh", "-c", script], runner.Watch(60.0))
"""


def test_no_tool_outlives_a_worker_that_was_killed(confinement: Confinement, tmp_path: Path) -> None:
    number = tmp_path / "room" / "number"
    with subprocess.Popen([sys.executable, "-c", PARENT, confinement.popen["cwd"]], cwd=ROOT) as worker:
        wait_for(number.exists)
        worker.kill()
    tool = int(number.read_text())
    wait_for(lambda: not is_alive(tool))


def is_alive(number: int) -> bool:
    """Tell whether a process runs; a dead one that nobody has collected does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so; the timeout of the test is the limit."""
    while not condition():
        time.sleep(0.02)


def test_a_real_encoding_is_stopped_in_the_middle(run: Callable[..., Outcome]) -> None:
    stop = threading.Event()
    words = ["ffmpeg", "-nostdin", "-v", "error", "-nostats", "-progress", "pipe:1", "-y"]
    source = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30:duration=3600"]
    watch = Watch(60.0, on_time=lambda time_s: stop.set() if time_s > 0 else None, should_abort=stop.is_set)
    with pytest.raises(Interrupted):
        run([*words, *source, "-c:v", "mpeg4", "-f", "null", "-"], watch)


def test_the_group_of_a_tool_is_its_own(run: Callable[..., Outcome]) -> None:
    fields = heard(run, "cat /proc/$$/stat").rsplit(")", 1)[1].split()
    assert int(fields[2]) not in {os.getpgid(0), 0}
