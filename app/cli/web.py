"""`visavis web`: serve the pages and the API."""

import argparse
import gc
import os
import sys
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.cli import database, invented, storage_probe
from app.cli.environment import read_settings
from app.cli.stopping import Stopped
from app.cli.trouble import Trouble
from app.main import create_app
from app.settings import Settings
from app.uploads.line import LineProtocol

DRAIN_S = 25


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("web", help="servir les pages et l’API")
    verb.add_argument("--host", help="adresse d’écoute (VISAVIS_LISTEN_HOST, sinon 127.0.0.1)")
    verb.add_argument("--port", type=int, default=8000, help="port (8000)")
    verb.add_argument("--workers", type=int, default=1, help="processus web (1)")
    verb.set_defaults(run=run)


def application() -> FastAPI:
    """Build the application from the environment, in each web process."""
    application = create_app(Settings())
    # What stands now stands for ever: nothing of it is looked at again whenever garbage is collected.
    gc.collect()
    gc.freeze()
    return application


def run(chosen: argparse.Namespace) -> int:
    """Serve until told to stop; requests under way have some seconds to end, streams end at once."""
    with database.opened(read_settings()) as settings:
        invented.refuse(settings)
        if settings.database_url is not None:
            os.environ["VISAVIS_DATABASE_URL"] = settings.database_url.get_secret_value()
        if settings.storage == "s3":
            Thread(target=try_links, args=(settings,), name="links", daemon=True).start()
        try:
            uvicorn.run(
                "app.cli.web:application",
                factory=True,
                host=chosen.host or settings.listen_host,
                port=chosen.port,
                workers=chosen.workers,
                timeout_graceful_shutdown=DRAIN_S,
                proxy_headers=True,
                forwarded_allow_ips=[str(network) for network in settings.proxies],
                server_header=False,
                http=LineProtocol,
                log_level="warning",
                access_log=False,
            )
        except Stopped:
            # The server takes the signal, drains, and gives it back: that is its usual end.
            return 0
    return 0


def try_links(settings: Settings) -> None:
    """Say at the start, beside the serving, what would keep videos from playing."""
    try:
        storage_probe.check(settings)
    except Trouble as trouble:
        print(f"✗ stockage : {trouble}", file=sys.stderr, flush=True)
