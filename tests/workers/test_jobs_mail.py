"""Mails leave once, outside transactions, and come back when the server is away."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app import mail
from app.db import new_id
from app.mail import MailUndeliverable
from app.mail.models import Mail
from workers import mails
from workers.desk import Desk, Running

READER = mail.Recipient(new_id(), "ines@courrier.test")


@pytest.fixture
def posted(session: Session, now: datetime) -> UUID:
    """Post a letter."""
    found = mail.post(session, READER, "published", {"name": "Inès", "path": "/moi"}, now)
    session.commit()
    return found.id


def left(desk: Desk) -> list[str]:
    """Name the mails that left."""
    return sorted(path.stem for path in (desk.settings.data_dir / "mails").glob("*.eml"))


def test_a_mail_leaves_once_and_its_values_are_forgotten(
    desk: Desk, session: Session, posted: UUID, now: datetime
) -> None:
    mails.send(desk, posted, Running())
    assert left(desk) == [str(posted)]
    sent = session.get_one(Mail, posted, populate_existing=True)
    assert (sent.sent_at, sent.values) == (now, {})
    (desk.settings.data_dir / "mails" / f"{posted}.eml").unlink()
    mails.send(desk, posted, Running())
    assert left(desk) == []


def test_a_mail_that_cannot_leave_stays_to_be_sent(desk: Desk, session: Session, posted: UUID) -> None:
    (desk.settings.data_dir / "mails").write_text("not a directory")
    with pytest.raises(MailUndeliverable):
        mails.send(desk, posted, Running())
    assert session.get_one(Mail, posted, populate_existing=True).sent_at is None


def test_a_mail_that_was_forgotten_meanwhile_is_not_sent(
    desk: Desk, session: Session, posted: UUID, now: datetime
) -> None:
    mail.erase_person(session, READER.person_id, now)
    session.commit()
    mails.send(desk, posted, Running())
    assert left(desk) == []


def test_a_text_message_leaves_as_a_mail_does(desk: Desk, session: Session, now: datetime) -> None:
    values = {"path": "/moi/messages/1", "company": "Boulangerie Roux"}
    to = READER._replace(address="0612345678")
    found = mail.post_sms(session, "contact:1", mail.Draft(to, "contact_received", values), now)
    assert found is not None
    session.commit()
    mails.send(desk, found.id, Running())
    written = (desk.settings.data_dir / "sms" / f"{found.id}.txt").read_text()
    assert written.startswith("+33612345678\n\nVis-à-vis : Boulangerie Roux t'écrit.")
    assert session.get_one(Mail, found.id, populate_existing=True).values == {}


def test_a_mail_is_given_up_after_the_last_try(desk: Desk, session: Session, posted: UUID) -> None:
    (desk.settings.data_dir / "mails").write_text("not a directory")
    with pytest.raises(MailUndeliverable):
        mails.send(desk, posted, Running(runs_before=mails.TRIES - 2))
    mails.send(desk, posted, Running(runs_before=mails.TRIES - 1))
    assert session.get_one(Mail, posted, populate_existing=True).given_up_at is not None
    assert mail.is_reachable(session, READER)


def test_the_tries_of_a_mail_begin_within_seconds_and_last_for_hours() -> None:
    pauses = [mails.pause_s(tries) for tries in range(mails.TRIES - 1)]
    assert pauses[:3] == [1, 2, 4]
    assert pauses == sorted(pauses)
    assert max(pauses) == 3600
    assert 6 * 3600 < sum(pauses) < 24 * 3600
