"""The database: declarative base, names of constraints, ids, engine, the revision that it has to be at."""

from datetime import datetime
from pathlib import Path
from select import POLLIN, poll
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from psycopg import Connection
from sqlalchemy import CheckConstraint, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import Text, Uuid

REVISIONS = Path(__file__).parents[1] / "migrations" / "versions"
CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# What plans reckon a page with, where it lies in memory: one out of order costs no more than the next.  With
# PostgreSQL's defaults, a million profiles are walked by date where a few thousand are asked for.
PAGE_COST = 0.1
PARAMETERS = {
    "search_path": "public,jobs",
    "timezone": "UTC",
    "max_parallel_workers_per_gather": "0",  # a process more for one page is one fewer for the next
    "jit": "off",  # no statement of ours is worth compiling
}

# What pages act as: it writes everywhere but in the journal of evidence, where it only adds to the outbox.
APP_ROLE = "visavis_app"
HAS_APP_ROLE = """
select pg_has_role(current_user, oid, case when current_setting('server_version_num')::int >= 160000
    then 'set' else 'member' end)
  and has_table_privilege(oid, to_regclass('public.evidence_outbox'), 'insert')
from pg_roles where rolname = %s
"""


class Base(DeclarativeBase):
    """Parent of every table; annotations choose PostgreSQL's own types."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        UUID: Uuid(as_uuid=True),
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text()),
        dict[str, Any]: JSONB(),
    }


def new_id() -> UUID:
    """Return a fresh UUIDv7: unique, and sorted by the time of its making."""
    return uuid_utils.compat.uuid7()


class Identified:
    """Mixin of tables whose rows have an id of their own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Return the constraint that keeps `column` within `values`, or empty where it may be."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_known")


def newest_revision() -> str:
    """Return the newest revision, without loading what migrates.

    Revisions are named after their file: 20261123_0003_words.py holds 0003_words (a test says so).
    """
    return max(path.stem.partition("_")[2] for path in REVISIONS.glob("2*.py"))


def connect(url: str, pool_size: int, page_cost: float = PAGE_COST) -> Engine:
    """Return an engine on `url` (postgresql+psycopg://…) whose sessions see the tables and the job queue.

    `page_cost` is what plans reckon a page with; 0 leaves that to the server.
    """
    costs = {"seq_page_cost": str(page_cost), "random_page_cost": str(page_cost)} if page_cost else {}
    parameters = PARAMETERS | costs
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"options": " ".join(f"-c {name}={value}" for name, value in parameters.items())},
    )
    event.listen(engine, "checkout", refuse_ended)
    return engine


def refuse_ended(connection: Connection, *_: object) -> None:
    """Raise DisconnectionError for a connection that the server has ended: the pool opens another one.

    An idle connection has nothing to say; where something is there to read, it is the end.  The kernel knows
    that, so that no question goes to the server at each use (`pool_pre_ping`: as long as a short statement).
    """
    poller = poll()
    poller.register(connection.fileno(), POLLIN)
    if poller.poll(0):
        raise DisconnectionError


def lower(engine: Engine) -> Engine:
    """Have every connection of `engine` act as APP_ROLE, where there is one; return it."""
    event.listen(engine, "connect", become_app)
    return engine


def become_app(connection: Connection, *_: object) -> None:
    """Lay down the owner's rights on a new connection, unless this database gave the role none."""
    connection.autocommit = True  # a role taken in a transaction would go with it
    if may_become_app(connection):
        connection.execute(f"set role {APP_ROLE}")
    connection.autocommit = False


def may_become_app(connection: Connection) -> bool:
    """Tell whether the role of the pages stands, has its rights here, and is ours to take."""
    row = connection.execute(HAS_APP_ROLE, [APP_ROLE]).fetchone()
    return bool(row and row[0])


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return the factory of units of work on `engine`."""
    return sessionmaker(engine, expire_on_commit=False)
