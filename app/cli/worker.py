"""`visavis worker`: transcode, send mails, keep house."""

import argparse
import sys
from typing import Any

from app.cli import database, invented
from app.cli.environment import read_settings
from app.cli.processes import running
from app.cli.stopping import Stopped


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("worker", help="transcoder, envoyer les courriels, faire le ménage")
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Work until told to stop; the application never imports the workers, it starts them."""
    with database.opened(read_settings()) as settings:
        invented.refuse(settings)
        address = settings.database_url.get_secret_value() if settings.database_url else ""
        worker = [sys.executable, "-m", "workers"]
        with running(worker, environment={"VISAVIS_DATABASE_URL": address}) as [process]:
            try:
                return process.wait()
            except Stopped:
                return 0
