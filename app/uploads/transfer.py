"""How bytes travel: the steps of an append, a whole file, a join and a status, around a stream."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.clock import Clock
from app.errors import Locked, Refusal
from app.settings import Settings
from app.uploads import queries, rules, service
from app.uploads.bodies import PlainForm, patience_of
from app.uploads.models import Upload
from app.uploads.quotas import NewUpload
from app.uploads.service import (
    Asked,
    MadeOfParts,
    NotAVideoFile,
    UploadGone,
    UploadIncomplete,
)
from app.uploads.sinks import Body, Pouring, in_thread, look
from app.uploads.spool import SpoolFile, SpoolLost
from app.uploads.tus import Checksum, concat_of
from app.words import N_

WAIT_FOR_WRITER_S = 5.0
LOOK_AGAIN_S = 0.05

Result = TypeVar("Result")


class OtherWriter(Locked):
    """Two write at once: this one could not stop the other in time, or was stopped by it."""

    slug = "autre-envoi"
    title = N_("Cette vidéo est déjà en cours d’envoi ailleurs")


class PartsLost(UploadGone):
    """The parts that a file is made of went before their bytes were copied."""


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
    """Bytes to add: where they go, and what the client says of the whole's length and of their sum."""

    offset_bytes: int
    body: Body
    length_bytes: int | None = None
    checksum: Checksum | None = None


async def append(desk: Desk, asked: Asked, piece: Piece) -> Progress:
    """Add a piece to an upload that this writer claims; raise and keep what `add` does."""
    return await add(desk, await claim(desk, asked), piece)


async def add(desk: Desk, upload: Upload, piece: Piece) -> Progress:
    """Add a piece to a claimed upload; whatever came is kept, also when the piece ends in a refusal.

    Of a piece with a checksum, all is kept or nothing.
    """
    if upload.kind == "final":
        raise MadeOfParts
    if upload.state != "receiving":
        return await append_nothing(upload, piece)
    async with held(desk, upload) as file:
        upload, room_bytes = await make_room(desk, upload, file, piece)
        trouble = await pour(desk, upload, file, piece, room_bytes)
        progress = await keep(desk, upload, file)
    if trouble is not None:
        raise trouble
    return progress


async def make_room(desk: Desk, upload: Upload, file: SpoolFile, piece: Piece) -> tuple[Upload, int]:
    """Return how many bytes a piece may bring, once the length that it says is noted."""
    most_bytes = desk.settings.upload_max_bytes
    length_bytes = rules.length_bytes(upload.length_bytes, piece.length_bytes, file.size_bytes, most_bytes)
    limit_bytes = most_bytes if length_bytes is None else length_bytes
    room_bytes = rules.room_bytes(file.size_bytes, limit_bytes, piece.offset_bytes, piece.body.length_bytes)
    if length_bytes != upload.length_bytes:
        upload = await fix_length(desk, upload, length_bytes)
    return upload, room_bytes


async def fix_length(desk: Desk, upload: Upload, length_bytes: int | None) -> Upload:
    """Note how long an upload turns out to be."""
    asked, now = Asked(upload.id, None), desk.clock.now()
    return await desk.in_unit(lambda session: service.fix_length(session, asked, length_bytes, now))


async def pour(desk: Desk, upload: Upload, file: SpoolFile, piece: Piece, room_bytes: int) -> Refusal | None:
    """Write the bytes of a piece, and return what ended it before its end; raise NotAVideoFile."""
    start_bytes, trouble = file.size_bytes, None
    if piece.checksum is not None:
        await in_thread(file.doubt)
    try:
        pouring = Pouring(file, piece.body, partial(watch, desk, upload), is_start=upload.kind != "partial")
        await pouring.pour(room_bytes)
        if piece.checksum is not None:
            piece.checksum.check(piece.body.content_hash)
    except NotAVideoFile:
        raise
    except Refusal as refusal:
        trouble = refusal
    if piece.checksum is not None:
        await in_thread(file.trust if trouble is None else partial(file.cut_back, start_bytes))
    return trouble


async def watch(desk: Desk, upload: Upload) -> None:
    """Raise OtherWriter when somebody else has claimed the upload, or it has gone."""
    if not await desk.in_unit(lambda session: queries.writes(session, upload.id, upload.writer_token)):
        raise OtherWriter(retry_after_s=round(WAIT_FOR_WRITER_S))


