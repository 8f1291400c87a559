"""Claim: telling what was watched costs hardly more than any request that writes one row.

Plays of a recruiter tell their beats, five seconds each, as a page does; one beat of a play makes the view
count and states its fact.  The peer is an endpoint of the same application, behind the same permission,
which writes one row and does nothing else.  Both are asked by several clients at once.
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from json import dumps
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.cli import accounts, story, web
from app.cli.demo import await_service, free_port
from app.cli.processes import running
from app.cli.visitor import AGENT, Visitor
from app.db import connect, new_id, session_factory
from app.people.access import Recruiter
from app.people.models import Organisation, Person
from app.postgres import EmbeddedPostgres
from app.profiles.models import Profile
from app.settings import Settings
from app.signing import token_sha256
from app.tables import upgrade
from app.videos.models import Video
from app.viewing.models import Viewing
from app.viewing.rules import POLICY
from app.web.deps import UnitOfWork
from benchmarks.frame import Claim, Unfair, alternate

ROUNDS, CLIENTS = 5, 4
DURATION_S, BEAT_S, PLAYS = 150, 5, 8  # of each client, a round
BEATS = DURATION_S // BEAT_S
TOKEN = "the token of every play"  # noqa: S105 - of a database that lives as long as the measure
PEER = "la même permission, et une ligne écrite"
APPLICATION = ("uvicorn", "--factory", "--log-level", "warning", "--no-access-log")


@dataclass(frozen=True)
class Asked:
    """A request that a client sends: its path and what it says."""

    path: str
    said: bytes


def application() -> FastAPI:
    """Build the application with the endpoint of the peer in it."""
    served = web.application()

    @served.post("/mesure")
    def write(session: UnitOfWork, who: Recruiter) -> dict[str, str]:
        session.execute(text("insert into measured values (:id, now())"), {"id": who.person_id})
        return {}

    return served


def run() -> list[Claim]:
    """Ask both endpoints by turns for as many answers."""
    with TemporaryDirectory() as folder, served(Path(folder)) as (engine, url):
        recruiter = Visitor("Le recruteur", url)
        with closing(recruiter.http):
            story.sign_in(recruiter, accounts.RECRUITER)
        profile_id = watched_profile(engine)
        answers_a_s(recruiter, lambda: [bare()] * BEATS)
        peer, ours = alternate(
            lambda: answers_a_s(recruiter, lambda: [bare()] * PLAYS * BEATS),
            lambda: answers_a_s(recruiter, partial(beats, engine, profile_id)),
            ROUNDS,
        )
        check(engine)
    return [Claim("battement", "requêtes/s", PEER, peer, ours, 0.7, is_cost=False)]


@contextmanager
def served(folder: Path) -> Iterator[tuple[Engine, str]]:
    """Serve the application over a database that keeps what it acknowledges."""
    postgres = EmbeddedPostgres(folder / "pg")
    postgres.start()
    engine = connect(postgres.url, pool_size=2)
    upgrade(engine)
    with session_factory(engine).begin() as session:
        accounts.ensure(session, datetime.now(UTC), Settings(data_dir=folder))
        session.execute(text("create table measured (who uuid not null, at timestamptz not null)"))
        session.execute(text("grant insert on measured to visavis_app"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "VISAVIS_DATABASE_URL": postgres.url,
        "VISAVIS_DATA_DIR": str(folder),
        "VISAVIS_PUBLIC_URL": url,
        "VISAVIS_SECOND_FACTOR": "optional",
    }
    command = ["-m", *APPLICATION, "--port", str(port), f"{__name__}:{application.__name__}"]
    try:
        with running([sys.executable, *command], environment=environment) as [process]:
            await_service(url, process)
            yield engine, url
    finally:
        engine.dispose()
        postgres.stop()


def watched_profile(engine: Engine) -> UUID:
    """Write a resident who is online with a video, and return the id of the profile."""
    now = datetime.now(UTC)
    person = Person(id=new_id(), given_name="Inès", family_name="Mesure", created_at=now)
    video = Video(id=new_id(), person_id=person.id, state="ready", duration_s=DURATION_S, created_at=now)
    with session_factory(engine).begin() as session:
        for row in (person, video):
            session.add(row)
            session.flush()
        profile = Profile(
            person_id=person.id,
            structure_id=session.scalar(select(Organisation.id).where(Organisation.kind == "structure")),
            slug="ines-mesure",
            state="published",
            shown_name="Inès M.",
            current_video_id=video.id,
            current_script={},
            created_at=now,
            updated_at=now,
            published_at=now,
        )
        session.add(profile)
        session.flush()
        return profile.id


def bare() -> Asked:
    """Return a request for one row."""
    return Asked("/mesure", b"")


def beats(engine: Engine, profile_id: UUID) -> list[Asked]:
    """Return the beats of new plays, one play after the other."""
    with session_factory(engine).begin() as session:
        plays = [play(session, profile_id) for _ in range(PLAYS)]
    return [
        Asked(
            f"/lectures/{viewing_id}/battements",
            dumps({"token": TOKEN, "spans": [[at, at + BEAT_S]]}).encode(),
        )
        for viewing_id in plays
        for at in range(0, DURATION_S, BEAT_S)
    ]


def play(session: Session, profile_id: UUID) -> UUID:
    """Begin a play that its first beat makes count: nobody waits ten seconds in a measure."""
    now = datetime.now(UTC)
    viewer = accounts.person_of(session, accounts.RECRUITER)
    profile = session.get_one(Profile, profile_id)
    if viewer is None:
        raise Unfair("personne ne regarde")
    viewing = Viewing(
        id=new_id(),
        video_id=profile.current_video_id,
        profile_id=profile_id,
        viewer_id=viewer.id,
        organisation_id=session.scalar(
            select(Organisation.id).where(Organisation.kind == "company", Organisation.state == "verified")
        ),
        token_sha256=token_sha256(TOKEN),
        started_at=now,
        last_beat_at=now,
        credited_s=POLICY.watched_min_s,
        duration_s=DURATION_S,
        policy=POLICY.version,
    )
    session.add(viewing)
    return viewing.id


def answers_a_s(recruiter: Visitor, asked: Callable[[], list[Asked]]) -> float:
    """Return how many answers a second all clients get together; each has requests of its own."""
    shares = [asked() for _ in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        began_s = time.perf_counter()
        answered = sum(clients.map(partial(ask_all, recruiter), shares))
        return answered / (time.perf_counter() - began_s)


def ask_all(recruiter: Visitor, asked: list[Asked]) -> int:
    """Send requests one after the other on one connection; return how many were answered."""
    headers = {
        "cookie": "; ".join(f"{name}={value}" for name, value in recruiter.cookies.items()),
        "x-csrf-token": recruiter.token,
        "content-type": "application/json",
        "user-agent": AGENT,
    }
    with closing(HTTPConnection(urlsplit(str(recruiter.http.base_url)).netloc)) as line:
        for one in asked:
            line.request("POST", one.path, one.said, headers)
            answer = line.getresponse()
            said = answer.read()
            if answer.status != 200:  # noqa: PLR2004 - HTTP's own
                raise Unfair(f"{one.path} a répondu {answer.status} : {said.decode()[:200]}")
    return len(asked)


def check(engine: Engine) -> None:
    """Raise Unfair unless every beat showed something, and every play counts."""
    with engine.connect() as connection:
        whole, counted, all_ = connection.execute(
            text(
                "select count(*) filter (where jsonb_array_length(beats) = :beats),"
                " count(qualified_at), count(*) from viewing"
            ),
            {"beats": BEATS},
        ).one()
    if not whole == counted == all_:
        raise Unfair(f"{all_} lectures, dont {whole} entières et {counted} qui comptent.")
