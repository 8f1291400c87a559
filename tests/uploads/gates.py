"""Gates in the database, at which a real process waits in the middle of a step until a test says otherwise.

Triggers of the test's own stand around each step that changes an upload; the product knows nothing of them.
A process that dies while its statement waits has not committed; one that is frozen at its commit, and dies
once that went through, has committed and told nobody.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from httpx2 import TransportError
from sqlalchemy import Connection, Engine, text

from tests.uploads.machine import WebServer, wait_until

Point = tuple[Literal["before", "after"], str]  # of which step
STEPS = {
    "create": ("insert", "true"),
    "claim": ("update", "new.writer_token is distinct from old.writer_token"),
    "complete": ("update", "new.completed_at is distinct from old.completed_at"),
}
TELL = """
create function gate() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext(tg_argv[0]));
  return new;
end $$
"""
BEFORE = (
    "create trigger {name} before {change} on upload"
    " for each row when ({holds}) execute function gate('{name}')"
)
AFTER = (
    "create constraint trigger {name} after {change} on upload deferrable initially deferred"
    " for each row when ({holds}) execute function gate('{name}')"
)
WAITS = text("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
BUSY = text(
    "select exists (select from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid() and state <> 'idle')"
)


def build(database: Engine) -> None:
    """Build every gate, open."""
    with database.begin() as connection:
        connection.execute(text(TELL))
        for step, (change, holds) in STEPS.items():
            for when, trigger in (("before", BEFORE), ("after", AFTER)):
                name = f"{when}_{step}"
                connection.execute(text(trigger.format(name=name, change=change, holds=holds)))


@dataclass(frozen=True)
class Gate:
    """A gate that is shut, on a connection of the test's own."""

    connection: Connection

    def wait_for_somebody(self) -> None:
        """Wait until a process stands before it."""
        wait_until(lambda: bool(self.connection.scalar(WAITS)))

    def open(self) -> None:
        """Let everybody through, and wait until they are."""
        self.connection.execute(text("select pg_advisory_unlock_all()"))
        wait_until(lambda: not self.connection.scalar(BUSY))


@contextmanager
def shut(database: Engine, point: Point) -> Iterator[Gate]:
    """Shut one gate."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("select pg_advisory_lock(hashtext(:name))"), {"name": "_".join(point)})
        try:
            yield Gate(connection)
        finally:
            connection.execute(text("select pg_advisory_unlock_all()"))


def ask_in_vain(request: Callable[[], object]) -> None:
    """Make a request whose answer never comes."""
    with suppress(TransportError, OSError):
        request()
        raise AssertionError("it was answered")


def die(server: WebServer, database: Engine, point: Point, request: Callable[[], object]) -> None:
    """Make a request whose server dies just before a step is committed, or just after."""
    with ThreadPoolExecutor(1) as client, shut(database, point) as gate:
        asking = client.submit(ask_in_vain, request)
        gate.wait_for_somebody()
        if point[0] == "before":
            server.kill()
            gate.open()
        else:
            server.freeze()
            gate.open()
            server.kill()
        asking.result()
