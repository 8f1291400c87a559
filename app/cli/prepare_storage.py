"""`visavis prepare-storage`: make the bucket where there is none, and let players on our pages read it."""

import argparse
from contextlib import closing
from typing import Any

from app.cli.environment import read_settings
from app.cli.trouble import Trouble
from app.errors import Refusal
from app.storage import open_storage


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("prepare-storage", help="créer le compartiment S3 et ses règles, s’il le faut")
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Prepare the storage; doing it again changes nothing."""
    settings = read_settings()
    try:
        with closing(open_storage(settings)) as storage:
            storage.prepare()
    except Refusal as refusal:
        raise Trouble(
            "Le stockage ne se laisse pas préparer. Vérifiez les réglages VISAVIS_S3_…, et que l’identifiant "
            "peut créer un compartiment et en poser les règles (docs/operations.md, « Stockage S3 »)."
        ) from refusal
    where = settings.s3_bucket if settings.storage == "s3" else settings.storage_dir
    print(f"Le stockage est prêt : {where}.")
    return 0
