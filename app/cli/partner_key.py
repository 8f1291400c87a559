"""placeholder."""

from typing import Any


def add_to(verbs: Any) -> None:
    """Nothing yet."""
