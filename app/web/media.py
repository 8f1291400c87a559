"""Stored objects by signed link, with ranges, where the storage is a directory of ours."""

from datetime import datetime

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from app.errors import NotFound
from app.storage import LocalStorage, Storage
from app.web.deps import CurrentStorage, Everybody, Now

# What a browser may show in place; anything else is only saved, so that no stored page runs under our name.
SHOWN = (
    "video/",
    "audio/",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/vtt",
    "application/vnd.apple.mpegurl",
)

router = APIRouter(include_in_schema=False)


@router.api_route("/media/{key:path}", methods=["GET", "HEAD"])
def send_object(
    _: Everybody, key: str, storage: CurrentStorage, now: Now, expires: str = "", signature: str = ""
) -> Response:
    """Answer with the object that this link opens."""
    return object_response(storage, key, (expires, signature), now)


def object_response(storage: Storage, key: str, proof: tuple[str, str], now: datetime) -> Response:
    """Return the object that a link opens; `proof` is its expiry and signature."""
    if not isinstance(storage, LocalStorage):
        raise NotFound
    found = storage.follow_link(key, *proof, now)
    return FileResponse(
        found.path,
        media_type=found.content_type,
        filename=key.rpartition("/")[2],
        content_disposition_type="inline" if found.content_type.startswith(SHOWN) else "attachment",
        headers={
            "Cache-Control": f"private, max-age={found.life_left_s}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
