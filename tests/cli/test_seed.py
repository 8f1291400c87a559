"""`visavis seed`: the demonstration once, whatever interrupted it, and nobody is taken back."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, sessionmaker

from app.cli import accounts, history, history_hosts, history_watched, seed
from app.cli.demo_data import YOUNGSTERS
from app.cli.history_data import PLACED
from app.cli.seed import OutsideDevelopment, Seeder, seed_once
from app.db import new_id
from app.evidence.models import Source
from app.people.models import Person
from app.profiles import service as profiles
from app.profiles.models import Profile
from app.settings import Settings
from app.videos import attempts
from app.videos.models import Video
from app.videos.rules import Result
from app.viewing.models import Viewing
from app.viewing.recount import Difference, recounts
from app.viewing.retention import VIEWERS_MIN, retention_of
from tests.cli.conftest import NO_CAMERA
from tests.conftest import START
from tests.factories import make_profile

AICHA, KARIM, _, _ = YOUNGSTERS
LOOK_EVERY_S = 0.05
SEEDED = {"Aïcha": "published", "Karim": "published", "Lina": "submitted", "Sofiane": "draft"}
FOUND = {one.given_name: "placed" for one in PLACED}


@pytest.fixture
def seeder(committed: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seeder:
    """Stand where nobody is yet, with a camera that films nothing in no time."""
    (tmp_path / "ffmpeg").write_text(NO_CAMERA)
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    url = SecretStr(committed.url.render_as_string(hide_password=False))
    return Seeder(
        settings.model_copy(update={"database_url": url}), sessionmaker(committed, expire_on_commit=False)
    )


@pytest.fixture
def without_past(seeder: Seeder) -> Seeder:
    """Take the past for made: who watches is there, and nothing else of it."""
    seeder.step(lambda session, now: accounts.ensure(session, now, seeder.settings))
    admin = seeder.step(lambda session, _: accounts.person_of(session, accounts.ADMIN))
    assert admin is not None
    seeder.step(lambda session, now: history_hosts.register(session, admin.id, now))
    return seeder


@contextmanager
def worker(seeder: Seeder, refused: str = "") -> Iterator[None]:
    """Prepare every video at once, without looking at it; refuse those of one first name."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(LOOK_EVERY_S):
            with seeder.sessions.begin() as session:
                prepare(session, refused)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def prepare(session: Session, refused: str) -> None:
    """Do to the videos that wait what a worker would."""
    waiting = select(Video.id, Person.given_name).join(Person, Person.id == Video.person_id)
    for video_id, name in session.execute(waiting.where(Video.state == "received")).all():
        attempt = attempts.take(session, video_id, START)
        assert attempt is not None
        if name == refused:
            attempts.refuse(session, attempt, "video-endommagee")
        else:
            attempts.finish(session, attempt, Result(1.0, False, (), (), (1.0,)), START)  # noqa: FBT003 - a rule's own order


def states(seeder: Seeder) -> dict[str, str]:
    """Return how far each young person has come."""
    with seeder.sessions() as session:
        rows = session.execute(select(Person.given_name, Profile.state).join(Profile)).all()
    assert len(rows) == len({name for name, _ in rows})
    return {name: state for name, state in rows}  # noqa: C416 - rows are not pairs to the type checker


def videos(seeder: Seeder) -> int:
    """Count the videos."""
    with seeder.sessions() as session:
        return len(session.scalars(select(Video.id)).all())


def stated(session: Session) -> int:
    """Count what was stated to the journal."""
    return session.scalar(select(func.count()).select_from(Source)) or 0


def plays_of(seeder: Seeder) -> list[tuple[str, datetime, datetime]]:
    """Return whose video was played by recruiters, when it was published, when the play ended."""
    query = (
        select(Person.given_name, Profile.published_at, Viewing.last_beat_at)
        .join(Profile, Profile.person_id == Person.id)
        .join(Viewing, Viewing.profile_id == Profile.id)
        .where(Viewing.excluded.is_(None))
        .order_by(Viewing.id)
    )
    with seeder.sessions() as session:
        found = session.execute(query).all()
    return [(name, published_at, at) for name, published_at, at in found if published_at]


def shown(session: Session) -> list[tuple[str, Video]]:
    """Return who shows which video."""
    query = select(Person.given_name, Video).join(Profile, Profile.person_id == Person.id)
    rows = session.execute(query.join(Video, Video.id == Profile.current_video_id))
    return [(name, video) for name, video in rows]


def recounted(session: Session) -> Iterator[Difference]:
    """Yield what differs when the plays are counted again."""
    for found in recounts(session):
        yield from found.differences


def test_seeding_twice_is_seeding_once(seeder: Seeder, capsys: pytest.CaptureFixture[str]) -> None:
    with worker(seeder):
        assert seed_once(seeder.settings) == []
        assert states(seeder) == SEEDED | FOUND
        assert "mot de passe" in capsys.readouterr().out
        assert seed_once(seeder.settings) == []
    assert states(seeder) == SEEDED | FOUND
    assert videos(seeder) == 3
    assert capsys.readouterr().out == ""


