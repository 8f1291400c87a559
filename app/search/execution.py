"""How search speaks to the database: every statement planned for its own values."""

from collections.abc import Mapping
from typing import Any, cast

import psycopg
from psycopg.pq import Format
from sqlalchemy.orm import Session


class BinaryCursor(psycopg.Cursor[Any]):
    """A cursor whose results come as bytes: a list of places would be twice as long as text."""

    def __init__(self, connection: psycopg.Connection[Any], **options: Any) -> None:
        super().__init__(connection, **options)
        self.format = Format.BINARY


def execute_unprepared(session: Session, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement planned for its values: prepared, its plan would be 200 times slower."""
    connection = session.connection()
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    threshold, driver.prepare_threshold = driver.prepare_threshold, None
    factory, driver.cursor_factory = driver.cursor_factory, BinaryCursor
    try:
        return [tuple(row) for row in connection.exec_driver_sql(statement, dict(values))]
    finally:
        driver.prepare_threshold = threshold
        driver.cursor_factory = factory
