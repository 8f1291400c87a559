"""Buckets of the real S3 of the tests, and how their owner looks into them, past our own storage."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import boto3
from pydantic import SecretStr

from app.settings import Settings
from app.storage.s3 import client_options
from tests.gateway import ACCESS_KEY, SECRET_KEY, Gateway


def s3_settings(gateway: Gateway, **changes: Any) -> Settings:
    """Return the settings of a service whose bucket, which is not made yet, is its own."""
    usual: dict[str, Any] = {
        "environment": "test",
        "public_url": "https://testserver",
        "storage": "s3",
        "s3_bucket": f"bucket-{uuid4().hex}",
        "s3_endpoint_url": gateway.internal_url,
        "s3_public_endpoint_url": gateway.public_url,
        "s3_access_key": SecretStr(ACCESS_KEY),
        "s3_secret_key": SecretStr(SECRET_KEY),
    }
    return Settings(**usual | changes)


@contextmanager
def owner(settings: Settings) -> Iterator[Any]:
    """Give a client of S3 as it comes."""
    with closing(
        boto3.client("s3", endpoint_url=settings.s3_endpoint_url, **client_options(settings))
    ) as client:
        yield client


def make_bucket(settings: Settings) -> Settings:
    """Make the bucket of these settings, and return them."""
    with owner(settings) as client:
        client.create_bucket(Bucket=settings.s3_bucket)
    return settings


def variables(settings: Settings) -> dict[str, str]:
    """Return what processes of ours are told of the storage of these settings."""
    return {
        "VISAVIS_STORAGE": settings.storage,
        "VISAVIS_S3_BUCKET": settings.s3_bucket,
        "VISAVIS_S3_ENDPOINT_URL": settings.s3_endpoint_url or "",
        "VISAVIS_S3_PUBLIC_ENDPOINT_URL": settings.s3_public_endpoint_url or "",
        "VISAVIS_S3_ACCESS_KEY": settings.s3_access_key.get_secret_value(),
        "VISAVIS_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
    }
