"""Limits: how often one may try, counted in units of their own, so that they outlive a refused request."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.errors import TooMany, Unavailable
from app.people.models import Limit as Counted
from app.people.rules import Limit, next_arrival, wait_s
from app.settings import Settings
from app.signing import derived_key, sign
from app.words import N_

# However they end: the work that one network can ask of the hashing of passwords.
SIGN_IN_NETWORK_TRIES = Limit("sign-in-network-tries", burst=100, every_s=1)
# Failures only, like the last three: twenty people of a workshop sign in from one address.
SIGN_IN_NETWORK = Limit("sign-in-network", burst=40, every_s=30)
# Less, and slower, than what the account has: one network alone never closes it to its owner elsewhere.
SIGN_IN_ACCOUNT_NETWORK = Limit("sign-in-account-network", burst=6, every_s=120)
SIGN_IN_ACCOUNT = Limit("sign-in-account", burst=10, every_s=60)
SIGN_IN_EVERYBODY = Limit("sign-in", burst=300, every_s=0.2)
LINK_NETWORK = Limit("link-network", burst=40, every_s=30)
LINK_ACCOUNT = Limit("link-account", burst=3, every_s=300)
LINK_EVERYBODY = Limit("link", burst=200, every_s=1)
FLAG_ACCOUNT = Limit("flag-account", burst=10, every_s=600)
REGISTER_NETWORK = Limit("register-network", burst=5, every_s=600)
# Whether a company is registered is asked before anything personal: nobody lists our companies that way.
SIRET_NETWORK = Limit("siret-network", burst=30, every_s=60)
# Three of a million codes are right at a time: at this pace, one in a thousand guesses right within a day.
CODE_ACCOUNT = Limit("code-account", burst=6, every_s=300)
CODE_NETWORK = Limit("code-network", burst=40, every_s=30)
CODE_EVERYBODY = Limit("code", burst=300, every_s=0.2)
COLLEAGUE_ACCOUNT = Limit("colleague-account", burst=5, every_s=3600)
COLLEAGUE_COMPANY = Limit("colleague-company", burst=10, every_s=7200)
PAST_ROWS_MAX = 1000

NETWORK_LIMITS = (
    *(SIGN_IN_NETWORK_TRIES, SIGN_IN_NETWORK, LINK_NETWORK),
    *(REGISTER_NETWORK, SIRET_NETWORK, CODE_NETWORK),
)

Asked = tuple[Limit, str]


class TooManyTries(TooMany):
    """Too many tries for this account, this network or everybody together."""

    slug = "trop-d-essais"
    title = N_("Trop d’essais d’affilée")


class LimitsAway(Unavailable):
    """Nobody can count tries now, so nobody is let through."""


@dataclass(frozen=True)
class Limiter:
    """Counts tries; what is counted (an address, a network) is kept only as a signature.

    `unit` opens a short unit of work.  Every verb raises LimitsAway when the database is in trouble.
    """

    unit: Callable[[], AbstractContextManager[Session]]
    key: bytes
    now: datetime

    def admit(self, *asked: Asked) -> None:
        """Count one try on each of `asked`; on none of them when one is exhausted: raise TooManyTries.

        Rows are locked in the order given.  The most particular comes first and what everybody shares last:
        those who are refused, or wait for one another, hold up nobody else.
        """
        with self.counting() as session:
            # Before any lock: who is refused leaves no trace and costs the others nothing.
            refuse(max(self.wait(session, *one) for one in asked))
            for one in asked:
                refuse(self.count(session, *one))

    def give_back(self, *asked: Asked) -> None:
        """Uncount a try that was no failure, on each of `asked`, in the order in which they were counted."""
        with self.counting() as session:
            for limit, subject in asked:
                move(session, self.row_key(limit, subject), Counted.arrival_at - limit.every)

    def forgive(self, *asked: Asked) -> None:
        """Forget the tries of somebody who has proved who they are, and those that no longer matter."""
        with self.counting() as session:
            for limit, subject in asked:
                session.execute(delete(Counted).where(Counted.key == self.row_key(limit, subject)))
            # What others are counting on stays: waiting for two rows in no order would lock both sides.
            past = select(Counted.key).where(Counted.arrival_at <= self.now).limit(PAST_ROWS_MAX)
            session.execute(delete(Counted).where(Counted.key.in_(past.with_for_update(skip_locked=True))))

    def counted(self, subject: str, *among: Limit) -> bool:
        """Tell whether tries of this subject are counted on one of the limits."""
        keys = [self.row_key(limit, subject) for limit in among]
        with self.counting() as session:
            return session.scalar(select(Counted.key).where(Counted.key.in_(keys)).limit(1)) is not None

    @contextmanager
    def counting(self) -> Iterator[Session]:
        """Open a unit of our own, of which nothing stays when it ends in a refusal."""
        try:
            with self.unit() as session:
                yield session
        except SQLAlchemyError as trouble:
            raise LimitsAway(retry_after_s=5) from trouble

    def wait(self, session: Session, limit: Limit, subject: str) -> int:
        """Return the seconds until a try is admitted, without counting one."""
        kept = select(Counted.arrival_at).where(Counted.key == self.row_key(limit, subject))
        return wait_s(limit, session.scalar(kept) or self.now, self.now)

    def count(self, session: Session, limit: Limit, subject: str) -> int:
        """Count a try and return 0, or return the seconds to wait and count nothing."""
        key = self.row_key(limit, subject)
        arrival_at = locked(session, key, self.now)
        left_s = wait_s(limit, arrival_at, self.now)
        if left_s == 0:
            move(session, key, next_arrival(limit, arrival_at, self.now))
        return left_s

    def row_key(self, limit: Limit, subject: str) -> str:
        """Return the row of a subject, from which no reader of the table learns an address."""
        return f"{limit.name}:{sign(self.key, subject.strip().lower())}"


def limits_key(settings: Settings) -> bytes:
    """Return the key of the signatures that stand for addresses and networks."""
    return derived_key(settings.secret_key, "limits")


def refuse(left_s: int) -> None:
    """Raise TooManyTries when there are seconds left to wait."""
    if left_s > 0:
        raise TooManyTries(N_("Il faut attendre un peu avant de recommencer."), retry_after_s=left_s)


def locked(session: Session, key: str, now: datetime) -> datetime:
    """Return the arrival time of a row, made now without one, and keep it from those who try at once."""
    # The update changes nothing: it takes the lock.
    row = insert(Counted).values(key=key, arrival_at=now)
    kept = row.on_conflict_do_update(index_elements=[Counted.key], set_={"key": key})
    return session.scalars(kept.returning(Counted.arrival_at)).one()


def move(session: Session, key: str, arrival_at: datetime | ColumnElement[datetime]) -> None:
    """Write the arrival time of a row, if it stands."""
    session.execute(update(Counted).where(Counted.key == key).values(arrival_at=arrival_at))
