"""`visavis search reindex`: teach search its words again, and tell it anew of every published profile."""

import argparse
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.cli.migrate import migrated
from app.profiles import indexing


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("search", help="refaire l’index de la recherche")
    verb.add_argument(
        "action", choices=["reindex"], metavar="reindex", help="tout réindexer ; le service peut tourner"
    )
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Do it all, by steps: a search meanwhile finds each profile as it was, or as it is."""
    with migrated() as (sessions, _settings):
        count = reindex(sessions)
    print(f"La recherche connaît {count} profils.")
    return 0


def reindex(sessions: sessionmaker[Session]) -> int:
    """Teach, then index by batches, each its own transaction, and return how many profiles there are."""
    with sessions.begin() as session:
        indexing.teach(session)
    total, last = 0, None
    while True:
        with sessions.begin() as session:
            count, last = indexing.reindex(session, last)
        if last is None:
            break
        total += count
        print(f"{total} profils…", flush=True)
    with sessions.begin() as session:
        # Plans are chosen by how often each word and each tag occurs.
        session.execute(text("analyze search_profile"))
        indexing.teach(session)
    return total
