"""The filter of system calls for media tools: what they have no use for is refused.

Source of the numbers: Linux 6.1, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h
(aarch64).  What the kernel got later answers ENOSYS, as that kernel would: nobody has looked at it yet.
"""

import errno
import struct
from dataclasses import dataclass

NEWEST = 450  # set_mempolicy_home_node; the x32 calls of x86_64 begin far above it, and go with the new
CLONE3 = 435
# Any namespace that `clone` may make, as flags in its first argument; `clone3` hides them behind a pointer.
NEW_NAMESPACES = 0x7E02_0000

# By name: the number on x86_64 and on aarch64; None where it does not exist.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # The network, and whoever listens on this machine.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "recvmmsg": (299, 243),
    # Other processes, and what they share.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "perf_event_open": (298, 241),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    # Namespaces and mounts.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # What Landlock does not look at: sizes (before its version 3), modes, owners and dates of files outside.
    "truncate": (76, 45),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    # Files by other ways than their names, and devices.
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    # Wide doors into the kernel.
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "memfd_secret": (447, 447),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    # The machine itself.
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
}

# Source: include/uapi/linux/bpf_common.h, seccomp.h and audit.h of Linux.
LOAD_WORD, RETURN = 0x20, 0x06
JUMP_EQUAL, JUMP_GREATER, JUMP_ANY_BIT = 0x15, 0x25, 0x45
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16  # in struct seccomp_data, little end first
KILL_PROCESS, FAIL, ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000


@dataclass(frozen=True)
class Machine:
    """A kind of processor: its mark in the kernel, its column in REFUSED, and the number of `clone`."""

    mark: int
    column: int
    clone: int


MACHINES = {"x86_64": Machine(0xC000_003E, 0, 56), "aarch64": Machine(0xC000_00B7, 1, 220)}


def program(machine: str) -> bytes:
    """Return the filter for a machine (`uname -m`) as the kernel reads it; empty where there is none.

    Another architecture's calls (32 bits on a kernel of 64) end the process: their numbers mean other things.
    """
    known = MACHINES.get(machine)
    if known is None:
        return b""
    refused = [numbers[known.column] for numbers in REFUSED.values()]
    checks = [(JUMP_EQUAL, number) for number in refused if number is not None]
    count = len(checks)
    # After the checks stand, in this order: allow, refuse, "no such call", the look at the flags of `clone`.
    return b"".join(
        [
            _step(LOAD_WORD, ARCHITECTURE_AT),
            _step(JUMP_EQUAL, known.mark, then=1),
            _step(RETURN, KILL_PROCESS),
            _step(LOAD_WORD, NUMBER_AT),
            _step(JUMP_GREATER, NEWEST, then=count + 4),
            _step(JUMP_EQUAL, CLONE3, then=count + 3),
            _step(JUMP_EQUAL, known.clone, then=count + 3),
            *(_step(code, number, then=count - at) for at, (code, number) in enumerate(checks)),
            _step(RETURN, ALLOW),
            _step(RETURN, FAIL | errno.EPERM),
            _step(RETURN, FAIL | errno.ENOSYS),
            _step(LOAD_WORD, FIRST_ARGUMENT_AT),
            _step(JUMP_ANY_BIT, NEW_NAMESPACES, then=0, otherwise=1),
            _step(RETURN, FAIL | errno.EPERM),
            _step(RETURN, ALLOW),
        ]
    )


def _step(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """Spell one instruction; jumps are counted from the next one."""
    return struct.pack("<HBBI", code, then, otherwise, value)
