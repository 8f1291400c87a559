"""`visavis seed`: the demonstration's organisations, accounts and young people, once."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session, sessionmaker

from app.cli import accounts, database, demo_data, history, history_watched, invented, migrate
from app.cli.clips import ClipWanted, make_clip
from app.cli.demo_data import YOUNGSTERS, Youngster
from app.cli.environment import read_settings
from app.cli.trouble import Trouble
from app.db import connect, session_factory
from app.errors import Refusal
from app.people import consents, invitations
from app.people.consents import NewConsent
from app.people.rules import Who
from app.profiles import indexing, wishes, writing
from app.profiles import service as profiles
from app.profiles.models import Profile
from app.profiles.rules import SCRIPT_PARTS
from app.settings import Settings
from app.uploads import service as uploads
from app.uploads.quotas import NewUpload
from app.videos import captioning
from app.videos import queries as videos_noun
from app.videos import service as videos
from app.videos.states import UNFINISHED

READY_LIMIT_S = 300
POLL_S = 0.2

Result = TypeVar("Result")


class OutsideDevelopment(Trouble):
    """Demonstration accounts have a known password: they never exist in production."""


class NobodyWorks(Trouble):
    """A video waits and no worker takes it: the next one would wait as long."""


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("seed", help="créer les données de démonstration (l’ouvrier doit tourner)")
    verb.add_argument("--comptes", action="store_true", help="les organisations et les comptes seulement")
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Seed what is not there yet; 1 when some of it could not be."""
    with database.opened(read_settings()) as settings:
        migrate.migrate(settings)
        failed = seed_once(settings, youngsters=not chosen.comptes)
    return 1 if failed else 0


@dataclass(frozen=True)
class Seeder:
    """What seeding works with: the settings, and a transaction a step."""

    settings: Settings
    sessions: sessionmaker[Session]

    def step(self, verb: Callable[[Session, datetime], Result]) -> Result:
        """Run one step in a transaction of its own."""
        with self.sessions.begin() as session:
            return verb(session, datetime.now(UTC))


def seed_once(settings: Settings, *, youngsters: bool = True) -> list[str]:
    """Make the demonstration data that is missing, and return the names of those who could not be shown.

    Whoever was interrupted goes on from where they were; whoever has come to the end is left as they are.
    """
    if settings.environment == "production":
        raise OutsideDevelopment("Les données de démonstration n’existent pas en production.")
    address = settings.database_url.get_secret_value() if settings.database_url else ""
    engine = connect(address, pool_size=2)
    try:
        with invented.alone(engine):
            seeder = Seeder(settings, session_factory(engine))
            seeder.step(lambda session, _: invented.refuse_among_others(session, settings, past=youngsters))
            adviser = seeder.step(lambda session, now: accounts.ensure(session, now, settings))
            seeder.step(lambda session, _: indexing.teach(session))
            return bring_all(seeder, adviser) if youngsters else []
    finally:
        engine.dispose()


def bring_all(seeder: Seeder, adviser: tuple[Who, UUID]) -> list[str]:
    """Make the past and bring the young people, and return the names of those who could not be shown."""
    remember(seeder, adviser)
    missing = [one for one in YOUNGSTERS if not seeder.step(done(one))]
    failed = [one.given_name for one in missing if not is_brought(seeder, adviser, one)]
    if missing:
        seeder.step(lambda session, _: indexing.teach(session))
    for one in YOUNGSTERS:
        have_watched(seeder, adviser[0], one)
    if failed:
        print(f"Il manque {', '.join(failed)}. Pour réessayer : visavis seed", file=sys.stderr, flush=True)
    elif missing:
        print(f"Prêt. Comptes : voir README ; mot de passe : « {demo_data.PASSWORD} »", flush=True)
    return failed


def remember(seeder: Seeder, adviser: tuple[Who, UUID]) -> None:
    """Make the past of the demonstration, unless it is there."""
    if seeder.step(lambda session, _: history.is_made(session)):
        return
    print("Démonstration : ce qui s’est passé avant…", flush=True)
    seeder.step(lambda session, now: history.make(session, now, seeder.settings, adviser))


