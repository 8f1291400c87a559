"""Each day is closed once: signed, and told to the witnesses."""

import logging
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.db import new_id
from app.evidence import checkpoints, keyring
from app.evidence.service import Statement, record
from app.mail import open_texter, open_transport, render
from app.mail.models import Mail
from app.settings import Settings
from app.storage import Storage
from tests.conftest import MovingClock
from workers.desk import Desk
from workers.evidence import close_day

WITNESSES = "controle@ville.example, fondation@face.example"


pytestmark = pytest.mark.usefixtures("signer")


@pytest.fixture
def desk(settings: Settings, clock: MovingClock, storage: Storage, sessions: sessionmaker[Session]) -> Desk:
    """Give the job what it works with."""
    told = settings.model_copy(update={"evidence_witnesses": WITNESSES})
    return Desk(told, clock, storage, open_transport(told), open_texter(told), sessions.begin)


def publish(session: Session, now: datetime) -> None:
    """Record a fact that has no number yet."""
    record(session, Statement("profile.published", str(new_id()), now))
    session.commit()


def closings(session: Session) -> list[tuple[str, int]]:
    """Return what was closed: why, and how many facts."""
    return [(made.reason, made.size) for made in checkpoints.all_of(session)]


def test_a_day_is_closed_once_with_all_that_waited(desk: Desk, session: Session, clock: MovingClock) -> None:
    publish(session, clock.now())
    for _ in range(2):
        close_day(desk)
    assert closings(session) == [("closing 2026-11-22", 1)]
    clock.advance(days=1)
    publish(session, clock.now())
    close_day(desk)
    assert closings(session) == [("closing 2026-11-22", 1), ("closing 2026-11-23", 2)]


def test_the_day_that_is_closed_is_that_of_paris(desk: Desk, session: Session, clock: MovingClock) -> None:
    publish(session, clock.now())
    clock.advance(hours=14, minutes=30)  # half past eleven in London, half past midnight in Paris
    close_day(desk)
    assert closings(session) == [("closing 2026-11-23", 1)]


def test_each_witness_gets_the_signed_note_once(desk: Desk, session: Session, clock: MovingClock) -> None:
    publish(session, clock.now())
    for _ in range(2):
        close_day(desk)
    letters = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert [letter.recipient for letter in letters] == WITNESSES.split(", ")
    message = render(letters[0], desk.settings)
    made = checkpoints.latest(session)
    assert made is not None
    body = message.get_body(("plain",))
    assert body is not None
    lines = [line for line in made.note.splitlines() if line]
    assert "\n".join(f"– {line}" for line in lines) in body.get_content()
    assert message["Subject"] == "Journal des preuves : clôture du dimanche 22 novembre"


def test_without_a_key_no_day_is_closed(
    desk: Desk, session: Session, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(session, clock.now())
    desk.settings.evidence_key_path.unlink()
    close_day(desk)
    assert closings(session) == []
    assert "no day is closed" in caplog.text
    assert "Tapez : visavis evidence key create" in caplog.text


def test_a_journal_that_was_changed_is_not_closed(
    desk: Desk, session: Session, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(session, clock.now())
    close_day(desk)
    clock.advance(days=1)
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text("update evidence_fact set kind = 'view.qualified'"))
    session.commit()
    with caplog.at_level(logging.ERROR):
        close_day(desk)
    assert len(closings(session)) == 1
    assert "Rien n’est signé" in caplog.text
    assert "n’est plus celui qui a été enregistré" in caplog.text


def test_a_journal_from_before_is_not_closed_and_the_log_says_it_in_a_sentence(
    desk: Desk, session: Session, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(session, clock.now())
    keyring.load(desk.settings).remember(7, bytes(32))
    with caplog.at_level(logging.ERROR):
        close_day(desk)
    assert closings(session) == []
    (line,) = caplog.records
    assert "Rien n’est signé : 7 faits l’ont été, et les 1 du journal" in line.getMessage()
    assert line.exc_info is None
