"""Pure rules of the journal: kinds of facts, what they may measure, how a person becomes nobody."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

CONVENTION = "face-2026"
PSEUDONYM_BYTES = 16

Measure = int | str | bool
# Beyond it JavaScript and many JSON readers lose digits, and two readers would see two facts.
# Source: RFC 8259, section 6 (integers that interoperate).
INTEGER_MAX = 2**53 - 1
LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # no UTF-8 writes it


@dataclass(frozen=True)
class Kind:
    """What a kind of fact is counted for: the axis of the convention, and the version of its rule."""

    axis: int
    rule: str


KINDS = {
    "resident.filmed": Kind(axis=1, rule="personnes-2026.1"),
    "profile.published": Kind(axis=1, rule="publications-2026.1"),
    "view.qualified": Kind(axis=1, rule="vues-2026.1"),
    "contact.sent": Kind(axis=1, rule="contacts-2026.1"),
    "contact.answered": Kind(axis=1, rule="contacts-2026.1"),
    "contact.company_answered": Kind(axis=1, rule="suites-2026.1"),
    "contact.company_silent": Kind(axis=1, rule="suites-2026.1"),
    "outcome.declared": Kind(axis=1, rule="suites-2026.1"),
    "outcome.confirmed": Kind(axis=1, rule="suites-2026.1"),
    "outcome.disputed": Kind(axis=1, rule="suites-2026.1"),
    # What a fact stated was a mistake: the one that it names counts no more.
    "fact.withdrawn": Kind(axis=1, rule="corrections-2026.1"),
}
WITHDRAWN = "fact.withdrawn"


class UnknownKind(LookupError):
    """A statement of a kind that no rule counts."""


class InexactMeasure(TypeError):
    """A measure that two readers could write differently: a float, a null, a nested value."""


def kind_of(name: str) -> Kind:
    """Return the rule of a kind; raise UnknownKind when there is none."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def checked_measures(measures: Mapping[str, object]) -> dict[str, Measure]:
    """Return the measures as they may stand in a fact; raise InexactMeasure for any other."""
    kept: dict[str, Measure] = {}
    for name, value in measures.items():
        if not (name.isascii() and name) or not isinstance(value, int | str):
            raise InexactMeasure(f"{name}: {value!r}")
        if isinstance(value, int) and abs(value) > INTEGER_MAX:
            raise InexactMeasure(f"{name}: {value!r}")
        if isinstance(value, str) and LONE_SURROGATE.search(value):
            raise InexactMeasure(f"{name}: {value!r}")
        kept[name] = value
    return kept


def pseudonym(key: bytes, convention: str) -> str:
    """Return who a person is in the facts of a convention, 32 hexadecimal digits.

    Without the person's own random key nobody, not even with the whole database, can compute it again.
    """
    return hmac.digest(key, convention.encode(), "sha256")[:PSEUDONYM_BYTES].hex()


def sealed_source(key: bytes, kind: str, source: str) -> str:
    """Return the unique source of a fact without the ids that stand in it: they would name persons."""
    return f"{kind}:{hmac.digest(key, source.encode(), 'sha256')[:PSEUDONYM_BYTES].hex()}"