def have_watched(seeder: Seeder, adviser: Who, one: Youngster) -> None:
    """Have recruiters watch a young person who is shown, once: since the publication, never in advance."""
    person = seeder.step(lambda session, _: accounts.person_of(session, one.email))
    if person is None:
        return
    watched_at = seeder.step(lambda session, _: history_watched.watched_at(session, person.id))
    if watched_at is not None:
        time.sleep(max(0.0, (watched_at - datetime.now(UTC)).total_seconds()))
        seeder.step(lambda s, _: history_watched.be_watched(s, seeder.settings, adviser, person.id))


def done(one: Youngster) -> Callable[[Session, datetime], bool]:
    """Return the step that tells whether this young person has come as far as their part goes."""

    def is_done(session: Session, _: datetime) -> bool:
        person = accounts.person_of(session, one.email)
        if person is None:
            return False
        profile = profiles.own(session, person.id)
        return one.goal == "draft" or profile.state != "draft" or profile.submitted_at is not None

    return is_done


def is_brought(seeder: Seeder, adviser: tuple[Who, UUID], one: Youngster) -> bool:
    """Bring one young person, and say why when that fails: the others do not depend on it."""
    print(f"Démonstration : {one.given_name}…", flush=True)
    try:
        bring(seeder, adviser, one)
    except NobodyWorks:
        raise
    except (Trouble, Refusal) as trouble:
        print(f"{one.given_name} : {trouble}", file=sys.stderr, flush=True)
        return False
    return True


def bring(seeder: Seeder, adviser: tuple[Who, UUID], one: Youngster) -> None:
    """Invite one young person and take them as far as their part in the demonstration goes."""
    known = seeder.step(lambda s, _: accounts.person_of(s, one.email))
    person_id = (
        known.id if known else seeder.step(lambda s, now: welcome(s, now, seeder.settings, adviser, one))
    )
    if one.goal == "draft":
        return
    video_id = seeder.step(lambda s, _: sent_already(s, person_id)) or send_video(seeder, person_id, one)
    await_ready(seeder, video_id)
    seeder.step(lambda s, now: present(s, now, adviser[0], person_id, one))


def sent_already(session: Session, person_id: UUID) -> UUID | None:
    """Return the video that a seeding which was interrupted left, unless it came to nothing."""
    usable = (*UNFINISHED, "ready")
    found = (video.id for video in videos_noun.of_person(session, person_id) if video.state in usable)
    return next(found, None)


def present(session: Session, now: datetime, adviser: Who, person_id: UUID, one: Youngster) -> None:
    """Send the presentation to review and, where the part says so, have its captions and itself approved."""
    profile = profiles.own(session, person_id)
    profiles.submit(session, profile, now)
    if one.goal == "published":
        validate_captions(session, now, adviser, person_id, one)
        profiles.approve(session, adviser, profile, "Très clair, bravo !", now)


def validate_captions(session: Session, now: datetime, adviser: Who, person_id: UUID, one: Youngster) -> None:
    """Have the adviser find the captions right, whether the worker has already made them or not."""
    latest = next(video for video in videos_noun.of_person(session, person_id) if video.state == "ready")
    video = captioning.reachable(session, adviser, latest.id, to_change=True)
    if videos_noun.captions(session, video.id) is None:
        captioning.begin_with(session, video, "\n".join(one.spoken), now)
    found = videos_noun.captions(session, video.id)
    captioning.validate(session, adviser, video, found.revision if found else 0, now)


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
    said = writing.Changes(
        headline=one.headline,
        about=one.about,
        education_level="cap_bep",
        contract_types=list(one.contracts),
        skills=list(one.skills),
        competences=[],
    )
    writing.save_form(session, profile, said, now)
    wishes.add_job(session, profile, one.job, now)
    wishes.add_language(session, profile, *one.language, now)
    wishes.add_zone(session, profile, one.insee, 20, now)
    writing.save_script(session, profile, dict(zip(SCRIPT_PARTS, one.spoken, strict=True)), now)


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
    """Wait until the worker has prepared a video; raise Trouble when it refuses, NobodyWorks without it."""
    limit = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < limit:
        state = seeder.step(lambda s, _: getattr(videos_noun.video(s, video_id), "state", "failed"))
        if state == "ready":
            return
        if state in ("refused", "failed"):
            raise Trouble(f"La vidéo de démonstration n’a pas pu être préparée ({state}).")
        time.sleep(POLL_S)
    raise NobodyWorks("L’ouvrier ne prépare pas les vidéos : lancez « visavis worker ».")
