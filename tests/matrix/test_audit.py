"""Whatever the operator does is noted, at every address where something is done."""

from sqlalchemy import select

from app.people.audit import LABELS
from app.people.models import AuditEntry
from tests.matrix.bench import SetUp
from tests.matrix.table import expected


def test_every_write_of_the_operator_is_noted_once(set_up: SetUp) -> None:
    bench, office = set_up("admin"), "POST /administration/"
    writes = [route for route in expected() if route.startswith(office)]
    assert writes
    for route in writes:
        with bench.asked(route, bench.asking(route)) as answer, bench.sessions() as session:
            (noted,) = session.scalars(select(AuditEntry)).all()
            assert noted.actor_id == bench.world.people["admin"].id
            assert noted.reference == answer.headers["x-request-id"]
            assert noted.tag in LABELS
