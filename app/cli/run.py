"""`visavis run`: the whole product with one command; Ctrl-C stops everything, the data stays."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, NoReturn

from app.cli import database
from app.cli.trouble import Trouble
from app.settings import Settings

START_LIMIT_S = 30
STOP_LIMIT_S = 30


class Stopped(BaseException):
    """Somebody asked the command to stop."""


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("run", help="tout lancer : base, migrations, démonstration, pages et ouvrier")
    verb.add_argument("--port", type=int, default=8000, help="port (8000)")
    verb.add_argument("--sans-demo", action="store_true", help="ne créer aucune donnée de démonstration")
    verb.add_argument("--comptes", action="store_true", help="créer les comptes de démonstration seulement")
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Start everything in order, watch over it, and stop it in the reverse order."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    refuse_busy_port(chosen.port)
    try:
        with ExitStack() as stack:
            settings = stack.enter_context(database.opened(settings_for(chosen.port)))
            is_new = not database.is_current(settings)
            if is_new:
                finish(own("migrate"), settings)
            demo = settings.environment == "development" and not chosen.sans_demo
            if demo and (is_new or chosen.comptes):
                finish(own("seed", "--comptes"), settings)
            processes = [stack.enter_context(child(verb, settings)) for verb in services(chosen.port)]
            await_pages(chosen.port, processes)
            print(f"\nVis-à-vis est ouvert : {settings.public_url}   (Ctrl-C pour arrêter)", flush=True)
            if demo and not chosen.comptes:
                finish(own("seed"), settings)
            watch(processes)
    except Stopped:
        print("\nTout est arrêté ; les données restent.", flush=True)
        return 0


def settings_for(port: int) -> Settings:
    """Return the settings, with the public address of this port unless one was set."""
    settings = Settings()
    if "VISAVIS_PUBLIC_URL" in os.environ:
        return settings
    return settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})


def own(*arguments: str) -> list[str]:
    """Return the command line of another of our verbs: this process loads nothing that it only starts."""
    return [sys.executable, "-m", "app.cli", *arguments]


def services(port: int) -> tuple[list[str], ...]:
    """Return what runs beside this command."""
    return own("web", "--port", str(port)), [sys.executable, "-m", "workers"]


def finish(command: list[str], settings: Settings) -> None:
    """Run a command of ours to its end; raise Trouble when it fails."""
    with child(command, settings) as process:
        if process.wait() != 0:
            raise Trouble(f"« {' '.join(command[2:])} » a échoué ; les messages ci-dessus disent pourquoi.")


def stop(_: int, __: FrameType | None) -> NoReturn:
    """Leave the main block from wherever it is; a second signal must not interrupt the stopping."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


def refuse_busy_port(port: int) -> None:
    """Raise Trouble when something listens there already, before anything is started."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Trouble(
                f"Le port {port} est déjà pris. Arrêtez l’autre service, ou : visavis run --port {port + 1}"
            )


@contextmanager
def child(command: list[str], settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a process of ours in a group of its own, and end it with the block."""
    address = settings.database_url.get_secret_value() if settings.database_url else ""
    environment = os.environ | {
        "VISAVIS_DATABASE_URL": address,
        "VISAVIS_PUBLIC_URL": settings.public_url,
        "VISAVIS_DATA_DIR": str(settings.data_dir),
    }
    # Its own group: Ctrl-C reaches this command alone, which then stops the others in order.
    process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - ours
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_pages(port: int, processes: list["subprocess.Popen[bytes]"]) -> None:
    """Wait until the pages answer; raise Trouble when a process ends instead."""
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit:
        refuse_ended(processes)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise Trouble("Le service n’a pas démarré à temps ; les messages ci-dessus disent pourquoi.")


def refuse_ended(processes: list["subprocess.Popen[bytes]"]) -> None:
    """Raise Trouble when a process of ours is no more."""
    for process in processes:
        if process.poll() is not None:
            raise Trouble(f"Un processus s’est arrêté tout seul (code {process.returncode}).")


def watch(processes: list["subprocess.Popen[bytes]"]) -> NoReturn:
    """Stay until somebody stops us or a process ends by itself."""
    while True:
        refuse_ended(processes)
        time.sleep(0.5)
