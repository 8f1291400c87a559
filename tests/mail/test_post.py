"""A mail is posted with what it is about, sent once, and forgotten."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from app import mail
from app.db import new_id
from app.mail.models import Mail, MailPerson, Told
from app.settings import Settings
from tests.conftest import START, MovingClock

AICHA = mail.Recipient(new_id(), "aicha@courrier.test")
CLAIRE = mail.Recipient(new_id(), "claire@structure.test")
VALUES = {"name": "Aïcha", "path": "/connexion/lien/secret", "minutes": 15}


def jobs(session: Session) -> int:
    """Count the jobs that wait to send a mail."""
    query = text("select count(*) from procrastinate_jobs where task_name = 'mail.send'")
    return int(session.execute(query).scalar_one())


def post_about(session: Session, clock: MovingClock, resident: mail.Recipient) -> Mail:
    """Post a mail to an adviser that names a resident."""
    values = {"name": "Claire", "path": "/relecture/x", "resident": "Aïcha B."}
    return mail.post(session, CLAIRE, "submitted", values, clock.now(), about=(resident.person_id,))


def test_a_mail_waits_with_the_job_that_sends_it(session: Session, clock: MovingClock) -> None:
    mail.post(session, AICHA, "sign_in_link", VALUES, clock.now())
    assert session.scalar(select(func.count(Mail.id))) == 1
    assert jobs(session) == 1


def test_a_mail_vanishes_with_what_it_was_about(session: Session, clock: MovingClock) -> None:
    with session.begin_nested() as savepoint:
        mail.post(session, AICHA, "sign_in_link", VALUES, clock.now())
        savepoint.rollback()
    assert session.scalar(select(func.count(Mail.id))) == 0
    assert jobs(session) == 0


def test_a_mail_is_not_sent_a_second_time_and_keeps_no_link(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    posted = mail.post(session, AICHA, "sign_in_link", VALUES, clock.now())
    assert mail.unsent(session, posted.id, settings) is not None
    mail.mark_sent(session, posted.id, clock.advance(seconds=1))
    session.refresh(posted)
    assert posted.sent_at == clock.now()
    assert posted.values == {}
    assert mail.unsent(session, posted.id, settings) is None


def test_a_second_note_of_sending_changes_nothing(session: Session, clock: MovingClock) -> None:
    posted = mail.post(session, AICHA, "sign_in_link", VALUES, clock.now())
    first = clock.advance(seconds=1)
    mail.mark_sent(session, posted.id, first)
    mail.mark_sent(session, posted.id, clock.advance(seconds=1))
    session.refresh(posted)
    assert posted.sent_at == first


def test_a_mail_to_somebody_erased_meanwhile_does_not_leave(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    posted = mail.post(session, AICHA, "sign_in_link", VALUES, clock.now())
    mail.erase_person(session, AICHA.person_id, clock.now())
    assert mail.unsent(session, posted.id, settings) is None


@pytest.mark.parametrize("has_left", [False, True])
def test_a_mail_to_an_adviser_goes_with_the_resident_whom_it_names(
    session: Session,
    clock: MovingClock,
    has_left: bool,  # noqa: FBT001 - a case of the table
) -> None:
    about = post_about(session, clock, AICHA)
    other = post_about(session, clock, mail.Recipient(new_id(), ""))
    if has_left:
        mail.mark_sent(session, about.id, clock.now())
    mail.erase_person(session, AICHA.person_id, clock.now())
    assert session.scalars(select(Mail.id)).all() == [other.id]
    assert set(session.scalars(select(MailPerson.mail_id))) == {other.id}


def test_a_mail_that_never_left_is_forgotten_in_time_as_one_that_did(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    old = [post_about(session, clock, AICHA) for _ in range(2)]
    mail.mark_sent(session, old[0].id, clock.now())
    clock.advance(seconds=1)
    young = post_about(session, clock, AICHA)
    clock.advance(days=settings.mail_kept_days, seconds=-1)
    assert mail.sweep(session, settings, clock.now()) == 2
    assert session.scalars(select(Mail.id)).all() == [young.id]
    assert mail.sweep(session, settings, clock.now()) == 0


def test_a_sweep_that_is_rolled_back_says_what_would_go(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    post_about(session, clock, AICHA)
    clock.advance(days=settings.mail_kept_days)
    with session.begin_nested() as savepoint:
        assert mail.sweep(session, settings, clock.now()) == 1
        savepoint.rollback()
    assert session.scalar(select(func.count(Mail.id))) == 1


def test_a_person_takes_away_which_letters_were_written_to_or_about_them_and_nobody_s_address(
    session: Session, clock: MovingClock
) -> None:
    mail.post(session, AICHA, "sign_in_link", VALUES, clock.now())
    mail.mark_sent(session, post_about(session, clock, AICHA).id, clock.advance(seconds=1))
    taken = mail.export_person(session, AICHA.person_id)
    assert taken == {
        "mails": [
            {"by": "mail", "letter": "sign_in_link", "to": "me", "created_at": START, "sent_at": None},
            {
                "by": "mail",
                "letter": "submitted",
                "to": "somebody else, about me",
                "created_at": START,
                "sent_at": clock.now(),
            },
        ],
        "told_once": [],
        "addresses_that_refuse": [],
        "addresses_of_others": [],
    }


def test_a_letter_that_does_not_exist_is_refused_at_once(session: Session, clock: MovingClock) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post(session, AICHA, "newsletter", VALUES, clock.now())


@pytest.mark.parametrize("values", [{"name": "Aïcha", "path": "/"}, VALUES | {"colour": "red"}])
def test_a_letter_without_its_values_or_with_others_is_refused_at_once(
    session: Session, clock: MovingClock, values: dict[str, object]
) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post(session, AICHA, "sign_in_link", values, clock.now())


def test_what_is_told_once_is_not_written_again_even_when_the_first_was_forgotten(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    draft = mail.Draft(AICHA, "sign_in_link", VALUES)
    assert mail.post_once(session, "reminder:1:5", draft, clock.now()) is not None
    clock.advance(days=settings.mail_kept_days)
    mail.sweep(session, settings, clock.now())
    assert mail.post_once(session, "reminder:1:5", draft, clock.now()) is None
    assert mail.post_once(session, "reminder:1:10", draft, clock.now()) is not None
    assert session.scalar(select(func.count(Mail.id))) == 1


def test_what_is_told_once_is_told_again_when_its_transaction_came_to_nothing(
    session: Session, clock: MovingClock
) -> None:
    draft = mail.Draft(AICHA, "sign_in_link", VALUES)
    with session.begin_nested() as savepoint:
        mail.post_once(session, "reminder:1:5", draft, clock.now())
        savepoint.rollback()
    assert mail.post_once(session, "reminder:1:5", draft, clock.now()) is not None


def test_of_several_that_tell_the_same_at_once_one_writes(committed: Engine, clock: MovingClock) -> None:
    draft = mail.Draft(AICHA, "sign_in_link", VALUES)

    def tell(_: int) -> bool:
        with Session(committed) as session, session.begin():
            return mail.post_once(session, "reminder:1:5", draft, clock.now()) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(tell, range(4))) == [False, False, False, True]


def test_a_letter_without_its_values_uses_up_no_key(session: Session, clock: MovingClock) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post_once(session, "reminder:1:5", mail.Draft(AICHA, "sign_in_link", {}), clock.now())
    assert session.scalar(select(func.count(Told.key))) == 0


def test_what_somebody_was_told_once_goes_with_them(session: Session, clock: MovingClock) -> None:
    mail.post_once(session, "reminder:1:5", mail.Draft(AICHA, "sign_in_link", VALUES), clock.now())
    mail.erase_person(session, AICHA.person_id, clock.now())
    assert session.scalar(select(func.count(Told.key))) == 0
