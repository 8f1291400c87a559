"""Who was watched in the demonstration: residents who have found since, and those who are shown now.

Plays and answers are made by the verbs that a page calls, on a clock of theirs: never before the film.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demo_data import PASSWORD
from app.cli.history_data import PLACED, SAID, WATCHED, Placed
from app.cli.history_drawn import SEED, publish
from app.cli.history_hosts import Watcher, watchers
from app.cli.history_lives import Life, Structure, Window, in_hours, later
from app.evidence import service as evidence
from app.people import consents, invitations
from app.people.consents import NewConsent
from app.people.invitations import Invited
from app.people.models import Person
from app.people.queries import department_of
from app.people.rules import Who
from app.profiles import service as profiles
from app.profiles.models import Profile
from app.profiles.queries import video_shown
from app.profiles.rules import shown_name
from app.settings import Settings
from app.signing import derived_key
from app.videos import attempts
from app.videos import service as videos
from app.videos.models import Video
from app.viewing import opinions
from app.viewing import service as viewing
from app.viewing.models import Viewing
from app.viewing.service import Played

AGREEMENT = "image_and_voice"
BEAT_S = 5
# One after the other: no two in the same instant.
APART = timedelta(milliseconds=50)
# When somebody is filmed, in shares of the past; how long until they are ready, published, watched, gone.
FILMED_AFTER, FILMED_APART = 0.2, 0.07
PREPARED = timedelta(days=6)
PUBLISHED_DAYS, WATCHED_DAYS, FOUND_DAYS = 2, 1.3, 17
# How many recruiters further on the next resident's begin.
TURNED = 3


@dataclass(frozen=True)
class Film:
    """What is watched: whose, and how long it lasts."""

    profile: Profile
    duration_s: float


def play(session: Session, settings: Settings, who: Who, film: Film, share: float, at: datetime) -> bool:
    """Have somebody watch a share of a film, beat after beat as a page says it; tell whether it counts."""
    key = derived_key(settings.secret_key, "viewing")
    viewed, token = viewing.start(session, who, film.profile, at, key)
    left_s = round(film.duration_s * share, 1)
    begun_s, counts = 0.0, False
    while begun_s < left_s:
        ended_s = min(begun_s + BEAT_S, left_s)
        beat = Played(viewed.id, token, ((begun_s, ended_s),))
        counts = viewing.watch(session, who, beat, at + timedelta(seconds=ended_s)).qualified
        begun_s = ended_s
    return counts


def watch_all(
    session: Session, settings: Settings, film: Film, watching: Sequence[tuple[Watcher, datetime]]
) -> None:
    """Have each of these watch a film from an instant on, and say what it changed for them, if it counts."""
    for place, (watcher, at) in enumerate(watching):
        if play(session, settings, watcher.who, film, WATCHED[place], at):
            said_at = at + timedelta(seconds=film.duration_s)
            opinions.say(session, watcher.who, film.profile.id, SAID[place], said_at)


def have_found(session: Session, settings: Settings, own: tuple[Who, UUID], window: Window) -> None:
    """Have some residents of the demonstration's structure live from their film to a job found."""
    chance = Random(SEED)  # noqa: S311 - no secret: the same past each time
    lasts, everybody = window.ends - window.begins, watchers(session)
    for place, one in enumerate(PLACED):
        day = (window.begins + lasts * (FILMED_AFTER + FILMED_APART * place)).date()
        filmed_at = in_hours(chance, day)
        person = come(session, settings, own, one, filmed_at - PREPARED)
        video = make_film(session, person, one, filmed_at)
        published_at = later(chance, filmed_at, PUBLISHED_DAYS)
        profile = show(session, own, one, video, published_at)
        watching = [
            (
                everybody[(TURNED * place + turn) % len(everybody)],
                later(chance, published_at, WATCHED_DAYS * (turn + 1)),
            )
            for turn in range(len(WATCHED))
        ]
        watch_all(session, settings, Film(profile, one.duration_s), watching)
        leave(session, profile, later(chance, published_at, FOUND_DAYS))


