"""Somebody who reads another language: each sentence that is marked comes between brackets."""

from collections.abc import Callable
from contextvars import copy_context
from gettext import NullTranslations
from typing import TypeVar

from app.words import LANGUAGE

Read = TypeVar("Read")


class Whispers(NullTranslations):
    """A language whose sentences are the French ones between brackets."""

    def gettext(self, message: str) -> str:
        """Return a sentence between brackets."""
        return f"[{message}]"


def whispered(read: Callable[[], Read]) -> Read:
    """Read something in that language."""

    def reading() -> Read:
        LANGUAGE.set(Whispers())
        return read()

    return copy_context().run(reading)
