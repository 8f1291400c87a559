"""Agreements: given and withdrawn by the person, to a text, and asked for before anything is shown."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.people import consents, queries
from app.people.consent_texts import PARTNER_TEXT, TEXTS
from app.people.consents import ConsentMissing, GuardianNeeded, NewConsent, PartnerUnknown, TooYoung
from app.people.models import Consent, Organisation
from app.people.rules import CONSENT_OF, CONSENT_VERSION
from tests.conftest import START, MovingClock, SignIn
from tests.factories import (
    give_consent,
    make_company,
    make_organisation,
    make_partner,
    make_profile,
    make_resident,
)
from tests.reading import main_of, words_of

TODAY = START.date()
KINDS = ("image_and_voice", "voice", "text")


def announced(session: Session) -> list[dict[str, str]]:
    """Return the arguments of the announcements that wait."""
    query = text("select args from procrastinate_jobs where task_name = 'announcements.deliver'")
    return [row.args for row in session.execute(query)]


def test_every_kind_on_the_page_has_a_text_of_the_current_version() -> None:
    assert {found.kind for found in (*TEXTS, PARTNER_TEXT)} == {*KINDS, "partner"}
    assert {found.version for found in (*TEXTS, PARTNER_TEXT)} == {CONSENT_VERSION}


@pytest.mark.parametrize("kind", KINDS)
def test_agreeing_on_the_page_stands_from_then_on(sign_in: SignIn, session: Session, kind: str) -> None:
    person = make_resident(session)
    assert sign_in(person).post("/moi/accord", data={"kind": kind}).status_code == 303
    assert queries.standing_consents(session, person.id) == {kind}
    consents.require_agreement(session, person.id, kind, TODAY)


@pytest.mark.parametrize(
    ("presentation", "first", "folded"),
    [
        ("video", "Ma vidéo", "Ma voix seule"),
        ("voice", "Ma voix seule", "Mon texte"),
        ("text", "Mon texte", "Ma vidéo"),
    ],
)
def test_what_the_person_wants_to_show_is_asked_for_first_by_the_one_main_button(
    sign_in: SignIn, session: Session, presentation: str, first: str, folded: str
) -> None:
    person = make_resident(session)
    make_profile(session, person, published=False, presentation=presentation)
    page = main_of(sign_in(person).get("/moi/accord").text)
    assert page.count("button--primary") == 1
    assert (
        page.index(first) < page.index("button--primary") < page.index('class="fold"') < page.rindex(folded)
    )


def test_every_way_of_presenting_oneself_can_be_agreed_to(sign_in: SignIn, session: Session) -> None:
    page = sign_in(make_resident(session)).get("/moi/accord").text
    assert {text.kind for text in TEXTS} == set(CONSENT_OF.values())
    assert [text.title for text in TEXTS if text.title not in page] == []


def test_after_a_yes_one_goes_on(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session))
    answer = browser.post("/moi/accord", data={"kind": "image_and_voice"})
    assert answer.headers["location"] == "/moi"
    assert 'href="/moi"' in browser.get("/moi/accord").text.partition("Continuer")[0].rpartition("<a")[2]


def test_what_was_agreed_to_when_by_whom_and_how_is_kept(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    sign_in(person).post("/moi/accord", data={"kind": "text"})
    kept = session.scalars(select(Consent)).one()
    assert (kept.text_version, kept.given_by, kept.given_how) == (CONSENT_VERSION, person.id, "page")


def test_agreeing_twice_is_agreeing_once(session: Session, clock: MovingClock) -> None:
    person = make_resident(session)
    agreement = NewConsent(person.id, "text", by=person.id, how="page")
    first = consents.give(session, agreement, clock.now())
    assert consents.give(session, agreement, clock.advance(days=1)) is first
    assert session.scalar(select(func.count(Consent.id))) == 1


def test_withdrawing_counts_at_once_and_is_announced_with_the_person(
    sign_in: SignIn, session: Session
) -> None:
    person = make_resident(session)
    give_consent(session, person, "image_and_voice")
    sign_in(person).post("/moi/accord/retirer", data={"kind": "image_and_voice"})
    assert queries.standing_consents(session, person.id) == frozenset()
    with pytest.raises(ConsentMissing):
        consents.require_agreement(session, person.id, "image_and_voice", TODAY)
    assert announced(session) == [{"kind": "consent.withdrawn", "id": str(person.id)}]


def test_withdrawing_what_was_never_given_announces_nothing(session: Session, clock: MovingClock) -> None:
    person = make_resident(session)
    assert not consents.withdraw(session, person.id, "text", person.id, clock.now())
    assert announced(session) == []


def test_what_was_withdrawn_stays_on_record(session: Session, clock: MovingClock) -> None:
    person = make_resident(session)
    give_consent(session, person, "text")
    consents.withdraw(session, person.id, "text", person.id, clock.advance(days=2))
    kept = session.scalars(select(Consent)).one()
    assert (kept.withdrawn_at, kept.withdrawn_by) == (clock.now(), person.id)


def test_an_agreement_to_an_older_text_does_not_stand_and_can_be_withdrawn(
    session: Session, clock: MovingClock
) -> None:
    person = make_resident(session)
    give_consent(session, person, "text").text_version = "2020-01"
    session.flush()
    assert queries.standing_consents(session, person.id) == frozenset()
    assert consents.withdraw(session, person.id, "text", person.id, clock.now())


def test_an_older_text_is_to_be_read_again(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    give_consent(session, person, "text").text_version = "2020-01"
    assert "Le texte a changé" in sign_in(person).get("/moi/accord").text


def test_a_partner_is_agreed_to_one_by_one(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session)
    south, north = make_partner(session), make_partner(session, "Réseau Nord")
    browser = sign_in(person)
    for partner in (south, north):
        browser.post("/moi/accord", data={"kind": "partner", "partner": str(partner.id)})
    browser.post("/moi/accord/retirer", data={"kind": "partner", "partner": str(south.id)})
    standing = [
        agreed.partner_id for agreed in queries.consents_of(session, person.id) if not agreed.withdrawn_at
    ]
    assert standing == [north.id]


def suspended(session: Session, name: str = "Réseau Sud") -> Organisation:
    """Make a partner that is suspended."""
    return make_organisation(session, "partner", name, state="suspended")


def test_an_agreement_to_a_suspended_partner_is_shown_and_withdrawn(
    sign_in: SignIn, session: Session
) -> None:
    person, partner = make_resident(session), suspended(session)
    give_consent(session, person, "partner", partner)
    browser = sign_in(person)
    page = browser.get("/moi/accord").text
    assert "Réseau Sud" in page
    assert "suspendu" in page
    browser.post("/moi/accord/retirer", data={"kind": "partner", "partner": str(partner.id)})
    assert queries.standing_consents(session, person.id) == frozenset()
    assert "Réseau Sud" not in browser.get("/moi/accord").text


def test_an_agreement_to_an_older_text_of_a_suspended_partner_is_withdrawn_too(
    sign_in: SignIn, session: Session
) -> None:
    person, partner = make_resident(session), suspended(session)
    give_consent(session, person, "partner", partner).text_version = "2020-01"
    session.commit()
    page = sign_in(person).get("/moi/accord").text
    assert f'value="{partner.id}"' in page
    assert 'action="/moi/accord/retirer"' in page
    assert page.count('action="/moi/accord"') == len(TEXTS)  # nothing is asked for the partner


def test_what_was_withdrawn_during_a_suspension_does_not_come_back_with_the_partner(
    sign_in: SignIn, session: Session
) -> None:
    person, partner = make_resident(session), suspended(session)
    give_consent(session, person, "partner", partner)
    browser = sign_in(person)
    browser.post("/moi/accord/retirer", data={"kind": "partner", "partner": str(partner.id)})
    partner.state = "verified"
    session.commit()
    assert queries.standing_consents(session, person.id) == frozenset()
    assert "Retirer mon accord" not in browser.get("/moi/accord").text


def test_a_suspended_partner_is_offered_to_nobody(sign_in: SignIn, session: Session) -> None:
    person, partner = make_resident(session), suspended(session)
    browser = sign_in(person)
    assert "Réseau Sud" not in browser.get("/moi/accord").text
    agreed = browser.post("/moi/accord", data={"kind": "partner", "partner": str(partner.id)})
    assert agreed.status_code == 404


def test_nobody_agrees_to_a_partner_that_is_none(session: Session, clock: MovingClock) -> None:
    person = make_resident(session)
    company = make_company(session)
    for partner_id in (None, company.id):
        agreement = NewConsent(person.id, "partner", person.id, "page", partner_id=partner_id)
        with pytest.raises(PartnerUnknown):
            consents.give(session, agreement, clock.now())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("age", [15, 17])
def test_under_eighteen_a_guardian_is_needed_whatever_stands(session: Session, kind: str, age: int) -> None:
    person = make_resident(session, age=age)
    give_consent(session, person, kind)
    with pytest.raises(GuardianNeeded):
        consents.require_agreement(session, person.id, kind, TODAY)


@pytest.mark.parametrize(
    ("kind", "refusal"), [("image_and_voice", TooYoung), ("voice", TooYoung), ("text", GuardianNeeded)]
)
def test_under_fifteen_nobody_is_filmed_or_recorded(
    session: Session, kind: str, refusal: type[Exception]
) -> None:
    person = make_resident(session, age=14)
    give_consent(session, person, kind)
    with pytest.raises(refusal):
        consents.require_agreement(session, person.id, kind, TODAY)


def test_somebody_of_unknown_age_is_treated_as_a_minor(session: Session) -> None:
    person = make_resident(session, born_on=None)
    give_consent(session, person, "text")
    with pytest.raises(GuardianNeeded):
        consents.require_agreement(session, person.id, "text", TODAY)


def test_on_their_eighteenth_birthday_people_agree_alone(session: Session) -> None:
    person = make_resident(session, born_on=date(2008, 11, 23))
    give_consent(session, person, "text")
    with pytest.raises(GuardianNeeded):
        consents.require_agreement(session, person.id, "text", date(2026, 11, 22))
    consents.require_agreement(session, person.id, "text", date(2026, 11, 23))


def test_a_minor_reads_why_and_finds_no_button(sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_resident(session, age=16))
    page = browser.get("/moi/accord")
    assert "Tu as moins de 18 ans" in words_of(page.text)
    assert 'action="/moi/accord"' not in page.text
    assert browser.post("/moi/accord", data={"kind": "text"}).status_code == 409


def test_a_withdrawal_needs_no_age(sign_in: SignIn, session: Session) -> None:
    person = make_resident(session, age=16)
    give_consent(session, person, "text")
    sign_in(person).post("/moi/accord/retirer", data={"kind": "text"})
    assert queries.standing_consents(session, person.id) == frozenset()


def test_nobody_agrees_for_somebody_else(sign_in: SignIn, session: Session) -> None:
    mine, other = make_resident(session), make_resident(session)
    give_consent(session, other, "text")
    sign_in(mine).post("/moi/accord/retirer", data={"kind": "text"})
    assert queries.standing_consents(session, other.id) == {"text"}
