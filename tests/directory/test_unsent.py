"""A letter of new profiles that has not left: who is hidden meanwhile is taken out, the others stay."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.contacts import blocking
from app.directory import alerts
from app.mail.models import Mail, MailPerson
from app.people.models import Person
from app.profiles import service as profiles
from app.profiles.models import Profile
from app.rights import service as rights
from tests.directory.conftest import make_found
from tests.directory.rows import news
from tests.factories import company_of, make_contact, make_recruiter, make_saved_search
from workers.announcements import LISTENERS


def headlines(session: Session) -> list[tuple[int, list[str]]]:
    """Return what the letters that wait say, each as how many and who."""
    letters = select(Mail).where(Mail.template == "search_news").order_by(Mail.id)
    found = session.scalars(letters.execution_options(populate_existing=True))
    return [(letter.values["count"], letter.values["headlines"]) for letter in found]


def hear(session: Session, now: datetime) -> None:
    """Tell the news of profiles that wait."""
    for kind, about in news(session):
        for listener in LISTENERS.get(kind, ()):
            listener(session, about, now)  # type: ignore[arg-type]  # the text of an id serves as well


def hide(session: Session, profile: Profile, how: str, now: datetime, marc: Person) -> None:
    """Let somebody be seen no more by Marc's company."""
    if how == "pause":
        profiles.pause(session, profile)
    elif how == "withdraw":
        profiles.withdraw(session, profile, now)
    elif how == "place":
        profiles.place(session, profile, now)
    elif how == "erase":
        rights.erase_person(session, profile.person_id, now)
    else:
        make_contact(session, profile, marc)
        blocking.block(session, profile.person_id, company_of(session, marc), now)


@pytest.mark.parametrize("how", ["pause", "withdraw", "place", "block", "erase"])
def test_who_is_hidden_before_a_letter_leaves_is_not_in_it_and_the_others_are(
    *, session: Session, now: datetime, marc: Person, how: str
) -> None:
    one = make_saved_search(session, marc)
    gone, stays = (make_found(session, headline) for headline in ("Vendeuse", "Vendeur"))
    assert alerts.tell(session, one.id, now) == 2
    hide(session, gone, how, now, marc)
    hear(session, now)
    assert headlines(session) == [(1, ["Vendeur, Marseille"])]
    about = select(MailPerson.person_id).join(Mail).where(Mail.template == "search_news")
    assert set(session.scalars(about)) == {marc.id, stays.person_id}


@pytest.mark.parametrize("how", ["pause", "block", "erase"])
def test_a_letter_about_nobody_else_does_not_leave(
    *, session: Session, now: datetime, marc: Person, how: str
) -> None:
    one = make_saved_search(session, marc)
    gone = make_found(session, "Vendeuse")
    alerts.tell(session, one.id, now)
    hide(session, gone, how, now, marc)
    hear(session, now)
    assert headlines(session) == []


@pytest.mark.parametrize("with_others", [True, False])
def test_who_was_taken_out_before_a_letter_left_is_told_of_on_return(
    *, session: Session, now: datetime, marc: Person, with_others: bool
) -> None:
    one = make_saved_search(session, marc)
    gone = make_found(session, "Vendeuse")
    if with_others:
        make_found(session, "Vendeur")
    assert alerts.tell(session, one.id, now) == 1 + with_others
    hide(session, gone, "pause", now, marc)
    hear(session, now)
    later = now + timedelta(days=2)
    profiles.resume(session, gone, later)
    assert alerts.tell(session, one.id, later) == 1
    assert headlines(session)[-1] == (1, ["Vendeuse, Marseille"])


def test_who_was_named_in_a_letter_that_left_is_not_told_of_again(
    session: Session, now: datetime, marc: Person
) -> None:
    one = make_saved_search(session, marc)
    gone = make_found(session, "Vendeuse")
    alerts.tell(session, one.id, now)
    mail.mark_sent(session, session.scalars(select(Mail.id)).one(), now)
    hide(session, gone, "pause", now, marc)
    hear(session, now)
    later = now + timedelta(days=2)
    profiles.resume(session, gone, later)
    assert alerts.tell(session, one.id, later) == 0


def test_another_company_still_reads_of_who_blocked_one(
    session: Session, now: datetime, marc: Person
) -> None:
    other = make_recruiter(session)
    gone = make_found(session, "Vendeuse")
    for reader in (marc, other):
        alerts.tell(session, make_saved_search(session, reader).id, now)
    hide(session, gone, "block", now, marc)
    hear(session, now)
    assert headlines(session) == [(1, ["Vendeuse, Marseille"])]


def test_what_has_left_is_not_written_anew(session: Session, now: datetime, marc: Person) -> None:
    one = make_saved_search(session, marc)
    gone = make_found(session, "Vendeuse")
    alerts.tell(session, one.id, now)
    letter = session.scalars(select(Mail).where(Mail.template == "search_news")).one()
    letter.sent_at = now
    profiles.pause(session, gone)
    hear(session, now)
    assert len(headlines(session)) == 1
