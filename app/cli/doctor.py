"""`visavis doctor`: does this machine have all that the service needs, and if not, what to do."""

import argparse
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from app.cli import database
from app.cli.environment import read_settings
from app.cli.trouble import Trouble
from app.db import connect
from app.errors import Refusal
from app.settings import PLACEHOLDER, Settings
from app.storage import open_storage
from app.tables import alembic_config

FFMPEG_WANTED = (5, 1)
ENCODERS = ("libx264", "aac")
FILTERS = ("zscale", "tonemap", "ebur128")
DISK_WARNING_BYTES = 2_000_000_000
PROBE = "probe/doctor"

Check = Callable[[Settings], str]


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("doctor", help="vérifier que la machine a tout ce qu’il faut")
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Run every check; 1 when one fails."""
    failed = 0
    with database.opened(read_settings()) as settings:
        for name, check in CHECKS.items():
            try:
                print(f"✓ {name} : {check(settings)}")
            except (Trouble, Refusal, OSError, SQLAlchemyError) as trouble:
                failed += 1
                print(f"✗ {name} : {trouble}")
    return 1 if failed else 0


def output_of(*command: str) -> str:
    """Return what a program prints; raise Trouble when it is missing."""
    if shutil.which(command[0]) is None:
        raise Trouble(f"{command[0]} manque. Tapez : sudo apt-get install ffmpeg")
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - ours


def check_ffmpeg(_: Settings) -> str:
    """Return the version of ffmpeg and raise Trouble when it is old or lacks an encoder or a filter."""
    found = re.search(r"version n?(\d+)\.(\d+)", output_of("ffmpeg", "-version"))
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < FFMPEG_WANTED:
        raise Trouble("ffmpeg 5.1 ou plus récent est nécessaire.")
    encoders, filters = (
        output_of("ffmpeg", "-v", "error", "-encoders"),
        output_of("ffmpeg", "-v", "error", "-filters"),
    )
    missing = [name for name in ENCODERS if name not in encoders] + [n for n in FILTERS if n not in filters]
    if missing:
        raise Trouble(f"ffmpeg n’a pas {', '.join(missing)} : installez celui de la distribution.")
    output_of("ffprobe", "-version")
    return f"{version[0]}.{version[1]}, avec {', '.join(ENCODERS + FILTERS)}"


def check_database(settings: Settings) -> str:
    """Return the revision of the database; raise Trouble when it is not the newest."""
    engine = connect(settings.database_url.get_secret_value() if settings.database_url else "", pool_size=1)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    wanted = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if found != wanted:
        raise Trouble(f"version {found}, il faut {wanted} : lancez « visavis migrate ».")
    return f"à jour ({found})"


def check_storage(settings: Settings) -> str:
    """Write, sign, read and remove a probe."""
    storage = open_storage(settings)
    storage.put_bytes(PROBE, b"visavis", "text/plain")
    storage.signed_url(PROBE, 60, datetime.now(UTC))
    if storage.read(PROBE) != b"visavis":
        raise Trouble("ce qui est relu n’est pas ce qui a été écrit.")
    storage.delete(PROBE)
    return f"{settings.storage}, écrit, signé, relu, effacé"


def check_disk(settings: Settings) -> str:
    """Return the room left where uploads land."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free_bytes = shutil.disk_usage(settings.data_dir).free
    if free_bytes < DISK_WARNING_BYTES:
        raise Trouble(f"il reste {free_bytes // 1_000_000} Mo dans {settings.data_dir} : faites de la place.")
    return f"{free_bytes // 1_000_000_000} Go libres"


def check_secrets(settings: Settings) -> str:
    """Tell whether the signing key is the service's own."""
    if settings.secret_key.get_secret_value() == PLACEHOLDER:
        return "clé de développement (refusée en production)"
    return "clé propre à ce service"


def check_mail(settings: Settings) -> str:
    """Tell where mails go."""
    return "SMTP" if settings.smtp_url else f"écrits dans {settings.data_dir / 'mails'} (pas de SMTP)"


CHECKS: dict[str, Check] = {
    "ffmpeg": check_ffmpeg,
    "base de données": check_database,
    "stockage": check_storage,
    "disque": check_disk,
    "secrets": check_secrets,
    "courriel": check_mail,
}