async def join(desk: Desk, upload: Upload) -> Progress:
    """Copy the parts of a file one after the other; whoever asks again finishes what was interrupted."""
    async with held(desk, upload) as file:
        try:
            await in_thread(partial(copy_all, file, concat_of(upload.tus_concat).part_ids))
        except SpoolLost as lost:
            raise PartsLost from lost
        return await keep(desk, upload, file)


def copy_all(file: SpoolFile, part_ids: Sequence[UUID]) -> None:
    """Make a file of the bytes of others."""
    file.cut_back(0)
    for part_id in part_ids:
        file.add_copy(part_id)


async def take_whole(desk: Desk, bound: NewUpload, form: PlainForm) -> Upload:
    """Make a complete upload of a form's file, at most as long as announced; a cut one leaves nothing.

    Raise what `service.create` and `append` raise, and UploadIncomplete: a plain form cannot go on later.
    """
    settings, now = desk.settings, desk.clock.now()
    upload = await desk.in_unit(lambda session: service.create(session, bound, settings, now))
    asked = Asked(upload.id, bound.person_id)
    try:
        body = Body(form.file(), None, patience_of(settings))
        progress = await add(desk, upload, Piece(0, body))
        if not form.is_whole:
            raise UploadIncomplete(N_("Rien n’est gardé."))
        if not progress.offset_bytes:
            raise NotAVideoFile(N_("Il est vide."))
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
        upload = await fix_length(desk, upload, file.size_bytes)
        return (await keep(desk, upload, file)).upload


async def give_up(desk: Desk, asked: Asked) -> None:
    """Delete an upload that nobody can go on with; one that was refused has lost its bytes already."""
    with suppress(UploadGone):
        await cancel(desk, asked)


async def status(desk: Desk, asked: Asked) -> Progress:
    """Say how far an upload came; whoever was writing stops, since nobody asks while the line holds."""
    upload = await claim(desk, asked)
    if upload.state != "receiving":
        return Progress(upload, upload.length_bytes or 0)
    if upload.kind == "final":
        return await join(desk, upload)
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
    rules.length_bytes(size_bytes, piece.length_bytes, size_bytes, size_bytes)
    rules.room_bytes(size_bytes, size_bytes, piece.offset_bytes, piece.body.length_bytes)
    async with aclosing(piece.body.parts) as parts:
        async for part in parts:
            if part:
                raise rules.too_large(size_bytes)
    return Progress(upload, size_bytes)


async def claim(desk: Desk, asked: Asked) -> Upload:
    """Become the one who should write."""
    return await desk.in_unit(lambda session: service.claim(session, asked, desk.clock.now()))


@asynccontextmanager
async def held(desk: Desk, upload: Upload) -> AsyncIterator[SpoolFile]:
    """Hold the file of an upload, once whoever wrote has stopped; raise OtherWriter when nobody does.

    What turns out to be no video while it is held is refused, and its bytes are forgotten.
    """
    file = SpoolFile(desk.settings.spool_dir, upload.id)
    try:
        limit_s = time.monotonic() + WAIT_FOR_WRITER_S
        while not file.hold():
            if time.monotonic() > limit_s:
                raise OtherWriter(retry_after_s=round(WAIT_FOR_WRITER_S))
            await asyncio.sleep(LOOK_AGAIN_S)
        yield file
    except (NotAVideoFile, PartsLost) as refusal:
        slug = refusal.slug
        await desk.in_unit(lambda session: service.refuse(session, upload.id, slug))
        await in_thread(partial(service.forget_bytes, desk.settings, upload.id))
        raise
    finally:
        file.close()


async def keep(desk: Desk, upload: Upload, file: SpoolFile) -> Progress:
    """Make what lies in the file durable, then say so in the row: in that order an offset never lies."""
    complete = file.size_bytes == upload.length_bytes
    await in_thread(partial(make_durable, file, complete=complete, is_start=upload.kind != "partial"))
    life_days, now = desk.settings.upload_life_days, desk.clock.now()
    settled = await desk.in_unit(
        lambda session: service.settle(session, upload.id, file.size_bytes, life_days, now)
    )
    return Progress(settled, file.size_bytes)


def make_durable(file: SpoolFile, *, complete: bool, is_start: bool) -> None:
    """Make what came survive a power cut; raise NotAVideoFile where it is the start of none."""
    if is_start:
        look(file, complete=complete)
    if complete:
        file.seal()
    else:
        file.sync()
