"""How bytes travel: the steps of an append, a whole file and a status, around a stream; no protocol."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import anyio
from sqlalchemy.orm import Session

from app.clock import Clock
from app.errors import Locked, Refusal
from app.settings import Settings
from app.uploads import queries, rules, service
from app.uploads.bodies import PlainForm
from app.uploads.models import Upload
from app.uploads.service import Asked, NewUpload, NotAVideoFile, UploadGone, UploadIncomplete
from app.uploads.spool import SpoolFile

BATCH_BYTES = 1024 * 1024
WATCH_EVERY_S = 1.0
WAIT_FOR_WRITER_S = 5.0
LOOK_AGAIN_S = 0.05

Result = TypeVar("Result")


class OtherWriter(Locked):
    """Two write at once: this one could not stop the other in time, or was stopped by it."""

    slug = "autre-envoi"
    title = "Cette vidéo est déjà en cours d’envoi ailleurs"


class InUnit(Protocol):
    """Runs a verb in a transaction of its own, off the event loop."""

    async def __call__(self, verb: Callable[[Session], Result], /) -> Result:
        """Return what the verb returned, once it is committed."""
        ...


@dataclass(frozen=True)
class Desk:
    """What every transfer works with."""

    in_unit: InUnit
    settings: Settings
    clock: Clock


@dataclass(frozen=True)
class Progress:
    """An upload and how many of its bytes are durably there."""

    upload: Upload
    offset_bytes: int


@dataclass(frozen=True)
class Piece:
    """Bytes to add: where they go, how many they are if anybody said it, and their stream.

    The stream yields an empty part after each second without bytes, and ends at the end or at a cut.
    """

    offset_bytes: int
    body_bytes: int | None
    parts: AsyncGenerator[bytes]


async def append(desk: Desk, asked: Asked, piece: Piece) -> Progress:
    """Add a piece to an upload; whatever came is kept, also when the piece ends in a refusal."""
    upload = await claim(desk, asked)
    if upload.state != "receiving":
        return await append_nothing(upload, piece)
    async with held(desk, upload) as file:
        room = rules.room_bytes(
            file.size_bytes, limit_bytes(desk, upload), piece.offset_bytes, piece.body_bytes
        )
        trouble: Refusal | None = None
        try:
            await Pouring(desk, upload, file).pour(piece.parts, room)
        except NotAVideoFile:
            raise
        except Refusal as refusal:
            trouble = refusal
        progress = await keep(desk, upload, file)
    if trouble is not None:
        raise trouble
    return progress


async def take_whole(desk: Desk, bound: NewUpload, form: PlainForm) -> Upload:
    """Make a complete upload of a form's file, at most as long as announced; a cut one leaves nothing.

    Raise what `service.create` and `append` raise, and UploadIncomplete: a plain form cannot go on later.
    """
    settings, now = desk.settings, desk.clock.now()
    upload = await desk.in_unit(lambda session: service.create(session, bound, settings, now))
    asked = Asked(upload.id, bound.person_id)
    try:
        progress = await append(desk, asked, Piece(0, None, form.file()))
        if not form.is_whole:
            raise UploadIncomplete("Rien n’est gardé.")
        if not progress.offset_bytes:
            raise NotAVideoFile("Il est vide.")
        return await finish(desk, asked)
    except Refusal:
        await give_up(desk, asked)
        raise


async def finish(desk: Desk, asked: Asked) -> Upload:
    """Say that what came is all there is."""
    upload = await claim(desk, asked)
    if upload.state != "receiving":
        return upload
    async with held(desk, upload) as file:
        size_bytes, now = file.size_bytes, desk.clock.now()
        upload = await desk.in_unit(lambda session: service.fix_length(session, asked, size_bytes, now))
        return (await keep(desk, upload, file)).upload


async def give_up(desk: Desk, asked: Asked) -> None:
    """Delete an upload that nobody can go on with; one that was refused has lost its bytes already."""
    with suppress(UploadGone):
        await cancel(desk, asked)


async def status(desk: Desk, asked: Asked) -> Progress:
    """Say how far an upload came; whoever was writing stops, since nobody asks while the line holds."""
    upload = await claim(desk, asked)
    if upload.state != "receiving":
        return Progress(upload, limit_bytes(desk, upload))
    async with held(desk, upload) as file:
        if file.size_bytes == upload.length_bytes:
            return await keep(desk, upload, file)
        await in_thread(file.sync)
        return Progress(upload, file.size_bytes)


async def cancel(desk: Desk, asked: Asked) -> None:
    """Delete an upload and its bytes; whoever was writing stops."""
    await desk.in_unit(lambda session: service.cancel(session, asked, desk.clock.now()))
    await in_thread(partial(service.forget_bytes, desk.settings, asked.upload_id))


async def append_nothing(upload: Upload, piece: Piece) -> Progress:
    """Answer a piece for an upload that has everything: it may only be empty, and at the end."""
    size_bytes = upload.length_bytes or 0
    rules.room_bytes(size_bytes, size_bytes, piece.offset_bytes, piece.body_bytes)
    async with aclosing(piece.parts) as parts:
        async for part in parts:
            if part:
                raise rules.too_large(size_bytes)
    return Progress(upload, size_bytes)


async def claim(desk: Desk, asked: Asked) -> Upload:
    """Become the one who should write."""
    return await desk.in_unit(lambda session: service.claim(session, asked, desk.clock.now()))


def limit_bytes(desk: Desk, upload: Upload) -> int:
    """Return how long an upload may become."""
    return desk.settings.upload_max_bytes if upload.length_bytes is None else upload.length_bytes


@asynccontextmanager
async def held(desk: Desk, upload: Upload) -> AsyncIterator[SpoolFile]:
    """Hold the file of an upload, once whoever wrote has stopped; raise OtherWriter when nobody does.

    What turns out to be no video while it is held is refused, and its bytes are forgotten.
    """
    file = SpoolFile(desk.settings.spool_dir, upload.id)
    try:
        with anyio.move_on_after(WAIT_FOR_WRITER_S) as waiting:
            while not file.hold():  # noqa: ASYNC110 - the kernel tells nobody when another process lets go
                await anyio.sleep(LOOK_AGAIN_S)
        if waiting.cancelled_caught:
            raise OtherWriter(retry_after_s=round(WAIT_FOR_WRITER_S))
        yield file
    except NotAVideoFile:
        await desk.in_unit(lambda session: service.refuse(session, upload.id, NotAVideoFile.slug))
        await in_thread(partial(service.forget_bytes, desk.settings, upload.id))
        raise
    finally:
        file.close()


async def keep(desk: Desk, upload: Upload, file: SpoolFile) -> Progress:
    """Make what lies in the file durable, then say so in the row: in that order an offset never lies."""
    complete = file.size_bytes == upload.length_bytes
    await in_thread(partial(look, file, complete=complete))
    await in_thread(file.seal if complete else file.sync)
    life_days, now = desk.settings.upload_life_days, desk.clock.now()
    settled = await desk.in_unit(
        lambda session: service.settle(session, upload.id, file.size_bytes, life_days, now)
    )
    return Progress(settled, file.size_bytes)


def look(file: SpoolFile, *, complete: bool) -> None:
    """Raise NotAVideoFile as soon as enough bytes are there to see that they never make a video."""
    enough = complete or file.size_bytes >= rules.SNIFF_BYTES
    if enough and file.size_bytes and not rules.could_be_video(file.head(rules.SNIFF_BYTES)):
        raise NotAVideoFile("Rien n’est gardé. Choisis une vidéo MP4, MOV ou WebM.")


class Pouring:
    """Writes a stream in batches: one is written by a thread while the next gathers, so memory stays flat."""

    def __init__(self, desk: Desk, upload: Upload, file: SpoolFile) -> None:
        self._desk = desk
        self._upload = upload
        self._file = file
        self._batch = bytearray()
        self._writing: asyncio.Future[None] | None = None
        self._watched_at_s = anyio.current_time()

    async def pour(self, parts: AsyncGenerator[bytes], room_bytes: int) -> None:
        """Write everything that comes; raise TooLarge, and keep nothing, over `room_bytes`."""
        start_bytes, came_bytes = self._file.size_bytes, 0
        try:
            async with aclosing(parts):
                async for part in parts:
                    came_bytes += len(part)
                    if came_bytes > room_bytes:
                        raise rules.too_large(start_bytes + room_bytes)
                    await self._add(part)
        finally:
            if came_bytes > room_bytes:
                self._batch.clear()
                await self._land()
                await in_thread(partial(self._file.cut_back, start_bytes))
            else:
                await self._flush()
                await self._land()

    async def _add(self, part: bytes) -> None:
        self._batch += part
        enough = BATCH_BYTES if self._file.size_bytes >= rules.SNIFF_BYTES else rules.SNIFF_BYTES
        if len(self._batch) >= enough or not part:
            await self._flush()
        if anyio.current_time() - self._watched_at_s >= WATCH_EVERY_S:
            await self._watch()

    async def _flush(self) -> None:
        """Hand the batch to a thread, once the last one is written."""
        await self._land()
        if self._batch:
            batch, self._batch = self._batch, bytearray()
            self._writing = asyncio.get_running_loop().run_in_executor(None, self._write, batch)

    async def _land(self) -> None:
        """Wait for the batch under way; after a failure nothing more is written, or there would be a hole."""
        writing, self._writing = self._writing, None
        if writing is not None:
            try:
                await writing
            except BaseException:
                self._batch.clear()
                raise

    def _write(self, batch: bytearray) -> None:
        self._file.write(batch)
        look(self._file, complete=False)

    async def _watch(self) -> None:
        """Raise OtherWriter when somebody else has claimed the upload, or it has gone."""
        self._watched_at_s = anyio.current_time()
        upload = self._upload
        if not await self._desk.in_unit(
            lambda session: queries.writes(session, upload.id, upload.writer_token)
        ):
            raise OtherWriter(retry_after_s=round(WAIT_FOR_WRITER_S))


async def in_thread(work: Callable[[], Result]) -> Result:
    """Run file work off the event loop, in the threads that write."""
    return await asyncio.get_running_loop().run_in_executor(None, work)
