"""The pages act as a role that adds to the outbox of the journal, and can do nothing else to it."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.db import APP_ROLE, connect, lower, new_id
from app.evidence.models import OutboxEntry
from app.evidence.service import Statement, drain, erase_person, record
from app.tables import give_rights, metadata

JOURNAL = (
    *("evidence_fact", "evidence_fact_face_2026", "evidence_node", "evidence_checkpoint", "evidence_key"),
    "evidence_public_pack",
)
RIGHTS = ("select", "insert", "update", "delete")


@pytest.fixture
def lowered(session: Session) -> Session:
    """Act as pages do, for one transaction."""
    session.execute(text(f"set local role {APP_ROLE}"))
    return session


def is_refused(session: Session, statement: str) -> bool:
    """Tell whether the rights of the role do not reach so far."""
    try:
        with session.begin_nested():
            session.execute(text(statement))
    except ProgrammingError as refused:
        return "denied" in str(refused) or "must be owner" in str(refused)
    return False


def test_pages_record_once_and_erase(lowered: Session, now: datetime) -> None:
    person = new_id()
    statement = Statement("profile.published", "x", now, subject=person)
    assert record(lowered, statement)
    assert not record(lowered, statement)
    erase_person(lowered, person, now)


@pytest.mark.parametrize("table", [*JOURNAL, "evidence_outbox", "evidence_source"])
def test_the_role_takes_nothing_from_the_journal(lowered: Session, table: str) -> None:
    assert is_refused(lowered, f"delete from {table}")  # noqa: S608 - our own table names
    assert is_refused(lowered, f"truncate {table}")
    assert is_refused(lowered, f"drop table {table}")
    assert is_refused(lowered, f"alter table {table} disable trigger all")


@pytest.mark.parametrize("table", JOURNAL)
def test_the_role_adds_to_nothing_but_the_outbox(lowered: Session, table: str) -> None:
    assert is_refused(lowered, f"insert into {table} default values")


def test_the_role_cannot_number_facts(lowered: Session, now: datetime) -> None:
    record(lowered, Statement("profile.published", "x", now))
    with pytest.raises(ProgrammingError, match="denied"):
        drain(lowered, now)


def test_the_role_writes_everywhere_but_in_the_journal(session: Session) -> None:
    has = text("select has_table_privilege(:role, :name, :right)")
    lacking = {
        name
        for name in metadata.tables
        for right in RIGHTS
        if not session.scalar(has, {"role": APP_ROLE, "name": name, "right": right})
    }
    assert lacking == {name for name in metadata.tables if name.startswith("evidence_")}
    for name in lacking:
        assert not session.scalar(has, {"role": APP_ROLE, "name": name, "right": "update"})


@pytest.fixture
def pages(committed: Engine) -> Iterator[Engine]:
    """Connect as the application does, to a database of its own."""
    engine = lower(connect(committed.url.render_as_string(hide_password=False), pool_size=1))
    yield engine
    engine.dispose()


def test_every_connection_of_the_pages_takes_the_role(pages: Engine) -> None:
    for _ in range(2):
        with Session(pages) as session:
            assert session.scalar(text("select current_user")) == APP_ROLE
        pages.dispose()


def test_a_database_that_gave_the_role_nothing_is_used_as_its_owner(
    committed: Engine, pages: Engine, now: datetime
) -> None:
    with committed.begin() as connection:
        connection.execute(text(f"drop owned by {APP_ROLE}"))
    with Session(pages) as session, session.begin():
        assert session.scalar(text("select current_user")) == "visavis"
        record(session, Statement("profile.published", "x", now))
        assert len(session.scalars(select(OutboxEntry)).all()) == 1
    pages.dispose()
    with committed.connect() as connection:
        give_rights(connection)
    with Session(pages) as session:
        assert session.scalar(text("select current_user")) == APP_ROLE