def come(session: Session, settings: Settings, own: tuple[Who, UUID], one: Placed, at: datetime) -> Person:
    """Invite a resident, who accepts and agrees to be filmed."""
    adviser, structure_id = own
    invited = Invited(
        one.given_name,
        one.family_name,
        born_on=one.born_on,
        email=one.email,
        lives_in_qpv=one.lives_in_qpv,
        at_desk=True,
    )
    person, token = invitations.invite(session, adviser, structure_id, invited, at, settings)
    invitations.accept(session, token, PASSWORD, at)
    consents.give(session, NewConsent(person.id, AGREEMENT, by=person.id, how="page"), at)
    return person


def make_film(session: Session, person: Person, one: Placed, at: datetime) -> Video:
    """Film a resident, in what nobody will play: it is gone before anybody else can ask for it."""
    video = Video(
        person_id=person.id,
        state="ready",
        step="done",
        percent=100,
        duration_s=one.duration_s,
        created_at=at,
        ready_at=at,
        takes=[],
        renditions=[],
    )
    session.add(video)
    session.flush()
    attempts.record_filmed(session, person.id, at)
    return video


def show(session: Session, own: tuple[Who, UUID], one: Placed, video: Video, at: datetime) -> Profile:
    """Publish a film, and tell nobody: neither search nor a letter, of somebody who has left since."""
    profile = Profile(
        person_id=video.person_id,
        structure_id=own[1],
        slug=secrets.token_hex(10),
        shown_name=shown_name(one.given_name, one.family_name),
        headline=one.headline,
        state="published",
        current_video_id=video.id,
        current_script={},
        created_at=video.created_at,
        updated_at=at,
        submitted_at=video.created_at,
        published_at=at,
        jobs=[],
        languages=[],
        zones=[],
        script=None,
    )
    session.add(profile)
    session.flush()
    department = department_of(session, own[1])
    life = Life(video.person_id, profile.id, Structure(own[1], department, own[0].person_id, 0))
    publish(life, "video", at)
    for statement in life.stated:
        evidence.record(session, statement)
    return profile


def leave(session: Session, profile: Profile, at: datetime) -> None:
    """Have a resident find, and take back their agreement: nothing of their film stays."""
    profiles.place(session, profile, at)
    profiles.tell_how_placed(session, profile, "elsewhere")
    consents.withdraw(session, profile.person_id, AGREEMENT, profile.person_id, at)
    profiles.end_agreement(session, profile.person_id, at)
    videos.end_agreement(session, profile.person_id)


def shown(session: Session, person_id: UUID) -> tuple[Film, datetime] | None:
    """Return the film that a resident shows, and since when; None without one."""
    profile = profiles.own(session, person_id)
    video = video_shown(session, profile)
    if video is None or profile.state != "published" or profile.published_at is None:
        return None
    return Film(profile, video.duration_s or 0), profile.published_at


def watched_at(session: Session, person_id: UUID) -> datetime | None:
    """Return when a resident can have been watched to the end, None when they were, or show nothing."""
    found = shown(session, person_id)
    if found is None:
        return None
    film, since = found
    ids = [one.who.person_id for one in watchers(session)]
    seen = select(Viewing.id).where(Viewing.profile_id == film.profile.id, Viewing.viewer_id.in_(ids))
    if not ids or session.scalar(seen.limit(1)):
        return None
    return since + timedelta(seconds=film.duration_s) + APART * (len(WATCHED) + 1)


def be_watched(session: Session, settings: Settings, adviser: Who, person_id: UUID) -> None:
    """Have recruiters watch a resident since the publication, and the adviser, whose play never counts."""
    if found := shown(session, person_id):
        film, since = found
        first = watchers(session)[: len(WATCHED)]
        watching = [(one, since + APART * turn) for turn, one in enumerate(first, start=1)]
        watch_all(session, settings, film, watching)
        viewing.turn_away(session, adviser, film.profile.slug, since + APART)
