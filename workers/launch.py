"""Confine this process, then become the tool: a script that `workers/sandbox.py` starts.

A script rather than a `preexec_fn`: between fork and exec a worker with threads may run no Python safely.
It stands alone, because isolated mode finds no neighbour, and imports little, because every run pays for it.
"""

import ctypes
import os
import resource
import struct
import sys

LAUNCH_FAILED_CODE = 125
SIGKILL = 9  # `signal` itself would be a third of the start
# Source: include/uapi/linux/prctl.h and seccomp.h of Linux.
PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
INSTRUCTION_BYTES = 8
# Source: include/uapi/linux/landlock.h of Linux; the calls have these numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_REG, REFER = 1 << 4, 1 << 5, 1 << 8, 1 << 13
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
TCP = 0b11  # bind and connect
OUTSIDE = 0b11  # abstract sockets and signals of whoever is not confined with us

# What the tool may do and where.  Nothing that it writes can be run, and there are no devices in its room.
IN_ITS_ROOM = WRITE_FILE | READ_FILE | READ_DIR | REMOVE_DIR | REMOVE_FILE | MAKE_REG | TRUNCATE
PROGRAMS = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
READABLE = ("/etc/ld.so.cache", "/etc/fonts", "/dev/urandom", "/dev/zero")
SINK = "/dev/null"

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def checked(answer: int, what: str) -> int:
    """Return the answer of a call of libc; raise OSError when it says no."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), what)
    return answer


def set_limits(cpu_s: int, memory_bytes: int, file_bytes: int) -> None:
    """Set the ceilings that the kernel enforces on the tool."""
    for kind, ceiling in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard)
        resource.setrlimit(kind, (allowed, allowed))


def become(user_id: int) -> None:
    """Drop root for a user who owns nothing but the private room; 0 keeps the user."""
    if user_id:
        os.setgroups([])
        os.setresgid(user_id, user_id, user_id)
        os.setresuid(user_id, user_id, user_id)


def bind_to(parent_id: int) -> None:
    """Die with the worker, and never gain privileges; after the change of user, which would undo it."""
    for option, value in ((PR_SET_PDEATHSIG, SIGKILL), (PR_SET_NO_NEW_PRIVS, 1)):
        checked(libc.prctl(option, value, 0, 0, 0), "prctl")
    if os.getppid() != parent_id:  # it died before we asked to be told
        sys.exit(LAUNCH_FAILED_CODE)


def wall_in(version: int, tool: str, more: tuple[str, ...] = ()) -> None:
    """Leave the tool its room, the programs of the system and itself (Landlock); `version` 0 leaves all.

    `more` is what it may read beside these.
    """
    if not version:
        return
    handled = {1: REFER, 2: TRUNCATE, 3: IOCTL_DEV, 4: IOCTL_DEV}.get(version, IOCTL_DEV << 1) - 1
    has_tcp, has_scopes = version >= 4, version >= 6  # noqa: PLR2004  when the kernel learnt them
    attributes = struct.pack("<QQQ", handled, TCP * has_tcp, OUTSIDE * has_scopes)
    size = 8 * (1 + has_tcp + has_scopes)
    ruleset = checked(libc.syscall(CREATE_RULESET, attributes, size, 0), "landlock_create_ruleset")
    read = READ_FILE | READ_DIR
    for rights, paths in (
        (IN_ITS_ROOM, (".",)),
        (read | EXECUTE, (*PROGRAMS, tool)),
        (read, (*READABLE, *more)),
        (read | WRITE_FILE, (SINK,)),
    ):
        for path in paths:
            open_up(ruleset, path, rights & handled)
    checked(libc.syscall(RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def open_up(ruleset: int, path: str, rights: int) -> None:
    """Allow these rights beneath a path, where it exists."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rights &= -1 if os.path.isdir(path) else OF_FILES  # noqa: PTH112  pathlib would cost ten times its use
    rule = struct.pack("<Qi", rights, place)
    checked(libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0), f"landlock_add_rule {path}")
    os.close(place)


def filter_calls(program: bytes) -> None:
    """Have the kernel refuse the calls that `workers/seccomp.py` names; an empty program refuses none."""
    if program:
        steps = ctypes.create_string_buffer(program, len(program))
        count = len(program) // INSTRUCTION_BYTES
        described = struct.pack("@HP", count, ctypes.addressof(steps))
        checked(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, described, 0, 0), "seccomp")


def main(arguments: list[str]) -> None:
    """Take the numbers and the filter, then the tool's own command line."""
    parent_id, user_id, cpu_s, memory_bytes, file_bytes, version = (int(word) for word in arguments[:6])
    program, tool, command = bytes.fromhex(arguments[6]), arguments[7], arguments[7:]
    try:
        set_limits(cpu_s, memory_bytes, file_bytes)
        os.umask(0o077)
        become(user_id)
        bind_to(parent_id)
        wall_in(version, tool)
        filter_calls(program)
        os.execve(tool, command, {})  # noqa: S606  no shell is the point
    except OSError as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(LAUNCH_FAILED_CODE)


if __name__ == "__main__":
    main(sys.argv[1:])
