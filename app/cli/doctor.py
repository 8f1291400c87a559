"""`visavis doctor`: does this machine have all that the service needs, and if not, what to do."""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from app import mail
from app.cli import database, invented, journal_probe, storage_probe
from app.cli.environment import read_settings
from app.cli.trouble import Trouble
from app.db import connect, session_factory
from app.people.limits import NETWORK_LIMITS, Limiter, LimitsAway, limits_key
from app.settings import PLACEHOLDER, Settings
from app.tables import alembic_config
from app.web.templating import MANIFEST_PATH

FFMPEG_WANTED = (5, 1)
ENCODERS = ("libx264", "aac")
FILTERS = ("zscale", "tonemap", "ebur128")
DISK_WARNING_BYTES = 2_000_000_000
PROXIES_MAX = 256  # a wider network is not looked through
FIRST_LAYER = "limits"  # workers/sandbox.py
Check = Callable[[Settings], str]


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("doctor", help="vérifier que la machine a tout ce qu’il faut")
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Run every check, whatever the others found; 1 when one fails."""
    settings = read_settings()
    failed = 0
    for name, check in CHECKS.items():
        try:
            print(f"✓ {name} : {check(settings)}")
        except Trouble as trouble:
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
        raise Trouble(
            f"la version {version[0]}.{version[1]} est trop ancienne, il faut 5.1 ou plus récent : "
            "installez celui d’une distribution plus récente (Debian 12, Ubuntu 24.04)."
        )
    encoders, filters = (
        output_of("ffmpeg", "-v", "error", "-encoders"),
        output_of("ffmpeg", "-v", "error", "-filters"),
    )
    missing = [name for name in ENCODERS if name not in encoders] + [n for n in FILTERS if n not in filters]
    if missing:
        raise Trouble(
            f"il n’a pas {', '.join(missing)}. Tapez : sudo apt-get install ffmpeg (et ôtez l’autre du PATH)."
        )
    output_of("ffprobe", "-version")
    return f"{version[0]}.{version[1]}, avec {', '.join(ENCODERS + FILTERS)}"


def check_sandbox(settings: Settings) -> str:
    """Return the layers in which a worker here reads videos; raise Trouble when they are too few."""
    asked = [sys.executable, "-m", "workers.layers"]  # the application never imports the workers
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        raise Trouble(done.stderr.strip().splitlines()[-1])
    layers = done.stdout.strip()
    if layers != FIRST_LAYER:
        return layers
    if settings.sandbox == "off":
        few = "limites seules, car VISAVIS_SANDBOX=off : ne le laissez pas ainsi pour de vraies vidéos."
    else:
        few = "limites seules. Tapez : sudo apt-get install bubblewrap — ou permettez Landlock."
    if settings.environment == "production":
        raise Trouble(few)
    return few


def check_voice(_: Settings) -> str:
    """Tell how captions get their times; without espeak-ng they are only to be checked, and nothing stops."""
    if shutil.which("espeak-ng") is None:
        return "espeak-ng manque, les sous-titres seront à vérifier. Tapez : sudo apt-get install espeak-ng"
    return "espeak-ng, le texte est calé sur la voix"


def check_recogniser(settings: Settings) -> str:
    """Tell whether what is said is written down where there is no text; the model is tried, if any."""
    if settings.captions_model_dir is None:
        return "pas de modèle : les sous-titres viennent du texte préparé (VISAVIS_CAPTIONS_MODEL_DIR)"
    asked = [sys.executable, "-m", "workers.transcription"]  # the application never imports the workers
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 0:
        raise Trouble(done.stderr.strip().splitlines()[-1])
    return f"modèle essayé ({done.stdout.strip()})"


def check_pages(_: Settings) -> str:
    """Tell whether the styles and scripts of the pages were built."""
    if not MANIFEST_PATH.is_file():
        raise Trouble("les styles et les scripts ne sont pas construits. Tapez : make front")
    return "styles et scripts construits"


def check_database(settings: Settings) -> str:
    """Return the revision of the database; raise Trouble when it is not the newest."""
    with database.opened(settings) as ready:
        engine = connect(ready.database_url.get_secret_value() if ready.database_url else "", pool_size=1)
        try:
            with engine.connect() as connection:
                found = MigrationContext.configure(connection).get_current_revision()
        finally:
            engine.dispose()
    wanted = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if found != wanted:
        state = f"elle est à la version {found}" if found else "elle est vide"
        raise Trouble(f"{state}, il faut {wanted}. Tapez : visavis migrate")
    return f"à jour ({found})"


def check_disk(settings: Settings) -> str:
    """Return the room left where uploads land."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        free_bytes = shutil.disk_usage(settings.data_dir).free
    except OSError as trouble:
        raise Trouble(
            f"{settings.data_dir} ne peut pas servir ({trouble.strerror}). {storage_probe.REMEDIES['local']}"
        ) from trouble
    if free_bytes < DISK_WARNING_BYTES:
        raise Trouble(f"il reste {free_bytes // 1_000_000} Mo dans {settings.data_dir} : faites de la place.")
    return f"{free_bytes // 1_000_000_000} Go libres"


