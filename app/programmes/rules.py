"""Pure rules of conventions: the kinds of numbers, and which axes the service follows today."""

from app.evidence.rules import KINDS

TARGET_KINDS = ("baseline", "target", "result")
UNITS = ("persons", "companies", "percent")


def is_followed(axis: int) -> bool:
    """Tell whether the service records facts for an axis."""
    return any(kind.axis == axis for kind in KINDS.values())
