"""What rooms hand to mail: to whom, which words with which values, and whom these name."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from app.words import FRENCH


class Recipient(NamedTuple):
    """Who gets a message, at which address (a number, for a text message), and in which language."""

    person_id: UUID
    address: str
    language: str = FRENCH


class Draft(NamedTuple):
    """A message before it is written: a letter of `letters.LETTERS`, or a text of `texts.TEXTS`.

    `values` are JSON, the ones that the words need; `path` is an address on this site.  `about` are the
    other persons whom the values name or lead to; `concerns` what it is about (« contact:<id> »).
    """

    to: Recipient
    template: str
    values: Mapping[str, object]
    about: Collection[UUID] = ()
    concerns: str = ""


class Concern(NamedTuple):
    """A message that waits to be sent: to whom, which one, about what (empty: it is wanted in any case)."""

    person_id: UUID
    template: str
    concerns: str
