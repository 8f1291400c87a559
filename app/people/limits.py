"""Limits: how often one may try, counted in units of their own, so that they outlive a refused request."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.errors import TooMany, Unavailable
from app.people.models import Limit as Counted
from app.people.rules import Limit, next_arrival, wait_s
from app.signing import sign

SIGN_IN_EVERYBODY = Limit("sign-in", burst=300, every_s=0.2)
SIGN_IN_ACCOUNT = Limit("sign-in-account", burst=10, every_s=60)
# Failures only: twenty people of a workshop sign in from one address.
SIGN_IN_NETWORK = Limit("sign-in-network", burst=40, every_s=30)
LINK_EVERYBODY = Limit("link", burst=200, every_s=1)
LINK_ACCOUNT = Limit("link-account", burst=3, every_s=300)
LINK_NETWORK = Limit("link-network", burst=40, every_s=30)
REGISTER_NETWORK = Limit("register-network", burst=5, every_s=600)

Asked = tuple[Limit, str]


class TooManyTries(TooMany):
    """Too many tries for this account, this network or everybody together."""

    slug = "trop-d-essais"
    title = "Trop d’essais d’affilée"


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

    def admit(self, *asked: Asked, unless: tuple[Asked, ...] = ()) -> None:
        """Count one try on each of `asked`; `unless` are limits that are looked at and not counted.

        Raise TooManyTries when one of all of them is exhausted.
        """
        try:
            with self.unit() as session:
                waits = [self.wait(session, limit, subject) for limit, subject in unless]
                waits += [self.count(session, limit, subject) for limit, subject in asked]
        except SQLAlchemyError as trouble:
            raise LimitsAway(retry_after_s=5) from trouble
        if (longest_s := max(waits, default=0)) > 0:
            raise TooManyTries("Attends un peu, puis recommence.", retry_after_s=longest_s)

    def charge(self, limit: Limit, subject: str) -> None:
        """Count a failure."""
        try:
            with self.unit() as session:
                self.count(session, limit, subject)
        except SQLAlchemyError as trouble:
            raise LimitsAway(retry_after_s=5) from trouble

    def forgive(self, limit: Limit, subject: str) -> None:
        """Forget the tries of somebody who has proved who they are, and all that no longer matter."""
        try:
            with self.unit() as session:
                past = Counted.arrival_at <= self.now
                session.execute(delete(Counted).where((Counted.key == self.row_key(limit, subject)) | past))
        except SQLAlchemyError as trouble:
            raise LimitsAway(retry_after_s=5) from trouble

    def wait(self, session: Session, limit: Limit, subject: str) -> int:
        """Return the seconds until a try is admitted, without counting one."""
        kept = select(Counted.arrival_at).where(Counted.key == self.row_key(limit, subject))
        return wait_s(limit, session.scalar(kept) or self.now, self.now)

    def count(self, session: Session, limit: Limit, subject: str) -> int:
        """Count a try and return 0, or return the seconds to wait and count nothing."""
        key = self.row_key(limit, subject)
        # The update changes nothing: it locks the row, made now or before, for those who try at once.
        row = insert(Counted).values(key=key, arrival_at=self.now)
        locked = row.on_conflict_do_update(index_elements=[Counted.key], set_={"key": key})
        arrival_at = session.scalars(locked.returning(Counted.arrival_at)).one()
        left_s = wait_s(limit, arrival_at, self.now)
        if left_s == 0:
            moved = update(Counted).where(Counted.key == key)
            session.execute(moved.values(arrival_at=next_arrival(limit, arrival_at, self.now)))
        return left_s

    def row_key(self, limit: Limit, subject: str) -> str:
        """Return the row of a subject, from which no reader of the table learns an address."""
        return f"{limit.name}:{sign(self.key, subject.strip().lower())}"
