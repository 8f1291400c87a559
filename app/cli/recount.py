"""`visavis recount`: count the journal again, and say where a total of the bilans is not what it says."""

import argparse
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from app.cli.french import counted
from app.cli.migrate import migrated
from app.reports import rollups

SHOWN_MAX = 20


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("recount", help="recompter le journal et le comparer aux bilans")
    verb.add_argument(
        "--rebuild", action="store_true", help="d’abord refaire les totaux depuis le premier fait"
    )
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Count; 1 when a total differs."""
    with migrated() as (sessions, _):
        if chosen.rebuild:
            rebuild(sessions)
        return compare(sessions)


def rebuild(sessions: sessionmaker[Session]) -> None:
    """Forget every total and count anew, in one transaction: pages keep the old ones until then."""
    with sessions.begin() as session:
        rollups.forget(session)
        total = 0
        while rolled := rollups.roll(session):
            total += rolled
    print(f"Totaux refaits : {counted(total, 'fait', 'faits')}.", flush=True)


def compare(sessions: sessionmaker[Session]) -> int:
    """Print the totals that differ, and return the exit code."""
    with sessions.begin() as session:
        differences = rollups.recount(session)
    for one in differences[:SHOWN_MAX]:
        place = f"structure {one.territory}, département {one.department}, quartier {one.qpv}"
        print(f"{one.measure}, période {one.period}, {place} : {one.kept} gardé, {one.counted} recompté")
    if differences:
        differing = counted(len(differences), "total diffère", "totaux diffèrent")
        print(f"{differing} du journal. Pour tout refaire : visavis recount --rebuild")
        return 1
    print("Les totaux des bilans sont ceux du journal.")
    return 0
