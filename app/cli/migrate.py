"""`visavis migrate`: bring the database to the newest revision."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from app.cli import database
from app.cli.environment import read_settings
from app.db import connect, session_factory
from app.settings import Settings
from app.tables import upgrade


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("migrate", help="amener la base à la dernière version")
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Migrate; several at once wait for each other."""
    with database.opened(read_settings()) as settings:
        migrate(settings)
    print("La base est à jour.")
    return 0


def migrate(settings: Settings) -> None:
    """Migrate the database that `settings` names."""
    if settings.database_url is not None:
        engine = connect(settings.database_url.get_secret_value(), pool_size=1)
        upgrade(engine)
        engine.dispose()


@contextmanager
def migrated() -> Iterator[tuple[sessionmaker[Session], Settings]]:
    """Open the migrated database that a verb works on; yield what begins units of work, and the settings."""
    with database.opened(read_settings()) as settings:
        migrate(settings)
        address = settings.database_url.get_secret_value() if settings.database_url else ""
        engine = connect(address, pool_size=1, page_cost=settings.database_page_cost)
        try:
            yield session_factory(engine), settings
        finally:
            engine.dispose()
