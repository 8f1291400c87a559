"""`visavis worker`: transcode, send mails, keep house."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from app.cli import database
from app.settings import Settings


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("worker", help="transcoder, envoyer les courriels, faire le ménage")
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Work until told to stop; the application never imports the workers, it starts them."""
    with database.opened(Settings()) as settings:
        if settings.database_url is not None:
            os.environ["VISAVIS_DATABASE_URL"] = settings.database_url.get_secret_value()
        process = subprocess.Popen([sys.executable, "-m", "workers"])
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            # Ctrl-C reaches the whole group: the worker ends by itself, and this one waits for it.
            with suppress(KeyboardInterrupt):
                return process.wait()
