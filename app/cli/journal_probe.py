"""What `visavis doctor` asks of the journal: a key, days that are closed, pages that cannot rewrite it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.cli import database
from app.cli.french import counted
from app.cli.trouble import Trouble
from app.db import connect, may_become_app
from app.evidence import checkpoints, keyring
from app.evidence.keyring import KeyMissing, KeyUnreadable
from app.paris import PARIS
from app.settings import Settings
from app.web.french import long_date, long_datetime

# The worker closes a day within the hour that follows it: later than that, something keeps it from it.
CLOSING_DUE = timedelta(hours=2)


def check(settings: Settings) -> str:
    """Tell how the journal is guarded; raise Trouble where a day is not closed, or nothing ever could be."""
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
        with Session(engine) as session:
            signed = signing(session, settings, datetime.now(UTC))
        return f"{signed} ; {rights(engine)}"
    except ProgrammingError:
        return Trouble("ses tables ne sont pas là. Tapez : visavis migrate")
    except Trouble as trouble:
        return trouble
    finally:
        engine.dispose()


def signing(session: Session, settings: Settings, now: datetime) -> str:
    """Tell when the journal was last signed; raise Trouble where days that are over have no closing.

    Without a key nothing is closed: outside production that is as it should be.
    """
    try:
        keyring.load(settings)
    except KeyUnreadable as unread:
        raise Trouble(f"{left_open(session, now)}{unread}") from unread
    except KeyMissing as missing:
        if settings.environment == "production":
            raise Trouble(f"{left_open(session, now)}{missing}") from missing
        return str(missing)
    if unclosed := left_open(session, now):
        raise Trouble(
            f"{unclosed}Les témoins attendent. Un ouvrier tourne-t-il (visavis worker) ? Le journal "
            "est-il entier (visavis evidence check) ?"
        )
    last = checkpoints.latest(session)
    if last is None:
        return "clé prête, rien n’est encore signé"
    return f"{counted(last.size, 'fait signé', 'faits signés')} le {long_datetime(last.made_at)}"


def left_open(session: Session, now: datetime) -> str:
    """Say which days should have been closed by now and are not; nothing when all are."""
    due = (now - CLOSING_DUE).astimezone(PARIS).date() - timedelta(days=1)
    days = checkpoints.open_days(session, due)
    if days is None:
        return ""
    first, last = map(long_date, days)
    return f"Le {first} n’est pas clos. " if first == last else f"Rien n’est clos du {first} au {last}. "


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
