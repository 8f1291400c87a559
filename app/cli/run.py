"""`visavis run`: the whole product with one command; Ctrl-C stops everything, the data stays."""

import argparse
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Mapping
from typing import Any, NoReturn

from app.cli import database, invented
from app.cli.environment import read_settings
from app.cli.processes import Process, own, running
from app.cli.stopping import Stopped
from app.cli.trouble import Trouble
from app.settings import Settings

START_LIMIT_S = 30
LOOK_EVERY_S = 0.5


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("run", help="tout lancer : base, migrations, démonstration, pages et ouvrier")
    verb.add_argument("--port", type=int, default=8000, help="port (8000)")
    verb.add_argument("--sans-demo", action="store_true", help="ne créer aucune donnée de démonstration")
    verb.add_argument("--comptes", action="store_true", help="créer les comptes de démonstration seulement")
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Start everything in order, watch over it, and stop it in the reverse order."""
    refuse_busy_port(chosen.port)
    try:
        with database.opened(settings_for(chosen.port)) as settings:
            serve(chosen, settings)
    except Stopped:
        print("\nTout est arrêté ; les données restent.", flush=True)
    return 0


def serve(chosen: argparse.Namespace, settings: Settings) -> NoReturn:
    """Prepare the database, then serve until told to stop; raise Trouble when that is not possible."""
    invented.refuse(settings)
    demo = settings.environment == "development" and not chosen.sans_demo
    environment = environment_of(settings) | spared(settings)
    is_new = not database.is_current(settings)
    if is_new:
        finish(own("migrate"), environment)
    if demo and (is_new or chosen.comptes):
        finish(own("seed", "--comptes"), environment)
    with running(*services(chosen.port), environment=environment) as processes:
        await_pages(chosen.port, processes)
        print(f"\nVis-à-vis est ouvert : {settings.public_url}   (Ctrl-C pour arrêter)", flush=True)
        if demo and not chosen.comptes:
            seed_beside(processes, environment)
        while True:
            refuse_ended(processes)
            time.sleep(LOOK_EVERY_S)


def settings_for(port: int) -> Settings:
    """Return the settings, with the public address of this port unless one was set."""
    settings = read_settings()
    if "VISAVIS_PUBLIC_URL" in os.environ:
        return settings
    return settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})


def environment_of(settings: Settings) -> dict[str, str]:
    """Return what the processes have to know of the settings that this command decided."""
    return {
        "VISAVIS_DATABASE_URL": settings.database_url.get_secret_value() if settings.database_url else "",
        "VISAVIS_PUBLIC_URL": settings.public_url,
        "VISAVIS_DATA_DIR": str(settings.data_dir),
    }


def spared(settings: Settings) -> dict[str, str]:
    """Return what spares the demonstration's accounts the second step: in development, unless it was set."""
    asked = "second_factor" in settings.model_fields_set or settings.environment != "development"
    return {} if asked else {"VISAVIS_SECOND_FACTOR": "optional"}


def services(port: int) -> tuple[list[str], ...]:
    """Return what runs beside this command."""
    return own("web", "--port", str(port)), [sys.executable, "-m", "workers"]


def finish(command: list[str], environment: Mapping[str, str]) -> None:
    """Run a command of ours to its end; raise Trouble when it fails."""
    with running(command, environment=environment) as [process]:
        if process.wait() != 0:
            raise Trouble(f"« {' '.join(command[2:])} » a échoué ; les messages ci-dessus disent pourquoi.")


def seed_beside(processes: list[Process], environment: Mapping[str, str]) -> None:
    """Make what is missing of the demonstration while the service answers, which does not depend on it."""
    with running(own("seed"), environment=environment) as [seeding]:
        while seeding.poll() is None:
            refuse_ended(processes)
            time.sleep(LOOK_EVERY_S)
    if seeding.returncode != 0:
        print("La démonstration est incomplète ; le service reste ouvert.", file=sys.stderr, flush=True)


def refuse_busy_port(port: int) -> None:
    """Raise Trouble when something listens there already, before anything is started."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Trouble(
                f"Le port {port} est déjà pris. Arrêtez l’autre service, ou : visavis run --port {port + 1}"
            )


def await_pages(port: int, processes: list[Process]) -> None:
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


def refuse_ended(processes: list[Process]) -> None:
    """Raise Trouble when a process of ours is no more."""
    for process in processes:
        if process.poll() is not None:
            raise Trouble(f"Un processus s’est arrêté tout seul (code {process.returncode}).")
