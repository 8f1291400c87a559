"""What is shown, to whom, and how it goes away: at once."""

import json
from dataclasses import asdict
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.db import new_id
from app.people import consents
from app.people.consents import ConsentMissing
from app.people.models import Organisation, Person
from app.people.rules import Belonging, Who
from app.profiles import queries, service, writing
from app.profiles.documents import document_of
from app.profiles.models import Profile, Review
from app.profiles.rules import SCRIPT_PARTS, STATES
from app.profiles.service import ProfileStateForbids
from app.search.models import SearchProfile
from app.videos import service as videos
from tests.conftest import MovingClock, SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_commune,
    make_company,
    make_filled_profile,
    make_resident,
    make_video,
)
from tests.reading import without_random


def recruiter_of(company: Organisation) -> Who:
    """Return a recruiter of a company."""
    belonging = Belonging("recruiter", company.id, company.name, company.state)
    return Who(new_id(), new_id(), "Marc", (belonging,))


def published(session: Session, now: datetime) -> Profile:
    """Make a whole profile that is shown and indexed."""
    person = make_resident(session)
    profile = make_filled_profile(session, person)
    give_consent(session, person)
    profile.state, profile.current_video_id = "published", make_video(session, person).id
    profile.current_script = queries.script_of(profile)
    service.touch(session, profile, now)
    return profile


def is_visible(session: Session, profile: Profile, company_state: str = "verified") -> bool:
    """Tell whether a recruiter of a company in this state finds the profile."""
    who = recruiter_of(make_company(session, company_state))
    return queries.by_slug_visible(session, who, profile.slug) is not None


def test_a_recruiter_of_a_verified_company_sees_what_is_published(session: Session, now: datetime) -> None:
    assert is_visible(session, published(session, now))


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_nobody_of_another_company_sees_anything(session: Session, now: datetime, state: str) -> None:
    assert not is_visible(session, published(session, now), state)


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "changes_requested", "paused", "placed", "withdrawn"]
)
def test_only_what_is_published_is_seen(session: Session, now: datetime, state: str) -> None:
    profile = published(session, now)
    profile.state = state
    session.flush()
    assert not is_visible(session, profile)


def test_withdrawing_the_agreement_hides_at_once(session: Session, now: datetime) -> None:
    profile = published(session, now)
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    assert not is_visible(session, profile)
    assert queries.published_count(session) == 0


def test_an_agreement_to_something_else_shows_nothing(session: Session, now: datetime) -> None:
    profile = published(session, now)
    profile.presentation = "text"
    session.flush()
    assert not is_visible(session, profile)


def test_a_suspended_person_is_not_shown(session: Session, now: datetime) -> None:
    profile = published(session, now)
    session.get_one(Person, profile.person_id).suspended_at = now
    session.flush()
    assert not is_visible(session, profile)


def test_a_pause_leaves_search_and_comes_back(session: Session, now: datetime) -> None:
    profile = published(session, now)
    service.pause(session, profile)
    session.expire_all()
    assert session.get(SearchProfile, profile.id) is None
    service.resume(session, service.own(session, profile.person_id), now)
    assert session.get(SearchProfile, profile.id) is not None
    assert is_visible(session, profile)


def test_what_is_withdrawn_does_not_come_back_by_itself(session: Session, now: datetime) -> None:
    profile = published(session, now)
    service.withdraw(session, profile, now)
    assert not is_visible(session, profile)
    with pytest.raises(ProfileStateForbids):
        service.resume(session, profile, now)


@pytest.mark.parametrize("state", sorted(set(STATES) - {"erased"}))
def test_a_video_is_in_use_as_long_as_something_names_it(session: Session, now: datetime, state: str) -> None:
    profile = published(session, now)
    video_id = profile.current_video_id
    assert video_id is not None
    profile.state = state
    session.flush()
    assert queries.video_use(session, video_id) == (
        state if state in {"published", "paused", "placed"} else None
    )
    profile.state, profile.proposed_video_id = "submitted", video_id
    session.flush()
    assert queries.video_use(session, video_id) == "judged"


@pytest.mark.parametrize("verb", ["withdraw", "take_back"])
def test_a_video_that_is_shown_no_more_can_be_deleted(session: Session, now: datetime, verb: str) -> None:
    profile = published(session, now)
    video_id = profile.current_video_id
    assert video_id is not None
    if verb == "withdraw":
        service.withdraw(session, profile, now)
    else:
        service.place(session, profile, now)
        service.submit(session, profile, now)
        service.take_back(session, profile)
    assert queries.video_use(session, video_id) is None
    videos.remove(session, profile.person_id, video_id)


def test_who_had_found_comes_back_without_another_review(session: Session, now: datetime) -> None:
    profile = published(session, now)
    service.place(session, profile, now)
    assert not is_visible(session, profile)
    service.resume(session, profile, now)
    assert is_visible(session, profile)
    assert session.get(SearchProfile, profile.id) is not None


def test_who_had_found_before_any_approval_does_not_come_back(session: Session, now: datetime) -> None:
    profile = make_filled_profile(session)
    service.place(session, profile, now)
    with pytest.raises(ProfileStateForbids):
        service.resume(session, profile, now)


