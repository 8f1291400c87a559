"""`visavis seed`: the demonstration once, whatever interrupted it, and nobody is taken back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from app.cli import accounts, seed
from app.cli.demo_data import YOUNGSTERS
from app.cli.seed import OutsideDevelopment, Seeder, seed_once
from app.people.models import Person
from app.profiles import service as profiles
from app.profiles.models import Profile
from app.settings import Settings
from app.videos import attempts
from app.videos.models import Video
from app.videos.rules import Result
from tests.cli.conftest import NO_CAMERA
from tests.conftest import START

AICHA, KARIM, _, _ = YOUNGSTERS
LOOK_EVERY_S = 0.05
SEEDED = {"Aïcha": "published", "Karim": "published", "Lina": "submitted", "Sofiane": "draft"}


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
    yield
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
            attempts.finish(session, attempt, Result(14.0, False, (), (), (14.0,)), START)  # noqa: FBT003 - a rule's own order


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


def test_seeding_twice_is_seeding_once(seeder: Seeder, capsys: pytest.CaptureFixture[str]) -> None:
    with worker(seeder):
        assert seed_once(seeder.settings) == []
        assert states(seeder) == SEEDED
        assert "mot de passe" in capsys.readouterr().out
        assert seed_once(seeder.settings) == []
    assert states(seeder) == SEEDED
    assert videos(seeder) == 3
    assert capsys.readouterr().out == ""


def test_who_was_interrupted_goes_on_from_there_and_sends_nothing_twice(seeder: Seeder) -> None:
    adviser = seeder.step(lambda s, now: accounts.ensure(s, now, seeder.settings))
    seeder.step(lambda s, now: seed.welcome(s, now, seeder.settings, adviser, AICHA))
    karim_id = seeder.step(lambda s, now: seed.welcome(s, now, seeder.settings, adviser, KARIM))
    seed.send_video(seeder, karim_id, KARIM)
    with worker(seeder):
        assert seed_once(seeder.settings) == []
    assert states(seeder) == SEEDED
    assert videos(seeder) == 3


def test_a_video_that_is_refused_is_said_and_the_others_go_on(
    seeder: Seeder, capsys: pytest.CaptureFixture[str]
) -> None:
    with worker(seeder, refused=KARIM.given_name):
        assert seed_once(seeder.settings) == ["Karim"]
    assert states(seeder) == SEEDED | {"Karim": "draft"}
    assert "Il manque Karim. Pour réessayer : visavis seed" in capsys.readouterr().err
    with worker(seeder):
        assert seed_once(seeder.settings) == []
    assert states(seeder) == SEEDED


def test_a_machine_without_ffmpeg_has_everybody_but_their_videos(
    seeder: Seeder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert seed_once(seeder.settings) == ["Aïcha", "Karim", "Lina"]
    assert states(seeder) == dict.fromkeys(SEEDED, "draft")
    assert "sudo apt-get install ffmpeg" in capsys.readouterr().err


def test_somebody_who_has_gone_on_by_themselves_is_left_there(seeder: Seeder) -> None:
    with worker(seeder):
        seed_once(seeder.settings)
        with seeder.sessions.begin() as session:
            person = accounts.person_of(session, AICHA.email)
            assert person is not None
            profiles.withdraw(session, profiles.own(session, person.id), START)
        assert seed_once(seeder.settings) == []
    assert states(seeder) == SEEDED | {"Aïcha": "withdrawn"}


def test_there_is_no_demonstration_in_production(seeder: Seeder) -> None:
    with pytest.raises(OutsideDevelopment):
        seed_once(seeder.settings.model_copy(update={"environment": "production"}))
