"""How search speaks to the database: every statement planned for its own values."""

from collections.abc import Mapping
from typing import Any, cast

import psycopg
from sqlalchemy.orm import Session


def execute_unprepared(session: Session, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement planned for its values: prepared, its plan would be 200 times slower."""
    connection = session.connection()
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    threshold, driver.prepare_threshold = driver.prepare_threshold, None
    try:
        return [tuple(row) for row in connection.exec_driver_sql(statement, dict(values))]
    finally:
        driver.prepare_threshold = threshold
