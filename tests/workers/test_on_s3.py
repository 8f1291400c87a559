"""A video from its last byte to its approval, by a real worker and a real S3: what is kept, and what goes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.people.models import Organisation
from app.profiles import queries, service
from app.profiles.models import Profile
from app.settings import Settings
from app.storage import Storage, open_storage
from app.videos import captioning
from app.videos.models import Rendition, Video
from tests.buckets import make_bucket, s3_settings, variables
from tests.conftest import START
from tests.factories import give_consent, make_adviser, make_filled_profile, make_resident, make_structure
from tests.gateway import Gateway
from tests.media import Clips
from tests.profiles.conftest import approve, who_of
from tests.sending import receive_clips
from tests.workers.crew import Crew


@dataclass(frozen=True)
class Bench:
    """A worker's database, and where it stores."""

    crew: Crew
    storage: Storage

    def work(self) -> None:
        """Have a worker do all that waits."""
        with self.crew.worker("--until-idle", **variables(self.crew.settings)) as worker:
            assert worker.wait(100) == 0

    def kept(self) -> set[str]:
        """Name what is stored."""
        return {info.key for info in self.storage.list()}

    def originals(self) -> list[str]:
        """Name what was sent and is still there."""
        return [path.name for path in self.crew.settings.spool_dir.rglob("*") if path.is_file()]


@pytest.fixture
def on_s3(committed: Engine, gateway: Gateway, settings: Settings) -> Iterator[Bench]:
    """Set up a bench whose storage is a bucket of its own."""
    own = make_bucket(
        s3_settings(
            gateway,
            data_dir=settings.data_dir,
            secret_key=settings.secret_key,
            video_min_s=settings.video_min_s,
        )
    )
    storage = open_storage(own)
    yield Bench(Crew(committed, own), storage)
    storage.close()


def send(on_s3: Bench, clips: Clips) -> None:
    """Receive a video of a new resident, whose profile lacks nothing else."""
    with Session(on_s3.crew.engine) as session:
        person = make_resident(session, make_structure(session))
        give_consent(session, person)
        make_filled_profile(session, person)
        receive_clips(session, on_s3.crew.settings, person, clips["small.mp4"])
        session.commit()


def review(on_s3: Bench) -> None:
    """Have the resident send what is ready, and an adviser validate its captions and approve it."""
    with Session(on_s3.crew.engine) as session:
        structure = session.scalars(select(Organisation)).one()
        profile = queries.profile_of(session, session.scalars(select(Profile.person_id)).one())
        assert profile
        service.submit(session, profile, START)
        video, adviser = session.scalars(select(Video)).one(), make_adviser(session, structure)
        captioning.validate(session, who_of(adviser, structure), video, 1, START)
        approve(session, profile, structure, START)
        session.commit()


def test_the_original_goes_once_its_video_is_approved_and_what_is_played_stays(
    on_s3: Bench, clips: Clips
) -> None:
    send(on_s3, clips)
    on_s3.work()
    made = on_s3.kept()
    with Session(on_s3.crew.engine) as session:
        assert made == set(session.scalars(select(Rendition.key)))
    assert on_s3.originals()
    review(on_s3)
    on_s3.work()
    assert on_s3.originals() == []
    assert on_s3.kept() == made
