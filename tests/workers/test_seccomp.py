"""The filter of system calls, run here as the kernel runs it: for the machines that we do not have too."""

import errno
import re
import struct
from pathlib import Path

import pytest

from workers.seccomp import ALLOW, FAIL, KILL_PROCESS, MACHINES, NEWEST, REFUSED, program

NO, UNKNOWN = FAIL | errno.EPERM, FAIL | errno.ENOSYS
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
# What ffmpeg cannot do without: read, write, mmap, futex, execve, exit_group, openat, close, tgkill, fcntl.
NEEDED = {
    "x86_64": (0, 1, 9, 202, 59, 231, 257, 3, 234, 72),
    "aarch64": (63, 64, 222, 98, 221, 94, 56, 57, 131, 25),
}


def verdict(machine: str, number: int, argument: int = 0, mark: int | None = None) -> int:
    """Run the filter on one call."""
    known = MACHINES[machine]
    data = struct.pack("<IIQ6Q", number, known.mark if mark is None else mark, 0, argument, *[0] * 5)
    steps = list(struct.iter_unpack("<HBBI", program(machine)))
    at = loaded = 0
    while True:
        code, then, otherwise, value = steps[at]
        at += 1
        match code:
            case 0x20:  # load
                (loaded,) = struct.unpack_from("<I", data, value)
            case 0x06:  # return
                return int(value)
            case 0x15 | 0x25 | 0x45:  # jump if equal, greater, any bit
                is_so = {0x15: loaded == value, 0x25: loaded > value, 0x45: bool(loaded & value)}[code]
                at += then if is_so else otherwise
            case _:
                raise AssertionError(f"instruction {code:#x}")


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_of_the_table_is_refused_and_what_a_tool_needs_is_not(machine: str) -> None:
    column = MACHINES[machine].column
    for name, numbers in REFUSED.items():
        number = numbers[column]
        assert number is None or verdict(machine, number) == NO, name
    assert [verdict(machine, number) for number in NEEDED[machine]] == [ALLOW] * len(NEEDED[machine])


@pytest.mark.parametrize("machine", MACHINES)
def test_a_thread_may_begin_and_a_namespace_may_not(machine: str) -> None:
    clone = MACHINES[machine].clone
    thread, user_namespace, network_namespace = 0x3D_0F00, 0x1000_0011, 0x4000_0011
    assert verdict(machine, clone, thread) == ALLOW
    assert verdict(machine, clone, user_namespace) == verdict(machine, clone, network_namespace) == NO


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_that_nobody_has_looked_at_do_not_exist(machine: str) -> None:
    clone3, x32_socket = 435, 0x4000_0000 | 41
    assert verdict(machine, clone3) == verdict(machine, NEWEST + 1) == verdict(machine, x32_socket) == UNKNOWN
    assert verdict(machine, NEWEST) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("mark", [0x4000_0003, 0x4000_0028, 0], ids=["i386", "arm", "nothing"])
def test_the_calls_of_another_architecture_end_the_process(machine: str, mark: int) -> None:
    assert verdict(machine, 0, mark=mark) == KILL_PROCESS


def test_a_machine_that_is_not_in_the_table_has_no_filter() -> None:
    assert program("riscv64") == b""


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_of_the_kernel(machine: str) -> None:
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip(f"no {header}: linux-libc-dev is not installed")
    plain = re.sub(r"[ \t]+", " ", header.read_text())
    lines = re.findall(r"^#define __NR(?:3264)?_(\w+) (\d+)$", plain, re.MULTILINE)
    kernel = {name: int(number) for name, number in lines}
    column = MACHINES[machine].column
    ours = {name: numbers[column] for name, numbers in REFUSED.items() if numbers[column] is not None}
    assert ours == {name: kernel.get(name) for name in ours}
    assert {name for name in REFUSED if name in kernel} == ours.keys()
    assert kernel["clone"] == MACHINES[machine].clone
