"""A place with real web servers, for the clients that speak to them from outside."""

import pytest

from tests.uploads.conftest import place, site

__all__ = ["place", "site"]


@pytest.fixture(scope="module")
def plane() -> str:
    """Take the way that bytes go by default; tests/uploads tries both."""
    return "splice"
