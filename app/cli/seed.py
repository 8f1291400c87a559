"""`visavis seed`: the demonstration's organisations, accounts and young people, once."""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.cli import accounts, database, demo_data, migrate
from app.cli.clips import ClipWanted, make_clip
from app.cli.demo_data import YOUNGSTERS, Youngster
from app.cli.environment import read_settings
from app.cli.trouble import Trouble
from app.db import connect, session_factory
from app.people import consents, invitations
from app.people.consents import NewConsent
from app.people.models import Person
from app.people.rules import Who
from app.profiles import service as profiles
from app.profiles import wishes
from app.profiles.models import Profile
from app.profiles.rules import SCRIPT_PARTS
from app.settings import Settings
from app.uploads import service as uploads
from app.uploads.service import NewUpload
from app.videos import queries as videos_noun
from app.videos import service as videos

READY_LIMIT_S = 300
POLL_S = 0.5

Result = TypeVar("Result")


class OutsideDevelopment(Trouble):
    """Demonstration accounts have a known password: they never exist in production."""


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("seed", help="créer les données de démonstration (l’ouvrier doit tourner)")
    verb.add_argument("--comptes", action="store_true", help="les organisations et les comptes seulement")
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Seed what is not there yet."""
    with database.opened(read_settings()) as settings:
        migrate.migrate(settings)
        seed_once(settings, youngsters=not chosen.comptes)
    return 0


@dataclass(frozen=True)
class Seeder:
    """What seeding works with: the settings, and a transaction a step."""

    settings: Settings
    sessions: sessionmaker[Session]

    def step(self, verb: Callable[[Session, datetime], Result]) -> Result:
        """Run one step in a transaction of its own."""
        with self.sessions.begin() as session:
            return verb(session, datetime.now(UTC))


def seed_once(settings: Settings, *, youngsters: bool = True) -> None:
    """Make the demonstration data that is missing; somebody who exists already is left as they are."""
    if settings.environment == "production":
        raise OutsideDevelopment("Les données de démonstration n’existent pas en production.")
    address = settings.database_url.get_secret_value() if settings.database_url else ""
    engine = connect(address, pool_size=2)
    try:
        seeder = Seeder(settings, session_factory(engine))
        adviser = seeder.step(lambda session, now: accounts.ensure(session, now, settings))
        missing = [one for one in YOUNGSTERS if not seeder.step(known(one))] if youngsters else []
        for number, one in enumerate(missing, start=1):
            print(f"Démonstration : {one.given_name} ({number} sur {len(missing)})…", flush=True)
            bring(seeder, adviser, one)
        if missing:
            print(f"Prêt. Comptes : voir README ; mot de passe : « {demo_data.PASSWORD} »", flush=True)
    finally:
        engine.dispose()


def known(one: Youngster) -> Callable[[Session, datetime], bool]:
    """Return the step that tells whether this young person exists already."""
    return lambda session, _: session.scalar(select(Person.id).where(Person.email == one.email)) is not None


def bring(seeder: Seeder, adviser: tuple[Who, UUID], one: Youngster) -> None:
    """Invite one young person and take them as far as their part in the demonstration goes."""
    person_id = seeder.step(lambda s, now: welcome(s, now, seeder.settings, adviser, one))
    if one.goal == "draft":
        return
    video_id = send_video(seeder, person_id, one)
    await_ready(seeder, video_id)
    seeder.step(lambda s, now: profiles.submit(s, profiles.own(s, person_id), now))
    if one.goal == "published":
        word = "Très clair, bravo !"
        seeder.step(lambda s, now: profiles.approve(s, adviser[0], profiles.own(s, person_id), word, now))


def welcome(
    session: Session, now: datetime, settings: Settings, adviser: tuple[Who, UUID], one: Youngster
) -> UUID:
    """Invite one young person as the adviser does, and have them accept, agree and fill in."""
    who, structure_id = adviser
    invited = invitations.Invited(
        one.given_name,
        one.family_name,
        born_on=one.born_on,
        email=one.email,
        lives_in_qpv=True,
        home_commune=one.insee,
        at_desk=True,
    )
    person, token = invitations.invite(session, who, structure_id, invited, now, settings)
    profiles.start(session, person, structure_id, now)
    invitations.accept(session, token, demo_data.PASSWORD, now)
    consents.give(session, NewConsent(person.id, "image_and_voice", by=person.id, how="page"), now)
    fill_in(session, now, profiles.own(session, person.id), one)
    return person.id


def fill_in(session: Session, now: datetime, profile: Profile, one: Youngster) -> None:
    """Write what the young person says of themselves."""
    said = profiles.Changes(
        headline=one.headline,
        about=one.about,
        education_level="cap_bep",
        contract_types=list(one.contracts),
        skills=list(one.skills),
        competences=[],
    )
    profiles.save_form(session, profile, said, now)
    wishes.add_job(session, profile, one.job, now)
    wishes.add_language(session, profile, *one.language, now)
    wishes.add_zone(session, profile, one.insee, 20, now)
    profiles.save_script(session, profile, dict(zip(SCRIPT_PARTS, one.spoken, strict=True)), now)


def send_video(seeder: Seeder, person_id: UUID, one: Youngster) -> UUID:
    """Film the young person and hand the clip over as a finished upload."""
    with tempfile.TemporaryDirectory() as folder:
        clip = make_clip(Path(folder) / f"{uuid4()}.mp4", ClipWanted(one.spoken, one.colours))
        size_bytes = clip.stat().st_size
        upload_id = seeder.step(
            lambda s, now: uploads.create(s, NewUpload(person_id, size_bytes, ""), seeder.settings, now).id
        )
        uploads.spool_path(seeder.settings, upload_id).write_bytes(clip.read_bytes())
    life_days = seeder.settings.upload_life_days
    seeder.step(lambda s, now: uploads.settle(s, upload_id, size_bytes, life_days, now))
    return seeder.step(lambda s, now: videos.receive(s, person_id, [upload_id], now).id)


def await_ready(seeder: Seeder, video_id: UUID) -> None:
    """Wait until the worker has prepared a video; raise Trouble when it refuses or does not answer."""
    limit = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < limit:
        state = seeder.step(lambda s, _: getattr(videos_noun.video(s, video_id), "state", "failed"))
        if state == "ready":
            return
        if state in ("refused", "failed"):
            raise Trouble(f"La vidéo de démonstration n’a pas pu être préparée ({state}).")
        time.sleep(POLL_S)
    raise Trouble("L’ouvrier ne prépare pas les vidéos : lancez « visavis worker ».")
