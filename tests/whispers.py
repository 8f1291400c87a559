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

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return a sentence about `n` things between brackets."""
        return f"[{super().ngettext(msgid1, msgid2, n)}]"


def whispered(read: Callable[[], Read]) -> Read:
    """Read something in that language."""

    def reading() -> Read:
        LANGUAGE.set(Whispers())
        return read()

    return copy_context().run(reading)
