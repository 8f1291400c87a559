"""What is invented stays out of production, and out of a journal that is of others."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command as alembic
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.cli import accounts, demo_data, doctor, history_hosts, invented
from app.cli.demo import free_port
from app.cli.seed import seed_once
from app.cli.trouble import Trouble
from app.evidence.models import OutboxEntry
from app.evidence.service import Statement, drain, record
from app.people import organisations
from app.people.models import Organisation
from app.postgres import EmbeddedPostgres
from app.settings import Settings
from app.tables import alembic_config, upgrade
from tests.cli.machine import PATIENCE_S, command
from tests.conftest import START
from tests.factories import make_company, make_person, make_profile, make_structure

PRODUCTION = {
    "VISAVIS_ENVIRONMENT": "production",
    "VISAVIS_SECRET_KEY": "secret-des-tests",
    "VISAVIS_PUBLIC_URL": "https://visavis.example",
}
WITHOUT_MARK = "0048_public_packs"


def address_of(engine: Engine) -> str:
    """Return the address of a database."""
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def own(committed: Engine, settings: Settings) -> Settings:
    """Stand on a database of the test's own, where nobody is yet."""
    return settings.model_copy(update={"database_url": SecretStr(address_of(committed))})


@pytest.fixture
def seeded(own: Settings) -> Settings:
    """Have the accounts of the demonstration, whose password is published."""
    assert seed_once(own, youngsters=False) == []
    return own


def examined(settings: Settings, environment: str) -> str:
    """Return what the doctor says of the demonstration."""
    return doctor.CHECKS["démonstration"](settings.model_copy(update={"environment": environment}))


def ended(folder: Path, environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run a command that ends by itself; return its exit code and what it said."""
    told = PRODUCTION | {"VISAVIS_DATA_DIR": str(folder / "data")} | environment
    with command(folder / "log", told, *arguments) as started:
        return started.process.wait(PATIENCE_S), started.said()


@pytest.mark.parametrize("verb", ["web", "worker", "run"])
def test_nothing_starts_in_production_on_the_demonstration(
    seeded: Settings, committed: Engine, tmp_path: Path, verb: str
) -> None:
    assert seeded
    port = [] if verb == "worker" else ["--port", str(free_port())]
    code, said = ended(tmp_path, {"VISAVIS_DATABASE_URL": address_of(committed)}, verb, *port)
    assert code == 1
    assert said.startswith("\nRien ne démarre : cette base contient la démonstration")
    assert "Donnez une autre base, vide, dans VISAVIS_DATABASE_URL" in said


def test_the_doctor_says_where_the_demonstration_is_and_in_production_what_to_do(seeded: Settings) -> None:
    with pytest.raises(Trouble, match="Donnez une autre base, vide"):
        examined(seeded, "production")
    assert examined(seeded, "development") == "elle est dans cette base (refusée en production)"


def test_nobody_from_outside_can_be_taken_for_the_demonstration(own: Settings, committed: Engine) -> None:
    with Session(committed) as session:
        company = make_company(session, "pending", "Atelier Lumen (démo)")
        company.siret = history_hosts.SIRETS[0]
        make_person(session, email=accounts.ADMIN)
        session.commit()
    assert examined(own, "production") == "il n’y en a pas dans cette base"
    invented.refuse(own.model_copy(update={"environment": "production"}))


def test_a_database_without_tables_holds_nothing(own: Settings, postgres: EmbeddedPostgres) -> None:
    empty = SecretStr(postgres.create_database("invented_empty"))
    told = own.model_copy(update={"database_url": empty})
    assert examined(told, "production") == "il n’y en a pas dans cette base"


def test_a_demonstration_from_before_is_marked_and_nothing_else(seeded: Settings, committed: Engine) -> None:
    assert seeded
    with Session(committed) as session:
        marked = set(session.scalars(select(Organisation.name).where(organisations.OF_DEMONSTRATION)))
        make_structure(session, "Mission locale du Nord (démo)")
        session.commit()
    with committed.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        alembic.downgrade(config, WITHOUT_MARK)
    with Session(committed) as session:
        assert not organisations.is_demonstration(session)
    upgrade(committed)
    with Session(committed) as session:
        found = set(session.scalars(select(Organisation.name).where(organisations.OF_DEMONSTRATION)))
    assert found == marked == {demo_data.STRUCTURE, demo_data.COMPANY}


def state_of(session: Session, structure: Organisation) -> None:
    """State that somebody of a structure was published."""
    profile = make_profile(session, structure_id=structure.id)
    source, at = f"profile.published:{profile.id}", datetime.now(UTC)
    record(
        session,
        Statement("profile.published", source, at, profile.person_id, territory=structure.id),
    )


@pytest.mark.parametrize("is_numbered", [True, False], ids=["fact", "statement"])
@pytest.mark.parametrize("youngsters", [True, False], ids=["all", "accounts"])
def test_nothing_invented_enters_a_journal_of_others(
    own: Settings, committed: Engine, *, is_numbered: bool, youngsters: bool
) -> None:
    with Session(committed) as session:
        state_of(session, make_structure(session))
        if is_numbered:
            drain(session, datetime.now(UTC) + timedelta(minutes=1))
        assert (session.scalar(select(OutboxEntry.id)) is None) == is_numbered
        session.commit()
    with pytest.raises(Trouble, match="a déjà des faits d’autres que la démonstration"):
        seed_once(own, youngsters=youngsters)
    with Session(committed) as session:
        assert accounts.person_of(session, accounts.ADMIN) is None


def test_the_past_is_made_beside_facts_of_the_demonstration_and_of_nobody_else(
    session: Session, settings: Settings
) -> None:
    _, structure_id = accounts.ensure(session, START, settings)
    state_of(session, session.get_one(Organisation, structure_id))
    invented.refuse_among_others(session, settings, past=True)
    state_of(session, make_structure(session))
    with pytest.raises(Trouble, match="Une autre base, vide"):
        invented.refuse_among_others(session, settings, past=True)


def test_a_demonstration_that_is_there_goes_on_whoever_came_since(
    session: Session, settings: Settings
) -> None:
    accounts.ensure(session, START, settings)
    operator = accounts.person_of(session, accounts.ADMIN)
    assert operator is not None
    history_hosts.register(session, operator.id, START)
    state_of(session, make_structure(session))
    invented.refuse_among_others(session, settings, past=True)
    invented.refuse_among_others(session, settings, past=False)
    assert invented.has_others(session)


def test_nothing_invented_enters_a_journal_that_witnesses_keep(own: Settings, committed: Engine) -> None:
    with pytest.raises(Trouble, match="VISAVIS_EVIDENCE_WITNESSES"):
        seed_once(own.model_copy(update={"evidence_witnesses": "controle@ville.example"}))
    with Session(committed) as session:
        assert not organisations.is_demonstration(session)