def check_secrets(settings: Settings) -> str:
    """Tell whether the signing key is the service's own."""
    if settings.secret_key.get_secret_value() == PLACEHOLDER:
        return "clé de développement (refusée en production)"
    return "clé propre à ce service"


def check_mail(settings: Settings) -> str:
    """Tell where mails go, and how many of the week were given up."""
    way = "SMTP" if settings.smtp_url else f"écrits dans {settings.data_dir / 'mails'} (pas de SMTP)"
    given_up = count_given_up(settings)
    return f"{way} ; {given_up} abandonnés cette semaine (voir le journal de l’ouvrier)" if given_up else way


def count_given_up(settings: Settings) -> int:
    """Return how many mails of the week will never leave; none while nobody can tell."""
    try:
        with database.opened(settings) as ready:
            engine = connect(ready.database_url.get_secret_value() if ready.database_url else "", pool_size=1)
            try:
                with session_factory(engine)() as session:
                    return mail.given_up_since(session, datetime.now(UTC) - timedelta(days=7))
            finally:
                engine.dispose()
    except (Trouble, SQLAlchemyError):
        return 0


def check_proxy(settings: Settings) -> str:
    """Tell which proxies are believed; raise Trouble where all visitors would be taken for the proxy."""
    believed = f"de confiance : {settings.trusted_proxies or 'aucun'}"
    if settings.environment != "production":
        return believed
    if not settings.public_url.startswith("https://"):
        raise Trouble(
            "VISAVIS_PUBLIC_URL doit commencer par https:// : les sessions ne passent pas autrement."
        )
    here = all(network.is_loopback for network in settings.proxies)
    if here and not is_loopback(settings.listen_host):
        raise Trouble(
            f"le service écoute sur {settings.listen_host}, et ne croit que lui-même : donnez l’adresse du "
            "mandataire dans VISAVIS_TRUSTED_PROXIES, ou tous les visiteurs passeront pour un seul."
        )
    if silent := silent_proxy(settings):
        raise Trouble(
            f"{silent} ne dit pas d’où viennent les visiteurs, qui passent tous pour un seul : faites-lui "
            "envoyer X-Forwarded-For (docs/operations.md, « Derrière un serveur mandataire »)."
        )
    return f"{believed} ; il envoie X-Forwarded-For et X-Forwarded-Proto (docs/operations.md)"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address; a name is looked up by nobody here."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def silent_proxy(settings: Settings) -> str:
    """Return a proxy in whose own name tries are counted; empty without one, or while nothing is counted."""
    hosts = [
        str(host) for network in settings.proxies if network.num_addresses <= PROXIES_MAX for host in network
    ]
    try:
        with database.opened(settings) as ready:
            engine = connect(ready.database_url.get_secret_value() if ready.database_url else "", pool_size=1)
            limiter = Limiter(session_factory(engine).begin, limits_key(settings), datetime.now(UTC))
            try:
                return next((host for host in hosts if limiter.counted(host, *NETWORK_LIMITS)), "")
            finally:
                engine.dispose()
    except (Trouble, LimitsAway):
        return ""


CHECKS: dict[str, Check] = {
    "ffmpeg": check_ffmpeg,
    "bac à sable": check_sandbox,
    "sous-titres": check_voice,
    "parole": check_recogniser,
    "pages": check_pages,
    "base de données": check_database,
    "démonstration": invented.check,
    "journal": journal_probe.check,
    "stockage": storage_probe.check,
    "disque": check_disk,
    "secrets": check_secrets,
    "courriel": check_mail,
    "mandataire": check_proxy,
}
