"""What `visavis doctor` asks of the journal: a key, a recent checkpoint, and pages that cannot rewrite it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.cli import database
from app.cli.trouble import Trouble
from app.db import connect, may_become_app
from app.evidence import checkpoints, keyring
from app.evidence.keyring import KeyMissing, KeyUnreadable
from app.settings import Settings
from app.web.french import long_datetime

CHECKPOINT_MAX_AGE = timedelta(hours=50)  # a night missed, and the next one begun


def check(settings: Settings) -> str:
    """Tell how the journal is guarded; raise Trouble where nothing was signed for days, or in production."""
    try:
        with database.opened(settings) as ready:
            found = asked(ready)
    except Trouble:
        return "on ne sait pas, car la base de données ne répond pas"  # whose own check says what to do
    if isinstance(found, Trouble):
        raise found
    return found


def asked(settings: Settings) -> str | Trouble:
    """Return how the journal of a database that answers is guarded, or what is wrong with it."""
    engine = connect(settings.database_url.get_secret_value() if settings.database_url else "", pool_size=1)
    try:
        return f"{signing(engine, settings)} ; {rights(engine)}"
    except ProgrammingError:
        return Trouble("ses tables ne sont pas là. Tapez : visavis migrate")
    except Trouble as trouble:
        return trouble
    finally:
        engine.dispose()


def signing(engine: Engine, settings: Settings) -> str:
    """Tell when the journal was last signed; raise Trouble when that is too long ago, or cannot be."""
    try:
        keyring.load(settings)
    except KeyUnreadable as unread:
        raise Trouble(str(unread)) from unread
    except KeyMissing as missing:
        if settings.environment == "production":
            raise Trouble(str(missing)) from missing
        return str(missing)
    with Session(engine) as session:
        last = checkpoints.latest(session)
    if last is None:
        return "clé prête, rien n’est encore signé"
    if last.made_at < datetime.now(UTC) - CHECKPOINT_MAX_AGE:
        raise Trouble(
            f"rien n’a été signé depuis le {long_datetime(last.made_at)}. Tapez : visavis evidence check"
        )
    return f"{last.size} faits signés le {long_datetime(last.made_at)}"


def rights(engine: Engine) -> str:
    """Tell whether the pages act as a role that only adds to the journal."""
    connection = engine.raw_connection()
    try:
        is_lowered = may_become_app(connection.driver_connection)  # type: ignore[arg-type]  # psycopg's own
    finally:
        connection.close()
    if is_lowered:
        return "les pages ne peuvent qu’y ajouter"
    return (
        "les pages s’y connectent en propriétaire, car le rôle visavis_app manque "
        "(docs/operations.md, « Le rôle des pages »)"
    )
