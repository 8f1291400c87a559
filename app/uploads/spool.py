"""The spool: one local file an upload, whose size is the offset; the sink of every protocol."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from uuid import UUID

from app.errors import StorageFull, Unavailable
from app.words import N_

SYNC_EVERY_BYTES = 32 * 1024 * 1024
COPY_BYTES = 64 * 1024 * 1024
PARTS_AT_ONCE = 512  # the kernel takes 1024 (IOV_MAX)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class SpoolLost(Unavailable):
    """The file of an upload is not where it should be: another disk, another machine."""


def path_of(spool_dir: Path, upload_id: UUID) -> Path:
    """Return where the bytes of an upload lie."""
    return spool_dir / str(upload_id)


def make(spool_dir: Path, upload_id: UUID) -> None:
    """Make the empty file of an upload, so that its absence later is trouble and not offset zero."""
    spool_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path_of(spool_dir, upload_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    sync_directory(spool_dir)


def forget(spool_dir: Path, upload_id: UUID) -> None:
    """Delete the bytes of an upload, if there are any."""
    path = path_of(spool_dir, upload_id)
    path.unlink(missing_ok=True)
    mark_of(path).unlink(missing_ok=True)


def mark_of(path: Path) -> Path:
    """Return where a file's mark lies: from which byte on nobody has checked yet what came."""
    return path.with_name(f"{path.name}.unchecked")


@contextmanager
def full_told() -> Iterator[None]:
    """Tell a disk without room from any other trouble: raise StorageFull."""
    try:
        yield
    except OSError as trouble:
        if trouble.errno in FULL:
            raise StorageFull(N_("Ce qui est arrivé est gardé : reprends plus tard.")) from trouble
        raise


def present_bytes(spool_dir: Path, upload_id: UUID) -> int:
    """Return how many bytes of an upload are there, 0 without a file."""
    try:
        return path_of(spool_dir, upload_id).stat().st_size
    except FileNotFoundError:
        return 0


def free_bytes(spool_dir: Path) -> int:
    """Return how many bytes the disk of the spool still takes."""
    spool_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shutil.disk_usage(spool_dir).free


def lying(spool_dir: Path) -> Iterator[tuple[UUID, datetime]]:
    """Yield every upload whose bytes lie here, with the instant when the last ones came."""
    for path in spool_dir.iterdir() if spool_dir.exists() else ():
        with suppress(ValueError, FileNotFoundError):
            found = UUID(path.name), datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield found


def sync_directory(directory: Path) -> None:
    """Make the names in a directory survive a power cut."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def after(parts: Sequence[memoryview], count_bytes: int) -> list[memoryview]:
    """Return what remains of these parts without their first bytes."""
    whole = 0
    while whole < len(parts) and count_bytes >= len(parts[whole]):
        count_bytes -= len(parts[whole])
        whole += 1
    remaining = list(parts[whole:])
    if count_bytes:
        remaining[0] = remaining[0][count_bytes:]
    return remaining


class SpoolFile:
    """An open file of the spool, written at its end by the one who holds it.

    The hold is the kernel's (flock): it keeps the writers of every process apart, and the death of one frees
    it.  Threads may call: one at a time gets through, and closing waits for a write under way.
    """

    def __init__(self, spool_dir: Path, upload_id: UUID) -> None:
        try:
            self._fd = os.open(path_of(spool_dir, upload_id), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError as missing:
            raise SpoolLost(retry_after_s=30) from missing
        self._path = path_of(spool_dir, upload_id)
        self._alone = Lock()
        self._unsynced_bytes = 0
        self.size_bytes = 0

    def hold(self) -> bool:
        """Take the hold, and learn where the bytes end; False while somebody else has it.

        What a process left unchecked when it died goes: nobody knows whether it is what was sent.
        """
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self.size_bytes = os.fstat(self._fd).st_size
        with suppress(FileNotFoundError):
            # An empty mark was never finished, and nothing was written after it.
            self.cut_back(int(mark_of(self._path).read_text() or self.size_bytes))
        return True

    def doubt(self) -> None:
        """Mark that what comes from here on has to be checked before it counts, whoever dies meanwhile."""
        with self._alone:
            mark_of(self._path).write_text(str(self.size_bytes))
            sync_directory(self._path.parent)

    def trust(self) -> None:
        """Take the mark away, once what came is checked; it is durable first."""
        with self._alone:
            self._sync()
            mark_of(self._path).unlink(missing_ok=True)

    def write(self, parts: Sequence[bytes]) -> None:
        """Add bytes at the end; raise StorageFull with what went in kept and counted."""
        left = [memoryview(part) for part in parts if part]
        with self._alone:
            while left:
                with full_told():
                    count = os.pwritev(self._fd, left[:PARTS_AT_ONCE], self.size_bytes)
                self._count(count)
                left = after(left, count)

    def take(self, pipe_fd: int, count_bytes: int) -> None:
        """Add what a pipe holds at the end, moved by the kernel; raise StorageFull with what went in kept."""
        with self._alone, full_told():
            while count_bytes:
                count = os.splice(pipe_fd, self._fd, count_bytes, offset_dst=self.size_bytes)
                count_bytes -= count
                self._count(count)

    def add_copy(self, part_id: UUID) -> None:
        """Add the bytes of another upload at the end; raise StorageFull, or SpoolLost where it has none.

        The kernel copies, or shares the blocks where the file system can.
        """
        part = SpoolFile(self._path.parent, part_id)
        try:
            with self._alone, full_told():
                while count := os.copy_file_range(
                    part.fileno(), self._fd, COPY_BYTES, offset_dst=self.size_bytes
                ):
                    self._count(count)
        finally:
            part.close()

    def fileno(self) -> int:
        """Return what the kernel knows the file by."""
        return self._fd

    def head(self, count_bytes: int) -> bytes:
        """Return the first bytes."""
        with self._alone:
            return os.pread(self._fd, count_bytes, 0)

    def cut_back(self, size_bytes: int) -> None:
        """Take away what was written after `size_bytes`, and the doubt about it."""
        with self._alone:
            os.ftruncate(self._fd, size_bytes)
            self.size_bytes = size_bytes
            self._sync()
            mark_of(self._path).unlink(missing_ok=True)

    def sync(self) -> None:
        """Make every byte survive a power cut, whoever wrote it."""
        with self._alone:
            self._sync()

    def seal(self) -> None:
        """Make the whole file and its name survive a power cut."""
        with self._alone:
            os.fsync(self._fd)
        sync_directory(self._path.parent)

    def close(self) -> None:
        """Let go of the hold and of the file."""
        with self._alone:
            fd, self._fd = self._fd, -1
        os.close(fd)

    def _count(self, count_bytes: int) -> None:
        self.size_bytes += count_bytes
        self._unsynced_bytes += count_bytes
        if self._unsynced_bytes >= SYNC_EVERY_BYTES:
            self._sync()

    def _sync(self) -> None:
        # Not everywhere: macOS knows fsync alone.
        getattr(os, "fdatasync", os.fsync)(self._fd)
        self._unsynced_bytes = 0
