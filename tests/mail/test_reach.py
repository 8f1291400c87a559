"""An address that refuses for good is known, until something arrives there or it is another one."""

from uuid import UUID

from sqlalchemy.orm import Session

from app import mail
from app.db import new_id
from app.mail.models import Mail
from app.settings import Settings
from tests.conftest import MovingClock

NOUR = mail.Recipient(new_id(), "nour@courrier.test")


def post(session: Session, clock: MovingClock, to: mail.Recipient) -> UUID:
    """Post a letter, some time after the last one."""
    now = clock.advance(seconds=1)
    return mail.post(session, to, "published", {"name": "Nour", "path": "/moi"}, now).id


def refuse(session: Session, clock: MovingClock, to: mail.Recipient) -> None:
    """Post a letter that is refused because nobody lives there."""
    mail.give_up(session, post(session, clock, to), clock.now(), is_address_dead=True)


def test_nobody_is_out_of_reach_before_a_refusal(session: Session) -> None:
    assert mail.is_reachable(session, NOUR)


def test_an_address_that_refuses_is_out_of_reach_however_it_is_written(
    session: Session, clock: MovingClock
) -> None:
    refuse(session, clock, NOUR)
    assert not mail.is_reachable(session, NOUR._replace(address=" Nour@Courrier.test"))


def test_a_letter_that_is_given_up_for_another_reason_says_nothing_of_the_address(
    session: Session, clock: MovingClock
) -> None:
    mail.give_up(session, post(session, clock, NOUR), clock.now())
    assert mail.is_reachable(session, NOUR)


def test_somebody_who_corrects_their_address_is_in_reach_again(session: Session, clock: MovingClock) -> None:
    refuse(session, clock, NOUR)
    assert mail.is_reachable(session, NOUR._replace(address="nour@ailleurs.test"))


def test_an_address_where_something_arrives_is_in_reach_again(session: Session, clock: MovingClock) -> None:
    refuse(session, clock, NOUR)
    mail.mark_sent(session, post(session, clock, NOUR), clock.now())
    assert mail.is_reachable(session, NOUR)


def test_a_letter_that_was_given_up_never_leaves_and_keeps_no_link(
    session: Session, clock: MovingClock, settings: Settings
) -> None:
    posted = post(session, clock, NOUR)
    mail.give_up(session, posted, clock.now())
    mail.mark_sent(session, posted, clock.now())
    kept = session.get_one(Mail, posted, populate_existing=True)
    assert (kept.values, kept.given_up_at, kept.sent_at) == ({}, clock.now(), None)
    assert mail.unsent(session, posted, settings) is None
    assert mail.given_up_since(session, clock.now()) == 1


def test_a_refusal_is_told_to_its_person_and_erased_with_them(session: Session, clock: MovingClock) -> None:
    refuse(session, clock, NOUR)
    taken = mail.export_person(session, NOUR.person_id)["addresses_that_refuse"]
    assert taken == [{"address": "nour@courrier.test", "refused_at": clock.now()}]
    mail.erase_person(session, NOUR.person_id, clock.now())
    assert mail.is_reachable(session, NOUR)
