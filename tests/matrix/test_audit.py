"""Whatever somebody does with the power of their role is noted, at every address where it is done."""

import pytest
from sqlalchemy import select

from app.people.audit import LABELS
from app.people.models import AuditEntry
from tests.matrix.bench import SetUp
from tests.matrix.table import expected


@pytest.mark.parametrize(
    ("asker", "place"), [("admin", "/administration/"), ("adviser", "/accompagnement/{person_id}/")]
)
def test_what_is_done_to_others_is_noted_once(set_up: SetUp, asker: str, place: str) -> None:
    bench = set_up(asker)
    writes = [route for route in expected() if route.startswith(f"POST {place}")]
    assert writes
    for route in writes:
        with bench.asked(route, bench.asking(route)) as answer, bench.sessions() as session:
            (noted,) = session.scalars(select(AuditEntry)).all()
            assert noted.actor_id == bench.world.people[asker].id
            assert noted.reference == answer.headers["x-request-id"]
            assert noted.tag in LABELS
