"""From sending to the verdict: who may send, who may judge, what a verdict does."""

from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.evidence.models import OutboxEntry
from app.people.consents import ConsentMissing, GuardianNeeded
from app.people.models import Organisation, Person
from app.profiles import queries, service
from app.profiles.models import Profile, Review
from app.profiles.rules import Note
from app.profiles.service import ProfileIncomplete, ProfileNotFound, ProfileStateForbids
from app.search.models import SearchProfile
from app.videos.models import Video
from tests.conftest import SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_filled_profile,
    make_resident,
    make_structure,
    make_video,
)
from tests.profiles.conftest import who_of
from tests.reading import words_of


def sent(session: Session, now: datetime, structure: Organisation, **columns: object) -> Profile:
    """Make a profile whose video awaits review."""
    person = make_resident(session, structure)
    profile = make_filled_profile(session, person, **columns)
    give_consent(session, person)
    make_video(session, person)
    service.submit(session, profile, now)
    return profile


def announced(session: Session) -> list[str]:
    """Return the news that wait for delivery, oldest first."""
    jobs = text("select args->>'kind' from jobs.procrastinate_jobs where task_name = :task order by id")
    return list(session.scalars(jobs, {"task": "announcements.deliver"}))


def test_sending_proposes_the_newest_ready_video_and_says_so(session: Session, now: datetime) -> None:
    profile = sent(session, now, make_structure(session))
    assert (profile.state, profile.submitted_at) == ("submitted", now)
    assert profile.proposed_video_id is not None
    assert announced(session) == ["profile.submitted"]


def test_nothing_is_sent_without_an_agreement(session: Session, now: datetime) -> None:
    profile = make_filled_profile(session)
    with pytest.raises(ConsentMissing):
        service.submit(session, profile, now)


def test_nobody_under_eighteen_sends(session: Session, now: datetime) -> None:
    profile = make_filled_profile(session, make_resident(session, age=17))
    with pytest.raises(GuardianNeeded):
        service.submit(session, profile, now)


def test_nothing_is_sent_before_it_is_whole(session: Session, now: datetime) -> None:
    person = make_resident(session)
    profile = make_filled_profile(session, person)
    give_consent(session, person)
    make_video(session, person, ready=False)
    with pytest.raises(ProfileIncomplete):
        service.submit(session, profile, now)


def test_a_text_is_sent_under_its_own_agreement(session: Session, now: datetime) -> None:
    person = make_resident(session)
    profile = make_filled_profile(session, person, presentation="text")
    give_consent(session, person, "image_and_voice")
    with pytest.raises(ConsentMissing):
        service.submit(session, profile, now)
    profile.state = "draft"
    give_consent(session, person, "text")
    service.submit(session, profile, now)
    assert (profile.state, profile.proposed_video_id) == ("submitted", None)


