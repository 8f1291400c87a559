"""A legal guardian's authorisation: what it opens, what it never does, and how it ends at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people import consents, guardians, queries
from app.people.consents import GuardianNeeded, TooYoung
from app.people.models import GuardianAuthorisation
from app.people.service import erase_person
from app.profiles.queries import by_slug_visible
from tests.conftest import START, MovingClock, SignIn
from tests.contacts.parties import Parties, make_parties, who_is
from tests.factories import authorise, make_adviser, make_resident

FORM = {
    "guardian_name": "Nadia Benali",
    "relation": "mother",
    "signed_on": START.date().isoformat(),
    "checked_how": "in_person",
}


@pytest.fixture
def minor(session: Session) -> Parties:
    return make_parties(session, age=16)


@pytest.mark.parametrize(
    ("age", "kind", "refusal"),
    [
        (14, "image_and_voice", TooYoung),
        (14, "voice", TooYoung),
        (14, "text", None),
        (15, "image_and_voice", None),
        (17, "voice", None),
    ],
)
def test_what_an_authorisation_opens_depends_on_the_age(
    session: Session, age: int, kind: str, refusal: type[Exception] | None
) -> None:
    person = make_resident(session, age=age)
    assert consents.barrier(session, person.id, kind, START.date()) is not None
    authorise(session, person)
    barrier = consents.barrier(session, person.id, kind, START.date())
    assert type(barrier) is (refusal or type(None))


def test_the_adviser_writes_down_what_was_signed_and_how_it_was_checked(
    session: Session, sign_in: SignIn
) -> None:
    met = make_parties(session)
    met.resident.born_on = met.resident.born_on.replace(year=START.year - 16)  # type: ignore[union-attr]  # it has one
    session.flush()
    path = f"/accompagnement/{met.resident.id}/responsable"
    browser = sign_in(met.adviser)
    assert "autorisation" in browser.get(path).text
    assert browser.post(path, data=FORM).status_code == 303
    kept = session.scalars(select(GuardianAuthorisation)).one()
    assert (kept.guardian_name, kept.relation, kept.checked_how) == ("Nadia Benali", "mother", "in_person")
    assert kept.recorded_by == met.adviser.id
    assert "Nadia Benali" in browser.get(path).text
    assert browser.post(path, data=FORM).status_code == 409


@pytest.mark.parametrize("days", [1, -365 * 30])
def test_nothing_is_signed_tomorrow_or_before_one_was_born(
    session: Session, sign_in: SignIn, days: int
) -> None:
    met = make_parties(session, age=16)
    session.scalars(select(GuardianAuthorisation)).one().withdrawn_at = START
    session.flush()
    signed_on = (START.date() + timedelta(days=days)).isoformat()
    answer = sign_in(met.adviser).post(
        f"/accompagnement/{met.resident.id}/responsable", data=FORM | {"signed_on": signed_on}
    )
    assert answer.status_code == 422


def test_nobody_signs_for_an_adult(session: Session, sign_in: SignIn) -> None:
    met = make_parties(session)
    path = f"/accompagnement/{met.resident.id}/responsable"
    assert sign_in(met.adviser).post(path, data=FORM).status_code == 409


def test_withdrawing_hides_the_minor_at_once(session: Session, sign_in: SignIn, minor: Parties) -> None:
    recruiter = sign_in(minor.recruiter)
    assert recruiter.get(f"/candidats/{minor.profile.slug}").status_code == 200
    sign_in(minor.adviser).post(f"/accompagnement/{minor.resident.id}/responsable/retirer")
    assert recruiter.get(f"/candidats/{minor.profile.slug}").status_code == 404
    assert by_slug_visible(session, who_is(session, minor.recruiter), minor.profile.slug) is None
    with pytest.raises(GuardianNeeded):
        consents.require_agreement(session, minor.resident.id, "text", START.date())


def test_what_an_adult_agreed_to_stands_without_the_authorisation_of_before(
    session: Session, minor: Parties, clock: MovingClock
) -> None:
    now = clock.advance(days=365 * 3)
    guardians.withdraw(session, who_is(session, minor.adviser), minor.resident.id, now)
    assert queries.standing_consents(session, minor.resident.id) == {"image_and_voice"}


def test_another_structure_neither_reads_nor_ends_it(
    session: Session, sign_in: SignIn, minor: Parties
) -> None:
    stranger = sign_in(make_adviser(session))
    path = f"/accompagnement/{minor.resident.id}/responsable"
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data=FORM).status_code == 404
    assert stranger.post(f"{path}/retirer").status_code == 404
    assert session.scalars(select(GuardianAuthorisation)).one().withdrawn_at is None


def test_it_is_taken_away_and_erased_with_its_person(session: Session, minor: Parties) -> None:
    assert "Nadia Benali" in str(queries.export_person(session, minor.resident.id))
    erase_person(session, minor.resident.id, START)
    assert not session.scalars(select(GuardianAuthorisation)).all()
