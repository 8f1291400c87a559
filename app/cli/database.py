"""The database that a command works on: the given one, or the embedded one of the data directory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pydantic import SecretStr
from sqlalchemy import make_url

from app.cli.trouble import Trouble
from app.postgres import DatabaseUnavailable, EmbeddedPostgres
from app.settings import Settings

REVISIONS = Path(__file__).parents[2] / "migrations" / "versions"


def is_current(settings: Settings) -> bool:
    """Tell whether the database is at the newest revision, without loading what migrates it.

    Revisions are named after their file: 20261123_0003_words.py holds 0003_words (a test says so).
    """
    url = make_url(settings.database_url.get_secret_value() if settings.database_url else "")
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    newest = max(path.stem.partition("_")[2] for path in REVISIONS.glob("2*.py"))
    try:
        with psycopg.connect(address) as connection:
            found = connection.execute("select version_num from public.alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    return found is not None and found[0] == newest


def with_driver(url: str) -> SecretStr:
    """Return the address as SQLAlchemy wants it: psycopg 3 whatever scheme was given."""
    return SecretStr(make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))


@contextmanager
def opened(settings: Settings) -> Iterator[Settings]:
    """Yield the settings with a database address, starting the embedded one when none was given.

    Several commands share one embedded server: the last to leave stops it.
    """
    if settings.database_url is not None:
        url = with_driver(settings.database_url.get_secret_value())
        yield settings.model_copy(update={"database_url": url})
        return
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    try:
        server.start()
    except DatabaseUnavailable as trouble:
        raise Trouble(str(trouble)) from trouble
    try:
        yield settings.model_copy(update={"database_url": SecretStr(server.url)})
    finally:
        server.stop()
