"""The measure of the uplink: a few bytes come, nobody keeps them, and no more than that is taken."""

from sqlalchemy.orm import Session

from app.people.models import Person
from app.videos.api import UPLINK, UPLINK_MAX_BYTES
from tests.conftest import SignIn
from tests.factories import make_adviser


def test_what_is_measured_is_received_whole_and_kept_by_nobody(resident: Person, sign_in: SignIn) -> None:
    answer = sign_in(resident).post(UPLINK, content=bytes(UPLINK_MAX_BYTES))
    assert answer.status_code == 204
    assert answer.content == b""


def test_more_than_a_measure_needs_is_refused(resident: Person, sign_in: SignIn) -> None:
    answer = sign_in(resident).post(UPLINK, content=bytes(UPLINK_MAX_BYTES + 1))
    assert answer.status_code == 413


def test_a_measure_is_for_residents_alone(session: Session, sign_in: SignIn) -> None:
    assert sign_in(make_adviser(session)).post(UPLINK, content=b"x").status_code == 404
