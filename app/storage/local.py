"""Object storage in a directory, read by others through links that we sign and serve ourselves."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import IO, Self
from urllib.parse import urlencode
from uuid import uuid4

from app.settings import Settings
from app.signing import derived_key, is_signed, sign
from app.storage.objects import (
    CHUNK_BYTES,
    LinkExpired,
    LinkForged,
    ObjectInfo,
    ObjectNotFound,
    StorageUnavailable,
    valid_key,
    valid_prefix,
)

DATA_MARK = "~"  # no key has it: `a` and `a/b` may both be objects, and files never meet directories
TYPE_MARK = "~type"
EVER = datetime.max.replace(tzinfo=UTC)
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class LocalObject:
    """An object that a link gives the right to read: where it lies and how long the right lasts."""

    path: Path
    content_type: str
    life_left_s: int


class LocalStorage:
    """`app.storage.Storage` in a directory; several processes may share it.

    Links are signed over the object's key and the second when they end.
    """

    def __init__(self, directory: Path, public_url: str, signing_key: bytes) -> None:
        self._objects = directory / "objects"
        self._drafts = directory / "drafts"
        self._lock = directory / "lock"
        self._public_url = public_url.rstrip("/")
        self._signing_key = signing_key
        self.prepare()
        self.forget_unfinished(EVER)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the storage of this data directory."""
        signing_key = derived_key(settings.secret_key, "links to stored objects")
        return cls(settings.storage_dir, settings.public_url, signing_key)

    def prepare(self) -> None:
        """Make the directories where there are none."""
        with _trouble():
            self._objects.mkdir(parents=True, exist_ok=True)
            self._drafts.mkdir(exist_ok=True)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store a file whole or not at all, over an older object of that key."""
        with path.open("rb") as source:
            self._put(key, source, content_type)

    def put_bytes(self, key: str, data: bytes, content_type: str) -> None:
        """Store bytes whole or not at all, over an older object of that key."""
        self._put(key, BytesIO(data), content_type)

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`, in pieces; what lies past the object is left out."""
        path = self._path(key)
        with _trouble(key), path.open("rb") as file:
            left = (path.stat().st_size if end is None else end) - start
            file.seek(start)
            while left > 0 and (piece := file.read(min(left, CHUNK_BYTES))):
                yield piece
                left -= len(piece)

    def read(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes of `stream` at once; raise ObjectNotFound."""
        return b"".join(self.stream(key, start, end))

    def head(self, key: str) -> ObjectInfo:
        """Return what is known of an object; raise ObjectNotFound."""
        path = self._path(key)
        with _trouble(key):
            return _info(key, path, self._content_type(path))

    def delete(self, key: str) -> None:
        """Remove an object, and the directories that it leaves empty; do nothing when there is none."""
        path = self._path(key)
        with _trouble(), self._alone():
            path.unlink(missing_ok=True)
            _type_file(path).unlink(missing_ok=True)
            with suppress(OSError):
                for parent in path.parents:
                    if parent == self._objects:
                        break
                    parent.rmdir()

    def delete_all(self, keys: Iterable[str]) -> None:
        """Remove objects; those that are not there count as removed."""
        for key in keys:
            self.delete(key)

    def delete_prefix(self, prefix: str) -> None:
        """Remove every object under `prefix`, which ends with a slash."""
        self.delete_all(found.key for found in self.list(valid_prefix(prefix)))

    def forget_unfinished(self, begun_before: datetime) -> int:
        """Remove the drafts of writers that were killed, whose lock nobody holds; return how many."""
        with _trouble():
            return sum(_forget_draft(draft, begun_before) for draft in list(self._drafts.iterdir()))

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Yield the objects under `prefix` (all, or ending with a slash), in the order of their keys."""
        top = self._objects / valid_prefix(prefix) if prefix else self._objects
        with _trouble():
            found = list(_files(top))
        for key in sorted(
            path.relative_to(self._objects).as_posix().removesuffix(DATA_MARK) for path in found
        ):
            # One that was removed meanwhile is no longer listed.
            with suppress(FileNotFoundError):
                yield _info(key, self._path(key))

    def signed_url(self, key: str, life_s: int, now: datetime) -> str:
        """Return an address of our own where anybody may GET the object for `life_s` seconds from `now`."""
        expires = str(ceil(now.timestamp()) + life_s)
        query = urlencode(
            {"expires": expires, "signature": sign(self._signing_key, _claim(valid_key(key), expires))}
        )
        return f"{self._public_url}/media/{key}?{query}"

    def follow_link(self, key: str, expires: str, signature: str, now: datetime) -> LocalObject:
        """Return what a link of `signed_url` opens; raise LinkForged, LinkExpired or ObjectNotFound."""
        if not is_signed(self._signing_key, _claim(key, expires), signature):
            raise LinkForged
        life_left_s = int(expires) - now.timestamp()
        if life_left_s < 0:
            raise LinkExpired
        path = self._path(key)
        with _trouble(key):
            path.stat()
            return LocalObject(path, self._content_type(path), int(life_left_s))

    def close(self) -> None:
        """Let go of nothing: a directory has no connections."""

    def _path(self, key: str) -> Path:
        return self._objects / f"{valid_key(key)}{DATA_MARK}"

    def _content_type(self, path: Path) -> str:
        try:
            return _type_file(path).read_text(encoding="ascii")
        except FileNotFoundError:
            return UNKNOWN_TYPE

    def _put(self, key: str, source: IO[bytes], content_type: str) -> None:
        """Write drafts, then rename: the type first, so that the object is never seen without it."""
        path = self._path(key)
        described = BytesIO(content_type.encode("ascii"))
        with (
            _trouble(),
            self._draft(source) as place_data,
            self._draft(described) as place_type,
            self._alone(),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            place_type(_type_file(path))
            place_data(path)
            for directory in (path.parent, *path.parent.parents):
                _sync_directory(directory)
                if directory == self._objects:
                    break

    @contextmanager
    def _draft(self, source: IO[bytes]) -> Iterator[Callable[[Path], Path]]:
        """Copy `source` to the disk, give the way to put it in its place, and leave nothing otherwise."""
        draft = self._drafts / uuid4().hex
        try:
            with draft.open("xb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # while we live, no sweep takes it
                shutil.copyfileobj(source, file, CHUNK_BYTES)
                file.flush()
                os.fsync(file.fileno())
                yield draft.rename
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the right to change names, so that an object and its type change together."""
        with self._lock.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _trouble(key: str | None = None) -> Iterator[None]:
    """Turn the machine's errors into ours; a missing file is a missing object if we look for `key`."""
    try:
        yield
    except FileNotFoundError as error:
        raise (ObjectNotFound() if key else StorageUnavailable()) from error
    except OSError as error:
        raise StorageUnavailable from error


def _claim(key: str, expires: str) -> str:
    return f"{expires}\n{key}"


def _type_file(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(DATA_MARK) + TYPE_MARK)


def _info(key: str, path: Path, content_type: str | None = None) -> ObjectInfo:
    status = path.stat()
    return ObjectInfo(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC), content_type)


def _files(top: Path) -> Iterator[Path]:
    """Yield the objects in a tree, without stumbling over directories that vanish meanwhile."""

    def stumble(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for directory, _, names in os.walk(top, onerror=stumble):
        yield from (Path(directory, name) for name in names if name.endswith(DATA_MARK))


def _forget_draft(draft: Path, begun_before: datetime) -> bool:
    """Remove a draft that is old enough and that nobody writes; tell whether it was one."""
    with suppress(FileNotFoundError, BlockingIOError), draft.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC) < begun_before:
            draft.unlink()
            return True
    return False


def _sync_directory(path: Path) -> None:
    """Make the names in a directory outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
