"""What is invented stays out of what is real: where a demonstration may not be, and who says so."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, Text, cast, func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.cli import database, history
from app.cli.trouble import Trouble
from app.db import connect
from app.evidence.models import Fact, OutboxEntry
from app.people import organisations
from app.people.models import Organisation
from app.settings import Settings

# One seeding at a time.
SEED_LOCK = 0x73656564
IN_PRODUCTION = (
    "cette base contient la démonstration : des comptes dont le mot de passe est publié, des faits inventés. "
    "Donnez une autre base, vide, dans VISAVIS_DATABASE_URL : rien d’inventé ne s’ôte d’un journal."
)
ELSEWHERE = "Une autre base, vide, la reçoit ; sans elle : visavis run --sans-demo"


def check(settings: Settings) -> str:
    """Tell whether the database holds the demonstration; raise Trouble where it does in production."""
    try:
        with database.opened(settings) as ready:
            found = is_there(ready)
    except Trouble:
        return "on ne sait pas, car la base de données ne répond pas"  # whose own check says what to do
    if not found:
        return "il n’y en a pas dans cette base"
    if settings.environment == "production":
        raise Trouble(IN_PRODUCTION)
    return "elle est dans cette base (refusée en production)"


def refuse(settings: Settings) -> None:
    """Raise Trouble where the service would open to all on a database that holds the demonstration."""
    if settings.environment == "production" and is_there(settings):
        raise Trouble(f"Rien ne démarre : {IN_PRODUCTION}")


def is_there(settings: Settings) -> bool:
    """Tell whether a database that answers holds the demonstration; one without tables does not."""
    engine = connect(settings.database_url.get_secret_value() if settings.database_url else "", pool_size=1)
    try:
        with Session(engine) as session:
            return organisations.is_demonstration(session)
    except ProgrammingError:
        return False
    finally:
        engine.dispose()


def refuse_among_others(session: Session, settings: Settings, *, past: bool) -> None:
    """Raise Trouble where what is invented would be counted with what is real; what is there may go on.

    `past` is whether that is to be made too, which states facts.
    """
    if history.is_made(session) if past else organisations.is_demonstration(session):
        return
    if settings.witnesses:
        raise Trouble(
            "Des témoins gardent ce journal (VISAVIS_EVIDENCE_WITNESSES) : la démonstration n’y entre pas. "
            f"{ELSEWHERE}"
        )
    if has_others(session):
        raise Trouble(
            "Ce journal a déjà des faits d’autres que la démonstration : elle n’y entre pas, car rien ne "
            f"s’en ôte. {ELSEWHERE}"
        )


def has_others(session: Session) -> bool:
    """Tell whether the journal has, or is about to have, facts of no structure of the demonstration."""
    own = select(cast(Organisation.id, Text)).where(organisations.OF_DEMONSTRATION)
    waiting = OutboxEntry.statement["territory"].astext
    return any(
        session.scalar(select(select(column).where(column.not_in(own)).exists()))
        for column in (Fact.territory, waiting)
    )


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Wait until no other seeding goes on, and have others wait: two at once would each make all of it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
        held.execute(select(func.pg_advisory_lock(SEED_LOCK)))
        try:
            yield
        finally:
            held.execute(select(func.pg_advisory_unlock(SEED_LOCK)))
