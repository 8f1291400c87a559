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
from workers.desk import Desk

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
    mails.send(desk, posted)
    assert left(desk) == [str(posted)]
    sent = session.get_one(Mail, posted, populate_existing=True)
    assert (sent.sent_at, sent.values) == (now, {})
    (desk.settings.data_dir / "mails" / f"{posted}.eml").unlink()
    mails.send(desk, posted)
    assert left(desk) == []


def test_a_mail_that_cannot_leave_stays_to_be_sent(desk: Desk, session: Session, posted: UUID) -> None:
    (desk.settings.data_dir / "mails").write_text("not a directory")
    with pytest.raises(MailUndeliverable):
        mails.send(desk, posted)
    assert session.get_one(Mail, posted, populate_existing=True).sent_at is None


def test_a_mail_that_was_forgotten_meanwhile_is_not_sent(
    desk: Desk, session: Session, posted: UUID, now: datetime
) -> None:
    mail.erase_person(session, READER.person_id, now)
    session.commit()
    mails.send(desk, posted)
    assert left(desk) == []
