"""`visavis evidence`: the key of the journal, whether it holds, what is given to who checks it."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cli import evidence_packs, journal_probe, recount
from app.cli.french import counted
from app.cli.migrate import migrated
from app.cli.trouble import Trouble
from app.evidence import checking, checkpoints, keyring
from app.evidence.checkpoints import JournalInconsistent
from app.evidence.keyring import KeyExists, KeyMissing, KeyUnreadable
from app.evidence.rules import CONVENTION
from app.evidence.tree import StoredTree
from app.settings import Settings
from app.web.french import long_datetime

FAULTS_SHOWN = 20


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("evidence", help="le journal des preuves : clé, vérification, paquets")
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION", title="actions")
    key = actions.add_parser("key", help="la clé qui signe : create, rotate, show")
    key.add_argument("step", choices=("create", "rotate", "show"), metavar="create|rotate|show")
    key.set_defaults(run=run_key)
    check = actions.add_parser(
        "check", help="tout recalculer : le journal est-il celui qui a été enregistré ?"
    )
    check.set_defaults(run=run_check)
    recount.add_to(actions)
    evidence_packs.add_to(actions)


@contextmanager
def unit() -> Iterator[tuple[Session, Settings]]:
    """Open a transaction on the migrated database of the settings."""
    with migrated() as (sessions, settings), sessions.begin() as session:
        yield session, settings


def run_key(chosen: argparse.Namespace) -> int:
    """Make, replace or show the key."""
    now = datetime.now(UTC)
    with unit() as (session, settings):
        try:
            if chosen.step == "create":
                signer = keyring.create(settings, now)
            elif chosen.step == "rotate":
                keyring.publish(session, keyring.load(settings))
                signer = keyring.rotate(settings, now)
            else:
                signer = keyring.load(settings)
        except (KeyMissing, KeyUnreadable) as missing:
            raise Trouble(
                f"{missing}\nSi elle est perdue : docs/operations.md, « La clé du journal »."
            ) from missing
        except KeyExists as exists:
            raise Trouble(
                f"Une clé est déjà là : {exists}. Pour en changer : visavis evidence key rotate"
            ) from exists
        keyring.publish(session, signer)
        session.flush()
        print(f"Clé privée : {signer.path} (à sauvegarder, à montrer à personne)")
        for place, key in enumerate(keyring.public_keys(session)):
            state = "signe" if place == 0 else "a signé"
            print(f"{key.written}  {state}, depuis le {long_datetime(key.made_at)}")
    return 0


def run_check(_: argparse.Namespace) -> int:
    """Recompute the journal and say what is wrong, and which days nobody signed; 1 when anything is."""
    with unit() as (session, settings):
        faults = checking.faults_of(session, CONVENTION) or contradictions(session, settings)
        size = StoredTree(session, CONVENTION).size
        try:
            signed, is_signed = journal_probe.signing(session, settings, datetime.now(UTC)), True
        except Trouble as trouble:
            signed, is_signed = str(trouble), False
    for fault in faults[:FAULTS_SHOWN]:
        print(f"✗ {fault}")
    if faults:
        found = counted(len(faults), "défaut", "défauts")
        print(f"Le journal a {found} : aucun jour n’est clos tant que cela dure.")
    else:
        facts = counted(
            size,
            "fait, tel qu’il a été enregistré et signé",
            "faits, tels qu’ils ont été enregistrés et signés",
        )
        print(f"✓ Le journal est entier : {facts}.")
    print(f"{'✓' if is_signed else '✗'} Signatures : {signed}")
    return 1 if faults or not is_signed else 0


def contradictions(session: Session, settings: Settings) -> list[str]:
    """Say that what the key signed last is not the beginning of the journal: a database from before."""
    try:
        signer = keyring.load(settings)
        checkpoints.root_that_extends(session, signer, StoredTree(session, CONVENTION))
    except (KeyMissing, KeyUnreadable):
        return []
    except JournalInconsistent as other:
        return [str(other)]
    return []
