"""From one result to the next: where a profile stands in the list that its address names."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.directory import queries
from app.directory.asking import asked_by
from app.directory.schemas import PAGES, SearchForm
from app.people.rules import Who
from app.profiles.models import Profile
from app.search.queries import around


@dataclass(frozen=True)
class Walk:
    """Addresses: back to the list, of the profile before and of the one after; empty where there is none.

    `place` of `total` says where the profile stands, both 0 where it is in no list.
    """

    back: str = "/candidats"
    previous: str = ""
    following: str = ""
    place: int = 0
    total: int = 0


def walk(session: Session, who: Who, profile: Profile, search: SearchForm, today: date) -> Walk:
    """Return where a profile stands among what a search finds now; whoever came otherwise stands nowhere."""
    if not search.pairs(leave_out=PAGES):
        return Walk()
    stands = around(session, asked_by(session, who, search, today).query, profile.id)
    if stands is None:
        return Walk(search.address())
    neighbours = [one for one in (stands.before, stands.after) if one]
    slugs = queries.slugs(session, who, neighbours)
    previous, following = (
        search.card_address(slugs[one]) if one in slugs else "" for one in (stands.before, stands.after)
    )
    back = f"{search.address(vers=profile.slug)}#{profile.slug}"
    return Walk(back, previous, following, stands.place, stands.total)
