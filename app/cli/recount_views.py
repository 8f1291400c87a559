"""Views in `visavis evidence recount`: each counted again from what pages said, and what differs."""

from sqlalchemy.orm import Session

from app.cli.french import counted
from app.viewing import queries
from app.viewing.recount import Difference, Recount, facts_recorded, recounts
from app.viewing.rules import EXCLUSIONS, POLICY
from app.web.french import number

DIFFERENCES_TOLD = 100
DIFFERENT = {
    "watched": "{stored} s vues sont écrites, les battements en donnent {again}",
    "credited": "{stored} s créditées sont écrites, les battements en donnent {again}",
    "not_counted": "elle devrait compter ({again} s), et ne compte pas",
    "counted": "elle compte, et ne devrait pas ({again} s, ou écartée)",
    "no_fact": "elle compte, et le journal n’en a pas le fait",
}


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
    recounted = counted(total.plays - total.untold, "lecture recomptée", "lectures recomptées")
    print(f"Règle {POLICY.version} : {recounted}.")
    if total.untold:
        untold = counted(total.untold, "ne peut pas l’être", "ne peuvent pas l’être")
        print(f"{untold} : d’avant que les battements soient gardés.")
    views = counted(len(total.sources), "vue au journal", "vues au journal")
    print(f"{counted(total.qualified, 'compte', 'comptent')}, pour {views}.")
    for reason, count in queries.exclusions(session, None, None).items():
        print(f"{counted(count, 'écartée', 'écartées')} : {EXCLUSIONS[reason].lower()}.")
    if gone := facts_recorded(session) - len(total.sources):
        lost = counted(gone, "vue au journal n’a plus", "vues au journal n’ont plus")
        print(f"{lost} de lecture qui compte : effacement, ou retrait.")
    for difference in total.differences[:DIFFERENCES_TOLD]:
        print(f"Différence, lecture {difference.viewing_id} : {said(difference)}.")
    count = len(total.differences)
    print(f"{counted(count, 'différence', 'différences') if count else 'Aucune différence'}.")
    return 1 if count else 0


def said(difference: Difference) -> str:
    """Say what differs."""
    stored, again = (number(value, 3) for value in (difference.stored_s, difference.recounted_s))
    return DIFFERENT[difference.kind].format(stored=stored, again=again)
