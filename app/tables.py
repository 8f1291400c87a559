"""Every table of every room, gathered for migrations and for the tests that speak of all of them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from app.accompaniment import models as accompaniment
from app.contacts import models as contacts
from app.db import Base
from app.directory import models as directory
from app.evidence import models as evidence
from app.mail import models as mail
from app.partners import models as partners
from app.people import models as people
from app.places import models as places
from app.profiles import models as profiles
from app.programmes import models as programmes
from app.reports import models as reports
from app.search import models as search
from app.uploads import models as uploads
from app.videos import models as videos
from app.viewing import models as viewing

ROOMS = (
    *(places, evidence, people, uploads, videos, search, profiles, viewing, contacts, directory),
    *(accompaniment, programmes, reports, partners),
    mail,
)
metadata = Base.metadata

MIGRATION_LOCK = 0x76697361


def alembic_config() -> Config:
    """Return Alembic's configuration, wherever the service was started from."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database of `engine` to the newest revision; several may ask at once."""
    config = alembic_config()
    with engine.connect() as connection:
        # One migration at a time: web and worker may start together on an empty database.
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        finally:
            connection.rollback()
            connection.execute(text("reset all"))
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
