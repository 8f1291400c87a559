"""Confine this process, then become the tool: a script that `workers/sandbox.py` starts.

A script rather than a `preexec_fn`: between fork and exec a worker with threads may run no Python safely.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
LAUNCH_FAILED_CODE = 125


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
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((PR_SET_PDEATHSIG, signal.SIGKILL), (PR_SET_NO_NEW_PRIVS, 1)):
        if libc.prctl(option, value, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent_id:  # it died before we asked to be told
        sys.exit(LAUNCH_FAILED_CODE)


def main(arguments: list[str]) -> None:
    """Take the numbers, then the tool's own command line."""
    parent_id, user_id, cpu_s, memory_bytes, file_bytes = (int(word) for word in arguments[:5])
    try:
        set_limits(cpu_s, memory_bytes, file_bytes)
        os.umask(0o077)
        become(user_id)
        bind_to(parent_id)
        os.execve(arguments[5], arguments[5:], {})  # noqa: S606  no shell is the point
    except OSError as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(LAUNCH_FAILED_CODE)


if __name__ == "__main__":
    main(sys.argv[1:])
