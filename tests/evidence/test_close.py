"""Each day is closed once: signed, and told to the witnesses; one that is late is told by its name."""

import logging
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.cli.journal_probe import signing
from app.cli.trouble import Trouble
from app.db import new_id
from app.evidence import checkpoints, keyring
from app.evidence.service import Statement, record
from app.mail import open_texter, open_transport, render
from app.mail.models import Mail
from app.settings import Settings
from app.storage import Storage
from tests.conftest import MovingClock
from workers.desk import Desk
from workers.evidence import close_days, drain

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
        close_days(desk)
    assert closings(session) == [("closing 2026-11-22", 1)]
    clock.advance(days=1)
    publish(session, clock.now())
    close_days(desk)
    assert closings(session) == [("closing 2026-11-22", 1), ("closing 2026-11-23", 2)]


def test_the_day_that_is_closed_is_that_of_paris(desk: Desk, session: Session, clock: MovingClock) -> None:
    publish(session, clock.now())
    clock.advance(hours=14, minutes=30)  # half past eleven in London, half past midnight in Paris
    close_days(desk)
    assert closings(session) == [("closing 2026-11-23", 1)]


@pytest.mark.parametrize("nights", ["no worker", "no key", "a fact was changed"])
def test_days_without_a_closing_are_closed_together_once_they_can_be(
    desk: Desk, session: Session, clock: MovingClock, nights: str
) -> None:
    publish(session, clock.now())
    close_days(desk)
    key = desk.settings.evidence_key_path.read_bytes()
    for _ in range(3):
        clock.advance(days=1)
        publish(session, clock.now())
        if nights == "no key":
            desk.settings.evidence_key_path.unlink(missing_ok=True)
            close_days(desk)
        elif nights == "a fact was changed":
            change(session, "59")
            close_days(desk)
    desk.settings.evidence_key_path.write_bytes(key)
    change(session, "")
    close_days(desk)
    assert closings(session) == [("closing 2026-11-22", 1), ("closing 2026-11-23 2026-11-25", 4)]
    close_days(desk)
    clock.advance(days=1)
    close_days(desk)
    assert closings(session)[2:] == [("closing 2026-11-26", 4)]


def change(session: Session, department: str) -> None:
    """Change the first fact, as a superuser may."""
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text("update evidence_fact set department = :to where seq = 1"), {"to": department})
    session.commit()


def test_the_letter_of_a_late_closing_names_its_days(
    desk: Desk, session: Session, clock: MovingClock
) -> None:
    publish(session, clock.now())
    drain(desk)
    clock.advance(days=3)
    close_days(desk)
    letters = session.scalars(select(Mail)).all()
    assert len(letters) == len(WITNESSES.split(", "))
    message = render(letters[0], desk.settings)
    body = message.get_body(("plain",))
    days = "du lundi 23 novembre au mercredi 25 novembre"
    assert message["Subject"] == f"Journal des preuves : clôture {days}"
    assert body is not None
    assert f"Elle vaut pour chaque jour {days}." in body.get_content()


def test_the_letter_that_waits_since_before_closings_named_their_first_day_still_leaves(
    desk: Desk, session: Session, clock: MovingClock
) -> None:
    publish(session, clock.now())
    close_days(desk)
    waiting = session.scalars(select(Mail)).first()
    assert waiting is not None
    waiting.values = {name: value for name, value in waiting.values.items() if name != "since"}
    assert render(waiting, desk.settings)["Subject"].endswith("clôture du dimanche 22 novembre")


def test_the_operator_hears_of_a_day_that_is_not_closed_before_its_witnesses_ask(
    desk: Desk, session: Session, clock: MovingClock
) -> None:
    assert signing(session, desk.settings, clock.now()) == "clé prête, rien n’est encore signé"
    publish(session, clock.now())
    close_days(desk)
    assert signing(session, desk.settings, clock.now()).startswith("1 fait signé le 23 novembre 2026")
    clock.advance(hours=15)  # one in the morning: the worker has still the time of an hour
    assert "1 fait signé" in signing(session, desk.settings, clock.now())
    clock.advance(hours=1)
    with pytest.raises(Trouble, match=r"Le 23 novembre 2026 n’est pas clos\. Les témoins attendent"):
        signing(session, desk.settings, clock.now())
    clock.advance(days=2)
    with pytest.raises(Trouble, match="Rien n’est clos du 23 novembre 2026 au 25 novembre 2026"):
        signing(session, desk.settings, clock.now())
    checkpoints.sign(session, keyring.load(desk.settings), "sample", clock.now())
    with pytest.raises(Trouble, match="Rien n’est clos du 23"):
        signing(session, desk.settings, clock.now())
    desk.settings.evidence_key_path.write_text("")
    with pytest.raises(Trouble, match=r"Rien n’est clos du 23.*ne se lit pas"):
        signing(session, desk.settings, clock.now())


def test_days_that_were_never_closed_begin_with_the_first_fact(
    desk: Desk, session: Session, clock: MovingClock
) -> None:
    publish(session, clock.now())
    drain(desk)
    clock.advance(days=2)
    with pytest.raises(Trouble, match="Rien n’est clos du 23 novembre 2026 au 24 novembre 2026"):
        signing(session, desk.settings, clock.now())


def test_each_witness_gets_the_signed_note_once(desk: Desk, session: Session, clock: MovingClock) -> None:
    publish(session, clock.now())
    for _ in range(2):
        close_days(desk)
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
    close_days(desk)
    assert closings(session) == []
    assert "no day is closed" in caplog.text
    assert "Tapez : visavis evidence key create" in caplog.text


def test_a_journal_that_was_changed_is_not_closed(
    desk: Desk, session: Session, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(session, clock.now())
    close_days(desk)
    clock.advance(days=1)
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text("update evidence_fact set kind = 'view.qualified'"))
    session.commit()
    with caplog.at_level(logging.ERROR):
        close_days(desk)
    assert len(closings(session)) == 1
    assert "Rien n’est signé" in caplog.text
    assert "n’est plus celui qui a été enregistré" in caplog.text


def test_a_journal_from_before_is_not_closed_and_the_log_says_it_in_a_sentence(
    desk: Desk, session: Session, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(session, clock.now())
    keyring.load(desk.settings).remember(7, bytes(32))
    with caplog.at_level(logging.ERROR):
        close_days(desk)
    assert closings(session) == []
    (line,) = caplog.records
    assert "Rien n’est signé : 7 faits l’ont été, et les 1 du journal" in line.getMessage()
    assert line.exc_info is None
