"""From one result to the next: where a profile stands in the list that its address names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Walk:
    """Addresses: back to the list, of the profile before and of the one after; empty where there is none.

    `searched` says that there is a list to go back to, with what was asked.
    """

    back: str = "/candidats"
    previous: str = ""
    following: str = ""
    searched: bool = False