def test_an_approval_shows_indexes_proves_and_announces(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    profile = sent(session, now, structure)
    video_id = profile.proposed_video_id
    service.approve(session, who_of(make_adviser(session, structure), structure), profile, "Bravo", now)
    assert (profile.state, profile.current_video_id, profile.proposed_video_id) == (
        "published",
        video_id,
        None,
    )
    assert session.get(SearchProfile, profile.id) is not None
    fact = session.scalars(select(OutboxEntry)).one().statement
    assert (fact["kind"], fact["department"], fact["measures"]) == (
        "profile.published",
        "13",
        {"presentation": "video"},
    )
    assert announced(session)[-1] == "profile.published"


def test_an_approval_forgets_the_original(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    profile = sent(session, now, structure)
    service.approve(session, who_of(make_adviser(session, structure), structure), profile, "", now)
    video = queries.judged_video(session, profile)
    assert video is not None
    assert video.original_deleted_at == now


def test_publishing_again_is_no_second_fact(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    adviser = who_of(make_adviser(session, structure), structure)
    profile = sent(session, now, structure)
    service.approve(session, adviser, profile, "", now)
    service.withdraw(session, profile, now)
    service.submit(session, profile, now)
    service.approve(session, adviser, profile, "", now)
    assert len(session.scalars(select(OutboxEntry)).all()) == 1


def test_an_agreement_withdrawn_meanwhile_stops_the_approval(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    profile = sent(session, now, structure)
    session.execute(text("update people_consent set withdrawn_at = :now"), {"now": now})
    with pytest.raises(ConsentMissing):
        service.approve(session, who_of(make_adviser(session, structure), structure), profile, "", now)


def test_an_adviser_of_another_structure_judges_nothing(session: Session, now: datetime) -> None:
    profile = sent(session, now, make_structure(session))
    other = make_structure(session, "Mission locale du Sud")
    with pytest.raises(ProfileNotFound):
        service.approve(session, who_of(make_adviser(session, other), other), profile, "", now)


def test_nothing_is_judged_that_was_not_sent(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    profile = make_filled_profile(session, make_resident(session, structure))
    with pytest.raises(ProfileStateForbids):
        service.approve(session, who_of(make_adviser(session, structure), structure), profile, "", now)


def test_changes_are_asked_for_with_notes_pinned_to_seconds(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    profile = sent(session, now, structure)
    adviser = who_of(make_adviser(session, structure), structure)
    service.request_changes(session, adviser, profile, "Presque !", [Note(12.0, "Plus fort")], now)
    review = session.scalars(select(Review)).one()
    assert (profile.state, review.word, review.notes) == (
        "changes_requested",
        "Presque !",
        [{"at_s": 12.0, "note": "Plus fort"}],
    )
    assert announced(session)[-1] == "profile.changes_requested"


def test_a_new_video_replaces_the_one_shown_only_once_approved(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    adviser = who_of(make_adviser(session, structure), structure)
    profile = sent(session, now, structure)
    service.approve(session, adviser, profile, "", now)
    shown = profile.current_video_id
    person = session.get_one(Person, profile.person_id)
    newer = make_video(session, person, created_at=now)
    service.submit(session, profile, now)
    assert (profile.state, profile.current_video_id) == ("published", shown)
    service.request_changes(session, adviser, profile, "Trop sombre", [], now)
    assert (profile.state, profile.current_video_id) == ("published", shown)
    service.submit(session, profile, now)
    service.approve(session, adviser, profile, "", now)
    assert (profile.state, profile.current_video_id) == ("published", newer.id)


def test_the_video_that_is_shown_is_not_sent_again(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    profile = sent(session, now, structure)
    service.approve(session, who_of(make_adviser(session, structure), structure), profile, "", now)
    with pytest.raises(ProfileStateForbids):
        service.submit(session, profile, now)


def test_what_was_sent_can_be_taken_back(session: Session, now: datetime) -> None:
    profile = sent(session, now, make_structure(session))
    service.take_back(session, profile)
    assert (profile.state, profile.proposed_video_id) == ("draft", None)


def test_the_queue_has_own_residents_only_oldest_first(session: Session, now: datetime) -> None:
    structure = make_structure(session)
    older = sent(session, now, structure)
    newer = sent(session, datetime(2026, 11, 23, 10, 0, tzinfo=now.tzinfo), structure)
    sent(session, now, make_structure(session, "Ailleurs"))
    found = queries.awaiting_review(session, (structure.id,))
    assert [line.profile_id for line in found] == [older.id, newer.id]


def test_an_adviser_reviews_from_the_page(session: Session, sign_in: SignIn, now: datetime) -> None:
    structure = make_structure(session)
    profile = sent(session, now, structure)
    browser = sign_in(make_adviser(session, structure))
    page = {"accept": "text/html"}
    assert str(profile.id) in browser.get("/relecture", headers=page).text
    shown = browser.get(f"/relecture/{profile.id}", headers=page)
    assert f'data-source="/relecture/{profile.id}/lecture"' in shown.text
    done = browser.post(f"/relecture/{profile.id}/accord", data={"encouragement": "Bravo"}, headers=page)
    assert done.headers["location"] == "/relecture"
    session.expire_all()
    assert session.get_one(Profile, profile.id).state == "published"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Ce qu’il faut reprendre\u00a0: à dire en quelques mots."),
        ({"notes": "0:12 Plus fort"}, "à dire en quelques mots."),
        ({"word": "Presque !", "notes": "plus fort"}, "Commencer la ligne par l’instant"),
        ({"word": "Presque !", "notes": "0:05 Bravo\n0:12"}, "Dire ce qu’il faut reprendre à 0:12."),
    ],
)
def test_a_review_that_lacks_something_comes_back_with_its_video_and_its_words(
    session: Session, sign_in: SignIn, now: datetime, form: dict[str, str], sentence: str
) -> None:
    structure = make_structure(session)
    profile = sent(session, now, structure)
    session.get_one(Video, profile.proposed_video_id).poster_key = "videos/x/1/poster.jpg"
    browser = sign_in(make_adviser(session, structure))
    again = browser.post(f"/relecture/{profile.id}/reprise", data=form, headers={"accept": "text/html"})
    assert again.status_code == 422
    assert sentence in again.text
    assert f"{form.get('word', '')}</textarea>" in again.text
    assert "poster.jpg" in again.text


def test_an_adviser_of_another_structure_finds_no_page(
    session: Session, sign_in: SignIn, now: datetime
) -> None:
    profile = sent(session, now, make_structure(session))
    browser = sign_in(make_adviser(session, make_structure(session, "Ailleurs")))
    paths = [f"/relecture/{profile.id}", f"/relecture/{profile.id}/lecture"]
    assert [browser.get(path).status_code for path in paths] == [404, 404]
    posts = [f"/relecture/{profile.id}/accord", f"/relecture/{profile.id}/reprise"]
    assert [browser.post(path).status_code for path in posts] == [404, 404]


def test_a_minor_is_told_kindly_and_cannot_send(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session, born_on=date(2010, 1, 1))
    make_filled_profile(session, person)
    browser = sign_in(person)
    page = browser.get("/moi/envoi", headers={"accept": "text/html"})
    assert "moins de 18 ans" in words_of(page.text)
    assert browser.post("/moi/envoi").status_code == 409
