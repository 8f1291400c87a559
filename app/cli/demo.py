"""`visavis demo`: the main job, end to end, in the terminal; 0 only when every step was checked."""

import argparse
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.cli import sources, story
from app.cli.clips import ClipWanted, make_clip
from app.cli.demo_data import YOUNGSTERS
from app.cli.environment import read_settings
from app.cli.processes import Process, own, running
from app.cli.trouble import Trouble

START_LIMIT_S = 90


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("demo", help="la démonstration complète, vérifiée étape par étape")
    clip = verb.add_mutually_exclusive_group()
    clip.add_argument("video", nargs="?", type=Path, help="un fichier vidéo (sinon, un clip est tourné ici)")
    clip.add_argument(
        "--sources", action="store_true", help="en portrait, en WebM sans durée et en HEVC, faits par ffmpeg"
    )
    verb.add_argument("--url", help="un service en route (sinon, celui du port 8000, ou un service à part)")
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Tell the story on each clip, against the given service or one that is started for it."""
    if chosen.video is not None and not chosen.video.is_file():
        raise Trouble(f"{chosen.video} n’existe pas.")
    with tempfile.TemporaryDirectory() as folder, served(chosen.url, Path(folder)) as url:
        for clip in clips(chosen, Path(folder)):
            print(f"\nLa vidéo : {clip.name}", flush=True)
            story.tell(url, clip)
    return 0


def clips(chosen: argparse.Namespace, folder: Path) -> Iterator[Path]:
    """Yield the video that was given, or those that are made here."""
    if chosen.sources:
        yield from sources.film(folder)
    else:
        yield chosen.video or make_clip(folder / "clip.mp4", ClipWanted(YOUNGSTERS[0].spoken))


@contextmanager
def served(url: str | None, folder: Path) -> Iterator[str]:
    """Yield the address of a service: the given one, the one of `make run`, or one of our own."""
    address = url or read_settings().public_url
    if answers(address):
        print(f"Service : {address}", flush=True)
        yield address
        return
    if url is not None:
        raise Trouble(f"{url} ne répond pas.")
    print("Aucun service en route : un service à part démarre pour la démonstration…", flush=True)
    with started(folder / "data") as own_address:
        yield own_address


@contextmanager
def started(data_dir: Path, **more: str) -> Iterator[str]:
    """Start a service of our own, accounts of the demonstration included, and yield its address.

    `more` are settings by their variables.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = own("run", "--port", str(port), "--comptes")
    environment = {"VISAVIS_DATA_DIR": str(data_dir), "VISAVIS_PUBLIC_URL": address} | more
    # It is never killed: what it started itself would go on.
    with running(command, environment=environment, stop_limit_s=None) as [process]:
        await_service(address, process)
        yield address


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether Vis-à-vis answers at this address."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310 - an http address
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's own
    except (urllib.error.URLError, OSError):
        return False


def await_service(url: str, process: Process) -> None:
    """Wait until the service answers; raise Trouble when it ends or takes too long."""
    limit = time.monotonic() + START_LIMIT_S
    while not answers(url):
        if process.poll() is not None or time.monotonic() > limit:
            raise Trouble("Le service n’a pas démarré ; les messages ci-dessus disent pourquoi.")
        time.sleep(0.2)
