"""Sends a file with tuspy, as its own documentation says; options are named as tus-js-client names them."""

import json
import sys
from itertools import count
from typing import Any

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.storage.filestorage import FileStorage
from tusclient.uploader.uploader import Uploader


def say(event: str, **more: object) -> None:
    """Tell the test what happens."""
    print(json.dumps({"event": event, **more}), flush=True)  # noqa: T201 - this is how the test hears


def uploader_of(order: dict[str, Any]) -> Uploader:
    """Make what sends the file."""
    options = order["options"]
    storage = FileStorage(order["storage"]) if "storage" in order else None
    return TusClient(order["endpoint"], headers=order["headers"]).uploader(
        order["files"][0],
        url=options.get("uploadUrl"),
        chunk_size=options.get("chunkSize", sys.maxsize),
        metadata=order["metadata"],
        retries=len(order["retry_ms"]),
        retry_delay=max(order["retry_ms"]) / 1000,
        store_url=storage is not None,
        url_storage=storage,
        upload_checksum=order.get("checksum", False),
    )


def send(order: dict[str, Any]) -> None:
    """Send all of the file, or as much as is wanted."""
    uploader = uploader_of(order)
    size_bytes = uploader.get_file_size()
    if not size_bytes:
        uploader.upload()
    for number in count(1):
        if uploader.offset == size_bytes:
            say("finished", url=uploader.url)
            return
        if number == order.get("hold_before_chunk"):
            say("held")
            sys.stdin.readline()
        uploader.upload_chunk()
        say("chunk", bytes=uploader.offset)
        if uploader.offset >= order.get("stop_at_bytes", sys.maxsize):
            say("stopped")
            return


if __name__ == "__main__":
    try:
        send(json.loads(sys.argv[1]))
    except (TusCommunicationError, TusUploadFailed) as failed:
        body = failed.response_content or b""
        say("failed", status=failed.status_code, body=body.decode())
