"""Priority neighbourhoods of our own making, for tests."""

from sqlalchemy.orm import Session

from app.places.qpv import VINTAGE_OF
from app.places.service import QpvRow, load_qpv


def make_qpv(session: Session, code: str = "QN01301M", name: str = "Les Oliviers") -> None:
    """Make a priority neighbourhood of Marseille: a square of two kilometres, of the vintage of its code."""
    square = [[[(5.36, 43.31), (5.38, 43.31), (5.38, 43.33), (5.36, 43.33)]]]
    load_qpv(session, [QpvRow(code, VINTAGE_OF[code[:2]], name, ["13055"], square)])
