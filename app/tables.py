"""Every table of every room, gathered for migrations and for the tests that speak of all of them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

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
# The role of the pages (app/db.py), made where the owner of the database may.  It writes everywhere but in
# the journal of evidence: there it adds to the outbox, and erases what leads from a pseudonym to a person.
RIGHTS = """
do $$
declare
  journal text;
begin
  begin
    create role visavis_app nologin;
  exception when duplicate_object or unique_violation or insufficient_privilege then
    null;  -- it serves another database of this server, or is not ours to make
  end;
  if not exists (select from pg_roles where rolname = 'visavis_app') then
    return;
  end if;
  -- From 16 on, who makes a role is its member, and may not act as it before saying so.
  if current_setting('server_version_num')::int >= 160000 then
    if not pg_has_role(current_user, 'visavis_app', 'set') then
      execute format('grant visavis_app to %I with set true', current_user);
    end if;
  elsif not pg_has_role(current_user, 'visavis_app', 'member') then
    execute format('grant visavis_app to %I', current_user);
  end if;
  grant usage on schema public, jobs to visavis_app;
  grant select, insert, update, delete on all tables in schema public, jobs to visavis_app;
  grant usage on all sequences in schema public, jobs to visavis_app;
  revoke insert, update, delete on alembic_version from visavis_app;
  select string_agg(format('%I', tablename), ', ') into journal
  from pg_tables where schemaname = 'public' and tablename like 'evidence\\_%';
  execute format('revoke insert, update, delete on %s from visavis_app', journal);
  grant insert, delete on evidence_opening, evidence_person_key to visavis_app;
  revoke select on evidence_outbox, evidence_source from visavis_app;
  grant insert, select (id) on evidence_outbox to visavis_app;
  grant insert, select (source) on evidence_source to visavis_app;
exception when insufficient_privilege then
  raise notice 'visavis_app gets nothing: the owner of this database may not give it rights';
end
$$
"""


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
            give_rights(connection)
        finally:
            connection.rollback()
            connection.execute(text("reset all"))
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()


def give_rights(connection: Connection) -> None:
    """Make the role of the pages where we may, and give it its rights on the tables of this revision."""
    driver = connection.connection  # SQLAlchemy would take `%` for a parameter
    driver.cursor().execute(RIGHTS)
    driver.commit()