def test_who_was_interrupted_goes_on_from_there_and_sends_nothing_twice(without_past: Seeder) -> None:
    adviser = without_past.step(lambda s, now: accounts.ensure(s, now, without_past.settings))
    without_past.step(lambda s, now: seed.welcome(s, now, without_past.settings, adviser, AICHA))
    karim_id = without_past.step(lambda s, now: seed.welcome(s, now, without_past.settings, adviser, KARIM))
    seed.send_video(without_past, karim_id, KARIM)
    with worker(without_past):
        assert seed_once(without_past.settings) == []
    assert states(without_past) == SEEDED
    assert videos(without_past) == 3


def test_a_video_that_is_refused_is_said_and_the_others_go_on(
    without_past: Seeder, capsys: pytest.CaptureFixture[str]
) -> None:
    with worker(without_past, refused=KARIM.given_name):
        assert seed_once(without_past.settings) == ["Karim"]
    assert states(without_past) == SEEDED | {"Karim": "draft"}
    assert "Il manque Karim. Pour réessayer : visavis seed" in capsys.readouterr().err
    with worker(without_past):
        assert seed_once(without_past.settings) == []
    assert states(without_past) == SEEDED


def test_a_machine_without_ffmpeg_has_everybody_but_their_videos(
    without_past: Seeder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert seed_once(without_past.settings) == ["Aïcha", "Karim", "Lina"]
    assert states(without_past) == dict.fromkeys(SEEDED, "draft")
    assert "sudo apt-get install ffmpeg" in capsys.readouterr().err


def test_somebody_who_has_gone_on_by_themselves_is_left_there(without_past: Seeder) -> None:
    with worker(without_past):
        seed_once(without_past.settings)
        with without_past.sessions.begin() as session:
            person = accounts.person_of(session, AICHA.email)
            assert person is not None
            profiles.withdraw(session, profiles.own(session, person.id), START)
        assert seed_once(without_past.settings) == []
    assert states(without_past) == SEEDED | {"Aïcha": "withdrawn"}


def test_who_is_shown_is_watched_once_after_the_publication(without_past: Seeder) -> None:
    with worker(without_past):
        assert seed_once(without_past.settings) == []
        plays = plays_of(without_past)
        assert seed_once(without_past.settings) == []
    assert plays_of(without_past) == plays
    assert {name for name, _, _ in plays} == {"Aïcha", "Karim"}
    assert all(published_at < watched_at <= datetime.now(UTC) for _, published_at, watched_at in plays)
    with without_past.sessions() as session:
        found = {name: retention_of(session, video) for name, video in shown(session)}
        assert list(recounted(session)) == []
    assert all(one.viewers >= VIEWERS_MIN and one.shares[0] > one.shares[-1] for one in found.values())


def test_whoever_waits_until_it_is_said_sees_nobody_watch_in_advance(without_past: Seeder) -> None:
    with without_past.sessions.begin() as session:
        adviser, _ = accounts.ensure(session, START, without_past.settings)
        person_id = make_profile(session).person_id
        watched_at = history_watched.watched_at(session, person_id)
        history_watched.be_watched(session, without_past.settings, adviser, person_id)
        ended_at = session.scalar(select(func.max(Viewing.last_beat_at)))
        assert watched_at is not None
        assert ended_at is not None
        assert START < ended_at <= watched_at
        assert history_watched.watched_at(session, person_id) is None


def test_a_past_that_came_to_nothing_is_made_whole_the_next_time_and_once(seeder: Seeder) -> None:
    adviser, structure_id = seeder.step(lambda s, now: accounts.ensure(s, now, seeder.settings))
    nowhere = adviser, new_id()
    with pytest.raises(NoResultFound):
        seeder.step(lambda s, now: history.make(s, now, seeder.settings, nowhere))
    assert not seeder.step(lambda session, _: history.is_made(session))
    seed.remember(seeder, (adviser, structure_id))
    made = seeder.step(lambda session, _: stated(session))
    seed.remember(seeder, (adviser, structure_id))
    seeder.step(lambda s, now: history.make(s, now, seeder.settings, (adviser, structure_id)))
    assert 2000 < seeder.step(lambda session, _: stated(session)) == made < 3000


def test_two_seedings_at_once_are_one_after_the_other(seeder: Seeder) -> None:
    with worker(seeder), ThreadPoolExecutor(2) as two:
        assert list(two.map(seed_once, [seeder.settings] * 2)) == [[], []]
    assert states(seeder) == SEEDED | FOUND
    assert videos(seeder) == 3


def test_a_worker_ends_although_what_it_works_for_fails(seeder: Seeder) -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), worker(seeder):
        raise ZeroDivisionError
    assert threading.active_count() == before


def test_accounts_alone_have_no_past(seeder: Seeder) -> None:
    assert seed_once(seeder.settings, youngsters=False) == []
    assert seeder.step(lambda session, _: stated(session)) == 0
    assert not seeder.step(lambda session, _: history.is_made(session))


def test_there_is_no_demonstration_in_production(seeder: Seeder) -> None:
    with pytest.raises(OutsideDevelopment):
        seed_once(seeder.settings.model_copy(update={"environment": "production"}))
