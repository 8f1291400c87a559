"""How migrations meet the database: the connection comes from the caller, or from `VISAVIS_DATABASE_URL`."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine, text

from app.tables import metadata


def include_name(name: str | None, kind: str, parents: object) -> bool:  # noqa: ARG001 - Alembic's signature
    """Tell whether autogenerate looks at this thing: partitions of the facts are made by hand."""
    return not (kind == "table" and name is not None and name.startswith("evidence_fact_"))


def migrate(connection: Connection) -> None:
    """Run the revisions, seeing the public schema alone: the queue's tables are its own affair."""
    connection.execute(text("set search_path to public"))
    # A revision that waits for a table makes everybody wait behind it: give up, and be run again.
    connection.execute(text("set lock_timeout to '10s'"))
    connection.commit()
    connection.dialect.default_schema_name = "public"
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_server_default=True,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Migrate the given connection or address; offline, print the SQL."""
    given = context.config.attributes.get("connection")
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
    elif given is not None:
        migrate(given)
    else:
        engine = create_engine(os.environ["VISAVIS_DATABASE_URL"])
        with engine.connect() as connection:
            migrate(connection)


run()
