"""Whether videos can be kept and played: a probe is stored, and fetched by its link as a browser does."""

import os
import ssl
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from typing import cast
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from app.cli.trouble import Trouble
from app.errors import Refusal
from app.settings import Settings
from app.storage import open_storage

BYTES = b"visavis"
LIFE_S = 60
PATIENCE_S = 10
REMEDIES = {
    "local": "Rendez ce dossier accessible en écriture, ou choisissez-en un autre par VISAVIS_DATA_DIR.",
    "s3": "Vérifiez les réglages VISAVIS_S3_… : adresse, compartiment, identifiant et secret. Si le "
    "compartiment n’est pas encore là, tapez : visavis prepare-storage",
}


def check(settings: Settings) -> str:
    """Write, sign, read and remove a probe; raise Trouble."""
    key = f"probe/{uuid4().hex}"
    try:
        with closing(open_storage(settings)) as storage:
            storage.put_bytes(key, BYTES, "text/plain")
            try:
                found = storage.read(key)
                link = storage.signed_url(key, LIFE_S, datetime.now(UTC))
                if settings.storage == "s3":
                    follow(link, settings)
            finally:
                storage.delete(key)
    except Refusal as refusal:
        where = settings.storage_dir if settings.storage == "local" else settings.s3_endpoint_url or "S3"
        raise Trouble(f"{where} ne se laisse pas écrire et relire. {REMEDIES[settings.storage]}") from refusal
    if found != BYTES:
        raise Trouble("ce qui est relu n’est pas ce qui a été écrit : changez de stockage (VISAVIS_STORAGE).")
    read = "relu" if settings.storage == "local" else "relu par son adresse publique"
    return f"{settings.storage}, écrit, signé, {read}, effacé"


def follow(link: str, settings: Settings) -> None:
    """Fetch a part of the probe for a page of this service; raise Trouble where a player could not."""
    address = "{0.scheme}://{0.netloc}".format(urlsplit(link))
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(settings.public_url))
    try:
        answer = fetched(Request(link, headers={"Origin": origin, "Range": "bytes=1-3"}))  # noqa: S310 - S3's
    except HTTPError as refused:
        refused.close()
        raise Trouble(
            f"{address} refuse ses propres liens ({refused.code}) : ce qui se tient devant le stockage doit "
            "garder l’hôte demandé, et cette machine être à l’heure."
        ) from refused
    except (OSError, HTTPException) as silence:
        raise Trouble(
            f"{address} ne répond pas ({silence}) : vérifiez VISAVIS_S3_PUBLIC_ENDPOINT_URL et le certificat."
        ) from silence
    with answer:
        part, allowed = answer.read(), answer.headers.get("Access-Control-Allow-Origin")
    if part != BYTES[1:4]:
        raise Trouble(f"{address} n’envoie pas la partie demandée d’un fichier : les vidéos s’arrêteraient.")
    if allowed not in (origin, "*"):
        raise Trouble(
            f"{address} ne laisse pas les pages de {origin} lire les vidéos. Tapez : visavis prepare-storage"
        )


def fetched(request: Request) -> HTTPResponse:
    """Ask, trusting over TLS whom the service trusts."""
    trust = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))
    return cast("HTTPResponse", urlopen(request, timeout=PATIENCE_S, context=trust))  # noqa: S310 - S3's
