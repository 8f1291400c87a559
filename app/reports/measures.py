"""What the roll-ups count of the journal: the measures, each of one kind of fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """Counts facts of a kind with some measures: themselves, or each person or company in them once."""

    code: str
    kind: str
    counts: Literal["facts", "subjects", "organisations"] = "facts"
    measures: Mapping[str, str | int | bool] = field(default_factory=dict)


# Whether somebody lives in a priority neighbourhood is what their filming said: it is counted first.
FILMED = Measure("filmed", "resident.filmed", "subjects")
MEASURES = (
    FILMED,
    Measure("published", "profile.published", "subjects"),
    Measure("views", "view.qualified"),
    Measure("watched", "view.qualified", "subjects"),
    Measure("companies", "view.qualified", "organisations"),
    Measure("contacts", "contact.sent"),
    Measure("contacted", "contact.sent", "subjects"),
    Measure("accepted", "contact.answered", measures={"accepted": True}),
    Measure("answered", "contact.answered", "subjects", {"accepted": True}),
    Measure("outcomes", "outcome.confirmed"),
    Measure("placed", "outcome.confirmed", "subjects"),
)
BY_CODE = {measure.code: measure for measure in MEASURES}
EVERY = "*"  # all places, all of a convention
EVER = "*"
IN_QPV, OUT_OF_QPV, QPV_UNKNOWN = "yes", "no", ""
