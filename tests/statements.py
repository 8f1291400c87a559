"""How tests count what a page asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


@contextmanager
def statements(on: Engine | Connection) -> Iterator[list[str]]:
    """Collect the statements sent within the block; not those that go to the driver by themselves."""
    heard: list[str] = []

    def hear(*sent: object) -> None:
        heard.append(str(sent[2]))

    event.listen(on, "before_cursor_execute", hear)
    yield heard
    event.remove(on, "before_cursor_execute", hear)
