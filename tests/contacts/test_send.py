"""A recruiter writes to a resident: once while it is open, so many a day, and it is stated."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.contacts.models import Contact
from app.contacts.queries import exclusions
from app.contacts.service import (
    ContactAlreadyOpen,
    Proposal,
    QuotaReached,
    accept,
    send,
)
from app.evidence.models import OutboxEntry
from app.people.models import Organisation, Person
from app.profiles.models import Profile
from app.profiles.service import ProfileNotFound, withdraw
from app.settings import Settings
from tests.conftest import MovingClock, SignIn
from tests.contacts.parties import who_is
from tests.factories import make_company, make_contact, make_profile, make_recruiter, make_resident

PROPOSAL = Proposal("job", "Bonjour, venez nous voir à la boulangerie.", "Marseille")
FORM = {"kind": "job", "message": "Bonjour, venez nous voir à la boulangerie.", "place": "Marseille"}


@pytest.fixture
def profile(session: Session) -> Profile:
    return make_profile(session)


@pytest.fixture
def recruiter(session: Session) -> Person:
    return make_recruiter(session)


def announced(session: Session) -> list[str]:
    """Return the kinds of news that wait to be told."""
    jobs = (
        "select args->>'kind' from procrastinate_jobs where task_name = 'announcements.deliver' order by id"
    )
    return [str(kind) for kind in session.scalars(text(jobs))]


def test_a_proposal_is_kept_announced_and_stated(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    answer = sign_in(recruiter).post(f"/candidats/{profile.slug}/contact", data=FORM)
    contact = session.scalars(select(Contact)).one()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/messages/{contact.id}")
    assert (contact.state, contact.kind, contact.place) == ("sent", "job", "Marseille")
    assert contact.expires_at - contact.sent_at == timedelta(days=15)
    assert announced(session) == ["contact.sent"]
    statement = session.scalars(select(OutboxEntry)).one().statement
    assert (statement["kind"], statement["department"], statement["measures"]) == (
        "contact.sent",
        "13",
        {"kind": "job"},
    )
    assert statement["territory"] == str(profile.structure_id)


def test_a_proposal_that_lacks_something_comes_back_with_what_was_typed(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    answer = sign_in(recruiter).post(
        f"/candidats/{profile.slug}/contact", data={"message": "Bonjour", "place": "Lyon"}
    )
    assert answer.status_code == 422
    assert "À remplir" in answer.text
    assert "Bonjour" in answer.text
    assert 'value="Lyon"' in answer.text
    assert not session.scalars(select(Contact)).all()


def test_a_second_proposal_while_one_is_open_is_refused(
    session: Session, sign_in: SignIn, profile: Profile, recruiter: Person
) -> None:
    browser = sign_in(recruiter)
    browser.post(f"/candidats/{profile.slug}/contact", data=FORM)
    again = browser.post(f"/candidats/{profile.slug}/contact", data=FORM)
    assert again.status_code == 409
    assert len(session.scalars(select(Contact)).all()) == 1
    assert len(session.scalars(select(OutboxEntry)).all()) == 1


def test_a_finished_exchange_lets_write_again(
    session: Session, now: datetime, settings: Settings, profile: Profile, recruiter: Person
) -> None:
    who = who_is(session, recruiter)
    send(session, who, profile, PROPOSAL, now, settings).state = "declined"
    session.flush()
    assert send(session, who, profile, PROPOSAL, now, settings).state == "sent"


def test_two_recruiters_may_write_to_the_same_person(
    session: Session, now: datetime, settings: Settings, profile: Profile, recruiter: Person
) -> None:
    for person in (recruiter, make_recruiter(session)):
        send(session, who_is(session, person), profile, PROPOSAL, now, settings)
    assert len(session.scalars(select(Contact)).all()) == 2


def test_the_quota_of_a_day_begins_again_at_midnight_in_paris(
    session: Session, clock: MovingClock, settings: Settings, recruiter: Person
) -> None:
    who, few = who_is(session, recruiter), settings.model_copy(update={"contacts_per_day": 2})
    for _ in range(2):
        send(session, who, make_profile(session), PROPOSAL, clock.now(), few)
    with pytest.raises(QuotaReached) as refused:
        send(session, who, make_profile(session), PROPOSAL, clock.now(), few)
    assert refused.value.retry_after_s == 14 * 3600  # it is ten o'clock in Paris
    clock.advance(hours=14)
    assert send(session, who, make_profile(session), PROPOSAL, clock.now(), few)


def test_colleagues_share_the_messages_of_their_company(
    session: Session, now: datetime, settings: Settings, recruiter: Person
) -> None:
    few = settings.model_copy(update={"contacts_per_company_day": 3})
    first = who_is(session, recruiter)
    company = session.get_one(Organisation, first.organisations("recruiter")[0])
    colleague = who_is(session, make_recruiter(session, company))
    for who in (first, first, colleague):
        send(session, who, make_profile(session), PROPOSAL, now, few)
    for who in (first, colleague):
        with pytest.raises(QuotaReached):
            send(session, who, make_profile(session), PROPOSAL, now, few)
    elsewhere = who_is(session, make_recruiter(session))
    assert send(session, elsewhere, make_profile(session), PROPOSAL, now, few)


def test_a_mass_of_messages_from_many_tabs_of_two_colleagues_stops_at_the_limit(
    committed: Engine, now: datetime, settings: Settings
) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    few = settings.model_copy(update={"contacts_per_day": 4, "contacts_per_company_day": 6})
    with sessions.begin() as session:
        company = make_company(session)
        writers = [who_is(session, make_recruiter(session, company)) for _ in range(2)]
        profiles = [make_profile(session) for _ in range(16)]

    def tab(number: int) -> bool:
        try:
            with sessions.begin() as own:
                send(own, writers[number % 2], profiles[number], PROPOSAL, now, few)
        except QuotaReached:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(tab, range(16))) == 6
    with sessions() as session:
        sent = session.execute(
            select(Contact.recruiter_id, func.count()).group_by(Contact.recruiter_id)
        ).all()
        assert sum(count for _, count in sent) == 6
        assert max(count for _, count in sent) <= 4


@pytest.mark.parametrize("columns", [{"age": 17}, {"born_on": None}])
def test_a_minor_without_a_structure_is_not_written_to_and_the_reason_stays_private(
    session: Session, sign_in: SignIn, recruiter: Person, columns: dict[str, int | None]
) -> None:
    resident = make_resident(session, **columns)  # type: ignore[arg-type]  # as the factory takes them
    profile = make_profile(session, resident, structure_id=None)
    answer = sign_in(recruiter).post(
        f"/candidats/{profile.slug}/contact", data=FORM, headers={"accept": "application/json"}
    )
    assert answer.status_code == 409
    said = f"{answer.json()['title']} {answer.json().get('detail', '')}"
    assert "ne peut pas encore" in said
    assert not any(word in said for word in ("mineur", "18", "âge"))


def test_nobody_writes_to_a_profile_that_they_do_not_see(
    session: Session, sign_in: SignIn, recruiter: Person, profile: Profile
) -> None:
    draft = make_profile(session, published=False)
    unverified = make_recruiter(session, make_company(session, "pending"))
    assert sign_in(recruiter).post(f"/candidats/{draft.slug}/contact", data=FORM).status_code == 404
    assert sign_in(unverified).post(f"/candidats/{profile.slug}/contact", data=FORM).status_code == 404
    assert sign_in(recruiter).get(f"/candidats/{draft.slug}/contact").status_code == 404
    resident = session.get_one(Person, profile.person_id)
    assert sign_in(resident).post(f"/candidats/{profile.slug}/contact", data=FORM).status_code == 404


def test_nobody_writes_to_a_profile_that_was_taken_away_since_they_saw_it(
    session: Session, now: datetime, settings: Settings, profile: Profile, recruiter: Person
) -> None:
    withdraw(session, profile, now)
    with pytest.raises(ProfileNotFound):
        send(session, who_is(session, recruiter), profile, PROPOSAL, now, settings)
    assert not session.scalars(select(Contact)).all()


def test_a_test_account_writes_without_counting(
    session: Session, now: datetime, settings: Settings, profile: Profile
) -> None:
    tester = make_recruiter(session, email="essai@visavis.invalid")
    sent = send(session, who_is(session, tester), profile, PROPOSAL, now, settings)
    accept(session, sent.resident_id, sent.id, now)
    assert sent.excluded == "test_account"
    assert not session.scalars(select(OutboxEntry)).all()


def test_what_counts_is_excluded_for_no_reason(
    session: Session, now: datetime, settings: Settings, profile: Profile, recruiter: Person
) -> None:
    assert send(session, who_is(session, recruiter), profile, PROPOSAL, now, settings).excluded is None


def test_what_never_counts_is_counted_by_reason(session: Session, now: datetime, profile: Profile) -> None:
    make_contact(session, profile)
    for later in (timedelta(0), timedelta(days=2)):
        make_contact(session, profile, excluded="test_account", sent_at=now + later)
    assert exclusions(session, None, None) == {"test_account": 2}
    assert exclusions(session, now, now + timedelta(days=1)) == {"test_account": 1}


def test_twenty_clicks_at_once_send_one_proposal(
    committed: Engine, now: datetime, settings: Settings
) -> None:
    sessions = sessionmaker(committed, expire_on_commit=False)
    with sessions.begin() as session:
        profile, recruiter = make_profile(session), make_recruiter(session)
        who = who_is(session, recruiter)

    def click(_: int) -> bool:
        try:
            with sessions.begin() as own:
                send(own, who, profile, PROPOSAL, now, settings)
        except ContactAlreadyOpen:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(click, range(20))) == 1
    with sessions() as session:
        assert len(session.scalars(select(OutboxEntry)).all()) == 1


def test_a_minor_by_one_day_is_written_to_through_the_adviser(
    session: Session, now: datetime, settings: Settings, recruiter: Person
) -> None:
    routes = []
    for days in (1, 0):
        day = (now + timedelta(days=days)).date()
        resident = make_resident(session, born_on=day.replace(year=day.year - 18))
        profile = make_profile(session, resident)
        routes.append(send(session, who_is(session, recruiter), profile, PROPOSAL, now, settings).route)
    assert routes == ["adviser_first", "direct"]
