"""A mail is posted with what it is about, sent once, and forgotten."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import mail
from app.mail.models import Mail
from app.settings import Settings
from tests.conftest import MovingClock

VALUES = {"name": "Aïcha", "path": "/connexion/lien/secret", "minutes": 15}


def jobs(session: Session) -> int:
    """Count the jobs that wait to send a mail."""
    query = text("select count(*) from procrastinate_jobs where task_name = 'mail.send'")
    return int(session.execute(query).scalar_one())


def test_a_mail_waits_with_the_job_that_sends_it(session: Session, clock: MovingClock) -> None:
    mail.post(session, "aicha@courrier.test", "sign_in_link", VALUES, clock.now())
    assert session.scalar(select(func.count(Mail.id))) == 1
    assert jobs(session) == 1


def test_a_mail_vanishes_with_what_it_was_about(session: Session, clock: MovingClock) -> None:
    with session.begin_nested() as savepoint:
        mail.post(session, "aicha@courrier.test", "sign_in_link", VALUES, clock.now())
        savepoint.rollback()
    assert session.scalar(select(func.count(Mail.id))) == 0
    assert jobs(session) == 0


def test_a_mail_is_not_sent_a_second_time_and_keeps_no_link(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    posted = mail.post(session, "aicha@courrier.test", "sign_in_link", VALUES, clock.now())
    assert mail.unsent(session, posted.id, settings) is not None
    mail.mark_sent(session, posted.id, clock.advance(seconds=1))
    session.refresh(posted)
    assert posted.sent_at == clock.now()
    assert posted.values == {}
    assert mail.unsent(session, posted.id, settings) is None


def test_a_second_note_of_sending_changes_nothing(session: Session, clock: MovingClock) -> None:
    posted = mail.post(session, "aicha@courrier.test", "sign_in_link", VALUES, clock.now())
    first = clock.advance(seconds=1)
    mail.mark_sent(session, posted.id, first)
    mail.mark_sent(session, posted.id, clock.advance(seconds=1))
    session.refresh(posted)
    assert posted.sent_at == first


def test_a_mail_to_somebody_erased_meanwhile_does_not_leave(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    posted = mail.post(session, "Aicha@courrier.test", "sign_in_link", VALUES, clock.now())
    mail.forget(session, "aicha@COURRIER.test")
    assert mail.unsent(session, posted.id, settings) is None


def test_a_letter_that_does_not_exist_is_refused_at_once(session: Session, clock: MovingClock) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post(session, "aicha@courrier.test", "newsletter", VALUES, clock.now())


@pytest.mark.parametrize("values", [{"name": "Aïcha", "path": "/"}, VALUES | {"colour": "red"}])
def test_a_letter_without_its_values_or_with_others_is_refused_at_once(
    session: Session, clock: MovingClock, values: dict[str, object]
) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post(session, "aicha@courrier.test", "sign_in_link", values, clock.now())