def test_who_had_found_and_agrees_no_more_does_not_come_back(session: Session, now: datetime) -> None:
    profile = published(session, now)
    service.place(session, profile, now)
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    with pytest.raises(ConsentMissing):
        service.resume(session, profile, now)


def text_of_who_found(session: Session, clock: MovingClock) -> Profile:
    """Make an approved text whose owner has found."""
    profile = make_filled_profile(session, presentation="text", state="published")
    give_consent(session, session.get_one(Person, profile.person_id), "text")
    reviewer = make_adviser(session)
    session.add(
        Review(
            profile_id=profile.id,
            reviewer_id=reviewer.id,
            verdict="approved",
            created_at=clock.advance(hours=1),
        )
    )
    service.place(session, profile, clock.advance(hours=1))
    return profile


def test_an_approved_text_comes_back_as_it_was(session: Session, clock: MovingClock) -> None:
    profile = text_of_who_found(session, clock)
    same = {part: getattr(profile.script, part) for part in SCRIPT_PARTS}
    writing.save_script(session, profile, same, clock.advance(hours=1))
    service.resume(session, profile, clock.now())
    assert profile.state == "published"


def test_a_text_that_changed_meanwhile_comes_back_as_it_was_read(
    session: Session, clock: MovingClock
) -> None:
    profile = text_of_who_found(session, clock)
    approved = profile.current_script
    writing.save_script(session, profile, dict.fromkeys(SCRIPT_PARTS, "Autre chose"), clock.advance(hours=1))
    service.resume(session, profile, clock.now())
    assert (profile.state, profile.current_script) == ("published", approved)


def test_a_text_withdrawn_since_its_approval_is_read_again_first(
    session: Session, clock: MovingClock
) -> None:
    profile = text_of_who_found(session, clock)
    service.withdraw(session, profile, clock.advance(hours=1))
    service.submit(session, profile, clock.advance(hours=1))
    service.place(session, profile, clock.now())
    with pytest.raises(ProfileStateForbids):
        service.resume(session, profile, clock.now())


def test_a_change_of_what_is_shown_is_found_at_once(session: Session, now: datetime) -> None:
    profile = published(session, now)
    writing.save_form(session, profile, {"contract_types": ["interim"]}, now)
    session.expire_all()
    assert "contract:interim" in session.get_one(SearchProfile, profile.id).tags


def test_search_is_given_nothing_of_the_person(session: Session, now: datetime) -> None:
    profile = published(session, now)
    person = session.get_one(Person, profile.person_id)
    person.home_commune, person.qpv_code = make_commune(session, "05061", "Gap").insee, "QN00501M"
    # The script says the first name; search lets nobody find it (tests/search).
    profile.current_script = {"conclusion": "Je cherche un contrat."}
    given = json.dumps(
        asdict(document_of(session, service.own(session, person.id))), default=str, ensure_ascii=False
    )
    known = (
        *(person.given_name, person.family_name, person.email, person.phone, person.born_on),
        *(person.home_commune, person.qpv_code, "Gap"),
    )
    assert [word for word in known if str(word) in without_random(given)] == []
    assert [word for word in (person.id, profile.slug) if str(word) in given] == []


def test_the_end_of_an_agreement_withdraws_what_needs_it(session: Session, now: datetime) -> None:
    profile = published(session, now)
    consents.withdraw(session, profile.person_id, "image_and_voice", profile.person_id, now)
    service.end_agreement(session, profile.person_id, now)
    session.expire_all()
    assert session.get_one(Profile, profile.id).state == "withdrawn"
    assert session.get(SearchProfile, profile.id) is None


def test_the_end_of_another_agreement_changes_nothing(session: Session, now: datetime) -> None:
    profile = published(session, now)
    service.end_agreement(session, profile.person_id, now)
    assert profile.state == "published"


def test_an_erased_profile_has_no_word_left(session: Session, now: datetime) -> None:
    profile = published(session, now)
    service.erase_person(session, profile.person_id, now)
    session.expire_all()
    left = service.own(session, profile.person_id)
    assert (left.state, left.shown_name, left.headline, left.contract_types) == ("erased", "", "", [])
    assert (left.jobs, left.zones, left.script) == ([], [], None)
    assert (left.current_video_id, left.current_script, left.proposed_script) == (None, None, None)


def test_a_person_gets_all_that_is_kept(session: Session, now: datetime) -> None:
    profile = published(session, now)
    exported = queries.export_person(session, profile.person_id)
    assert exported["jobs"] == ["Vente en alimentation"]
    assert exported["zones"] == [{"commune": "Marseille", "radius_km": 20}]
    assert queries.export_person(session, new_id()) == {}


def test_the_owner_pauses_resumes_and_withdraws_from_the_page(
    session: Session, sign_in: SignIn, now: datetime
) -> None:
    profile = published(session, now)
    browser = sign_in(session.get_one(Person, profile.person_id))
    states = []
    leads = {
        "/moi/pause": "/moi",
        "/moi/reprise": "/moi",
        "/moi/trouve": "/moi/trouve",
        "/moi/retrait": "/moi/retrait",
    }
    for path, to in leads.items():
        assert browser.post(path).headers["location"] == to
        session.expire_all()
        states.append(session.get_one(Profile, profile.id).state)
    assert states == ["paused", "published", "placed", "withdrawn"]
