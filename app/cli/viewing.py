"""`visavis viewing recount`: every view counted again from what pages said, and what differs."""

import argparse
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.migrate import migrated
from app.viewing import queries
from app.viewing.recount import Difference, Recount, facts_recorded, recounts
from app.viewing.rules import POLICY
from app.web.french import number

DIFFERENCES_TOLD = 100
EXCLUDED = {
    "owner": "le jeune se regarde",
    "staff": "l’équipe du service",
    "own_structure": "un conseiller de sa structure",
    "no_company": "quelqu’un qui ne recrute pour personne",
    "unverified_company": "une entreprise non vérifiée",
    "test_account": "un compte d’essai",
    "robot": "un robot",
}
DIFFERENT = {
    "watched": "{stored} s vues sont écrites, les battements en donnent {again}",
    "credited": "{stored} s créditées sont écrites, les battements en donnent {again}",
    "not_counted": "elle devrait compter ({again} s), et ne compte pas",
    "counted": "elle compte, et ne devrait pas ({again} s, ou écartée)",
    "no_fact": "elle compte, et le journal n’en a pas le fait",
}


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("viewing", help="recompter les vues depuis ce que les pages ont dit")
    verb.add_argument(
        "action", choices=["recount"], metavar="recount", help="dit les différences ; ne change rien"
    )
    verb.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Recount in one reading transaction: all of it is seen as it stood at one instant."""
    with migrated() as (sessions, _settings), sessions() as session:
        session.execute(text("set transaction isolation level repeatable read, read only"))
        return tell(session)


def tell(session: Session) -> int:
    """Say what was recounted, then each difference; return 1 when there is any."""
    total = Recount(0, 0, set(), [])
    for found in recounts(session):
        total.plays += found.plays
        total.qualified += found.qualified
        total.sources |= found.sources
        total.differences += found.differences
        total.untold += found.untold
        session.expunge_all()
    print(f"Règle {POLICY.version} : {number(total.plays - total.untold)} lectures recomptées.")
    if total.untold:
        print(f"{number(total.untold)} ne peuvent pas l’être : d’avant que les battements soient gardés.")
    print(f"{number(total.qualified)} comptent, pour {number(len(total.sources))} vues au journal.")
    for reason, count in queries.exclusions(session, None, None).items():
        print(f"{number(count)} écartées : {EXCLUDED[reason]}.")
    if gone := facts_recorded(session) - len(total.sources):
        print(f"{number(gone)} vues au journal n’ont plus de lecture qui compte : effacées, ou retirées.")
    for difference in total.differences[:DIFFERENCES_TOLD]:
        print(f"Différence, lecture {difference.viewing_id} : {said(difference)}.")
    count = len(total.differences)
    print(f"{number(count)} différences." if count > 1 else f"{count or 'Aucune'} différence.")
    return 1 if count else 0


def said(difference: Difference) -> str:
    """Say what differs."""
    stored, again = (number(value, 3) for value in (difference.stored_s, difference.recounted_s))
    return DIFFERENT[difference.kind].format(stored=stored, again=again)
