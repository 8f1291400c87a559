"""Object storage: a directory of this machine, or any S3."""

from app.settings import Settings
from app.storage.local import LocalStorage
from app.storage.objects import (
    InvalidKey,
    LinkExpired,
    LinkForged,
    ObjectInfo,
    ObjectNotFound,
    Storage,
    StorageUnavailable,
)

__all__ = [
    "InvalidKey",
    "LinkExpired",
    "LinkForged",
    "LocalStorage",
    "ObjectInfo",
    "ObjectNotFound",
    "Storage",
    "StorageUnavailable",
    "links_origin",
    "open_storage",
]


def open_storage(settings: Settings) -> Storage:
    """Return the storage that the settings name."""
    if settings.storage == "s3":
        # boto3 takes long to import, and most machines keep their videos in a directory.
        from app.storage.s3 import S3Storage  # noqa: PLC0415

        return S3Storage(settings)
    return LocalStorage.from_settings(settings)


def links_origin(settings: Settings) -> str:
    """Return the origin where links to objects lead; empty where it is the service's own."""
    if settings.storage == "s3":
        from app.storage import s3  # noqa: PLC0415 - as above

        return s3.links_origin(settings)
    return ""
