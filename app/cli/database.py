"""The database that a command works on: the given one, or the embedded one of the data directory."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from app.cli import stopping
from app.cli.trouble import Trouble
from app.db import newest_revision
from app.postgres import DatabaseUnavailable, EmbeddedPostgres
from app.settings import Settings


def is_current(settings: Settings) -> bool:
    """Tell whether the database is at the newest revision."""
    url = make_url(settings.database_url.get_secret_value() if settings.database_url else "")
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address) as connection:
            found = connection.execute("select version_num from public.alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    return found is not None and found[0] == newest_revision()


def with_driver(url: str) -> SecretStr:
    """Return the address as SQLAlchemy wants it: psycopg 3 whatever scheme was given."""
    return SecretStr(make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))


@contextmanager
def opened(settings: Settings) -> Iterator[Settings]:
    """Yield the settings with a database address, starting the embedded one when none was given.

    Several commands share one embedded server: the last to leave stops it.  Raise Trouble when the database
    does not answer, or no longer.
    """
    try:
        with given(settings) if settings.database_url else embedded(settings) as ready:
            yield ready
    except (psycopg.OperationalError, OperationalError) as lost:
        raise Trouble(
            "La base de données ne répond pas : vérifiez VISAVIS_DATABASE_URL, et que PostgreSQL tourne.\n"
            f"({str(lost).splitlines()[0]})"
        ) from lost


@contextmanager
def given(settings: Settings) -> Iterator[Settings]:
    """Yield the settings with the address that was given, as SQLAlchemy wants it."""
    url = with_driver(settings.database_url.get_secret_value() if settings.database_url else "")
    yield settings.model_copy(update={"database_url": url})


@contextmanager
def embedded(settings: Settings) -> Iterator[Settings]:
    """Yield the settings with the address of the embedded server, that runs as long as somebody uses it."""
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    try:
        # A server that starts or stops outlives whoever is interrupted while waiting for it.
        with stopping.held():
            start(server, settings)
        yield settings.model_copy(update={"database_url": SecretStr(server.url)})
    finally:
        with stopping.held():
            server.stop()


def start(server: EmbeddedPostgres, settings: Settings) -> None:
    """Start the embedded database; raise Trouble when it cannot be."""
    try:
        server.start()
    except DatabaseUnavailable as trouble:
        raise Trouble(str(trouble)) from trouble
    except OSError as trouble:
        raise Trouble(
            f"La base de données n’a pas de place dans {settings.data_dir} ({trouble.strerror}) : "
            "rendez ce dossier accessible en écriture, ou choisissez-en un autre par VISAVIS_DATA_DIR."
        ) from trouble
