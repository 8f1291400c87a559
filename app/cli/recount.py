"""`visavis evidence recount`: views counted again from what pages said, totals of bilans from the journal."""

import argparse
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.cli import recount_views
from app.cli.french import counted
from app.cli.migrate import migrated
from app.reports import rollups

SHOWN_MAX = 20


def add_to(actions: Any) -> None:
    """Declare the action."""
    action = actions.add_parser(
        "recount", help="recompter les vues depuis ce que les pages ont dit, et les bilans depuis le journal"
    )
    action.add_argument(
        "--rebuild", action="store_true", help="d’abord refaire les totaux des bilans depuis le premier fait"
    )
    action.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Count all of it; 1 when a view or a total differs."""
    with migrated() as (sessions, _):
        with sessions() as session:
            # All of it is seen as it stood at one instant.
            session.execute(text("set transaction isolation level repeatable read, read only"))
            views = recount_views.tell(session)
        if chosen.rebuild:
            rebuild(sessions)
        return max(views, compare(sessions))


def rebuild(sessions: sessionmaker[Session]) -> None:
    """Forget every total and count anew, in one transaction: pages keep the old ones until then."""
    with sessions.begin() as session:
        total = rollups.rebuild(session)
    print(f"Totaux refaits : {counted(total, 'fait', 'faits')}.", flush=True)


def compare(sessions: sessionmaker[Session]) -> int:
    """Print the totals that differ, and return the exit code."""
    with sessions.begin() as session:
        differences = rollups.recount(session)
        counted_up_to, size = rollups.reached(session)
    for one in differences[:SHOWN_MAX]:
        place = f"structure {one.territory}, département {one.department}, quartier {one.qpv}"
        print(f"{one.measure}, période {one.period}, {place} : gardé {one.kept}, recompté {one.counted}")
    if differences:
        differing = counted(len(differences), "total diffère", "totaux diffèrent")
        print(f"{differing} du journal. Pour tout refaire : visavis evidence recount --rebuild")
        return 1
    print(f"Les totaux des bilans sont ceux du journal, jusqu’au fait n° {counted_up_to} sur {size}.")
    return 0
