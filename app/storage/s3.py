"""Object storage in any S3; browsers read it through links that S3 itself checks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.settings import Settings
from app.storage.objects import (
    CHUNK_BYTES,
    ObjectInfo,
    ObjectNotFound,
    StorageUnavailable,
    valid_key,
    valid_prefix,
)

ABSENT = {"404", "NoSuchKey", "NoSuchUpload", "NotFound"}
DELETED_AT_ONCE = 1000  # S3's own limit
CALL_UNKNOWN = {400, 405, 411, 501}  # some want a checksum of theirs, others know no such call
CACHE_CONTROL = "private"
FIRST_REGION = "us-east-1"
# What a player of another origin sends and reads: it fetches films part by part.
CORS_RULE = {
    "AllowedMethods": ["GET", "HEAD"],
    "AllowedHeaders": ["Range"],
    "ExposeHeaders": ["Accept-Ranges", "Content-Length", "Content-Range"],
    "MaxAgeSeconds": 3600,
}
PARTS = TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20, max_concurrency=4)


class S3Storage:
    """`app.storage.Storage` in one bucket; a client of S3 is safe among threads.

    Links are made for the public address (what browsers reach), all the rest goes to the internal one.
    """

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._pages = origin_of(settings.public_url)
        options = client_options(settings)
        inside = settings.s3_endpoint_url
        self._is_amazon = inside is None
        self._client = boto3.client("s3", endpoint_url=inside, **options)
        outside = settings.s3_public_endpoint_url or inside
        self._public = (
            self._client if outside == inside else boto3.client("s3", endpoint_url=outside, **options)
        )

    def prepare(self) -> None:
        """Make the bucket where there is none, and let players on our pages, and no others, read from it."""
        with _trouble():
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                if code_of(error) not in ABSENT:
                    raise
                self._client.create_bucket(Bucket=self._bucket, **self._place())
            rules: Any = {"CORSRules": [CORS_RULE | {"AllowedOrigins": [self._pages]}]}
            self._client.put_bucket_cors(Bucket=self._bucket, CORSConfiguration=rules)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store a file whole or not at all, in several parts when it is large."""
        extra = {"ContentType": content_type, "CacheControl": CACHE_CONTROL}
        with _trouble():
            self._client.upload_file(str(path), self._bucket, valid_key(key), ExtraArgs=extra, Config=PARTS)

    def put_bytes(self, key: str, data: bytes, content_type: str) -> None:
        """Store bytes whole or not at all, over an older object of that key."""
        with _trouble():
            self._client.put_object(
                Bucket=self._bucket,
                Key=valid_key(key),
                Body=data,
                ContentType=content_type,
                CacheControl=CACHE_CONTROL,
            )

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`, in pieces; what lies past the object is left out."""
        if end is not None and end <= start:
            self.head(key)
            return
        span = f"bytes={start}-" if end is None else f"bytes={start}-{end - 1}"
        try:
            with _trouble():
                answer = self._client.get_object(Bucket=self._bucket, Key=valid_key(key), Range=span)
                with closing(answer["Body"]) as body:
                    yield from body.iter_chunks(CHUNK_BYTES)
        except _NothingThere:
            return

    def read(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes of `stream` at once; raise ObjectNotFound."""
        return b"".join(self.stream(key, start, end))

    def head(self, key: str) -> ObjectInfo:
        """Return what is known of an object; raise ObjectNotFound."""
        with _trouble():
            answer = self._client.head_object(Bucket=self._bucket, Key=valid_key(key))
        return ObjectInfo(key, answer["ContentLength"], answer["LastModified"], answer["ContentType"])

    def delete(self, key: str) -> None:
        """Remove an object; do nothing when there is none."""
        with _trouble():
            self._client.delete_object(Bucket=self._bucket, Key=valid_key(key))

    def delete_all(self, keys: Iterable[str]) -> None:
        """Remove objects, a thousand with one call; those that are not there count as removed."""
        left = map(valid_key, keys)
        while some := list(islice(left, DELETED_AT_ONCE)):
            with _trouble():
                self._delete_some(some)

    def delete_prefix(self, prefix: str) -> None:
        """Remove every object under `prefix`, which ends with a slash."""
        self.delete_all(found.key for found in self.list(valid_prefix(prefix)))

    def forget_unfinished(self, begun_before: datetime) -> int:
        """Remove the parts of objects whose writer never said that this was all; return how many objects."""
        count = 0
        pages = self._client.get_paginator("list_multipart_uploads")
        with _trouble():
            for page in pages.paginate(Bucket=self._bucket):
                for begun in page.get("Uploads", ()):
                    if begun["Initiated"] < begun_before:
                        count += self._abort(begun["Key"], begun["UploadId"])
        return count

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Yield the objects under `prefix` (all, or ending with a slash), in the order of their keys."""
        pages = self._client.get_paginator("list_objects_v2")
        with _trouble():
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix and valid_prefix(prefix)):
                for found in page.get("Contents", ()):
                    yield ObjectInfo(found["Key"], found["Size"], found["LastModified"])

    def signed_url(self, key: str, life_s: int, now: datetime) -> str:  # noqa: ARG002 — see below
        """Return an address where anybody may GET the object for `life_s` seconds.

        They count from the machine's own clock, as S3 counts by its own: `now` is not heard.
        """
        wanted = {"Bucket": self._bucket, "Key": valid_key(key), "ResponseCacheControl": CACHE_CONTROL}
        return self._public.generate_presigned_url("get_object", Params=wanted, ExpiresIn=life_s)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
        self._public.close()

    def _place(self) -> dict[str, Any]:
        """Say where a new bucket stands: Amazon wants to hear it, except of its first region."""
        region = self._client.meta.region_name
        is_said = self._is_amazon and region != FIRST_REGION
        return {"CreateBucketConfiguration": {"LocationConstraint": region}} if is_said else {}

    def _delete_some(self, keys: Sequence[str]) -> None:
        """Remove objects with one call, or one by one on a server that does not take it."""
        wanted: Any = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        try:
            answer = self._client.delete_objects(Bucket=self._bucket, Delete=wanted)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in CALL_UNKNOWN:
                raise
            for key in keys:
                self.delete(key)
        else:
            if answer.get("Errors"):
                raise StorageUnavailable

    def _abort(self, key: str, upload_id: str) -> bool:
        """Abort an object that comes in parts; tell whether it still was on its way."""
        try:
            with _trouble():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except ObjectNotFound:
            return False
        return True


class _NothingThere(Exception):
    """The range begins past the last byte."""


@contextmanager
def _trouble() -> Iterator[None]:
    """Turn the errors of boto3 into ours."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in ABSENT:
            raise ObjectNotFound from error
        raise (_NothingThere() if code_of(error) == "InvalidRange" else StorageUnavailable()) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageUnavailable from error


def code_of(error: ClientError) -> str:
    """Return how S3 calls an error."""
    return error.response.get("Error", {}).get("Code", "")


def origin_of(url: str) -> str:
    """Return the origin of an address, as browsers say it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def links_origin(settings: Settings) -> str:
    """Return the origin where links to objects lead; neither keys nor network are needed to know it."""
    options = client_options(settings)
    unsigned = options["config"].merge(Config(signature_version=UNSIGNED))
    outside = settings.s3_public_endpoint_url or settings.s3_endpoint_url
    with closing(boto3.client("s3", endpoint_url=outside, **options | {"config": unsigned})) as client:
        wanted = {"Bucket": settings.s3_bucket, "Key": "any"}
        return origin_of(client.generate_presigned_url("get_object", Params=wanted))


def client_options(settings: Settings) -> dict[str, Any]:
    """Return how to talk to S3; without keys boto3 looks for the machine's own (role, environment)."""
    return {
        "region_name": settings.s3_region,
        "aws_access_key_id": settings.s3_access_key.get_secret_value() or None,
        "aws_secret_access_key": settings.s3_secret_key.get_secret_value() or None,
        "config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if settings.s3_path_style else "virtual"},
            request_checksum_calculation=settings.s3_checksums,
            response_checksum_validation=settings.s3_checksums,
            retries={"mode": "standard", "total_max_attempts": 5},
            max_pool_connections=20,  # a worker stores four files at once, each in four parts
            connect_timeout=5,
            read_timeout=30,
        ),
    }
