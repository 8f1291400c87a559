"""Without captions that somebody validated, nothing that is heard is shown; what they say is found."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.people.models import Organisation
from app.people.rules import CONSENT_OF
from app.profiles import service
from app.profiles.models import Profile
from app.search.asking import SearchQuery
from app.search.queries import find
from app.videos import captioning, queries
from app.videos.captioning import CaptionsNotValidated
from app.videos.captions import Cue
from app.videos.models import Video
from tests.conftest import SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_captions,
    make_filled_profile,
    make_resident,
    make_video,
)
from tests.profiles.conftest import approve, who_of


def submitted(session: Session, structure: Organisation, now: datetime, kind: str = "video") -> Profile:
    """Send a presentation whose captions nobody has looked at."""
    person = make_resident(session, structure)
    give_consent(session, person, CONSENT_OF[kind])
    profile = make_filled_profile(session, person, presentation=kind)
    make_captions(session, make_video(session, person, kind=kind, captioned=False), "Je sais souder.")
    service.submit(session, profile, now)
    return profile


def validate(session: Session, profile: Profile, structure: Organisation, now: datetime) -> Video:
    """Have the adviser validate the captions of what was sent, or is shown."""
    video = session.get_one(Video, profile.proposed_video_id or profile.current_video_id)
    found = queries.captions(session, video.id)
    assert found is not None
    adviser = who_of(make_adviser(session, structure), structure)
    captioning.validate(session, adviser, video, found.revision, now)
    return video


@pytest.mark.parametrize("kind", ["video", "voice"])
def test_nothing_is_shown_before_its_captions_are_validated(
    kind: str, session: Session, structure: Organisation, now: datetime
) -> None:
    profile = submitted(session, structure, now, kind)
    with pytest.raises(CaptionsNotValidated, match="Tout est juste"):
        approve(session, profile, structure, now)
    session.expire(profile)
    assert profile.current_video_id is None


def test_validated_captions_let_it_be_shown(session: Session, structure: Organisation, now: datetime) -> None:
    profile = submitted(session, structure, now)
    video = validate(session, profile, structure, now)
    approve(session, profile, structure, now)
    assert (profile.state, profile.current_video_id) == ("published", video.id)


def test_the_adviser_who_approves_too_early_reads_what_to_do(
    session: Session, structure: Organisation, now: datetime, sign_in: SignIn
) -> None:
    profile = submitted(session, structure, now)
    browser = sign_in(make_adviser(session, structure))
    answer = browser.post(f"/relecture/{profile.id}/accord", data={"encouragement": "Bravo"})
    assert answer.status_code == 409
    assert "Les sous-titres ne sont pas encore validés" in answer.text


def test_a_resident_may_send_without_and_is_led_to_them(
    session: Session, structure: Organisation, now: datetime, sign_in: SignIn
) -> None:
    person = make_resident(session, structure)
    give_consent(session, person)
    make_filled_profile(session, person)
    video = make_video(session, person, captioned=False)
    browser = sign_in(person)
    assert "/moi/video/sous-titres" in browser.get("/moi").text
    assert f"/sous-titres/{video.id}" in browser.get("/moi/video").text
    assert f"/sous-titres/{video.id}" in browser.get("/moi/envoi").text
    assert browser.post("/moi/envoi").status_code == 303
    make_captions(session, video, validated_at=now)
    assert "pas encore validés" not in browser.get("/moi/envoi").text


def test_a_word_that_is_only_spoken_finds_the_profile(
    session: Session, structure: Organisation, now: datetime
) -> None:
    profile = submitted(session, structure, now)
    video = session.get_one(Video, profile.proposed_video_id)
    captioning.save(session, video, [Cue(0, 2, "J’aime le bricolage.")], 1, now)
    validate(session, profile, structure, now)
    approve(session, profile, structure, now)
    assert find(session, SearchQuery(words="bricolage")).ids == (profile.id,)
    assert find(session, SearchQuery(words="minutieux")).ids == ()


def test_what_is_corrected_later_is_found_once_it_is_validated(
    session: Session, structure: Organisation, now: datetime
) -> None:
    profile = submitted(session, structure, now)
    validate(session, profile, structure, now)
    approve(session, profile, structure, now)
    video = session.get_one(Video, profile.current_video_id)
    captioning.save(session, video, [Cue(0, 2, "Je suis minutieuse.")], 1, now)
    service.note_captions(session, video.id, now)
    assert find(session, SearchQuery(words="minutieux")).ids == ()
    validate(session, profile, structure, now)
    service.note_captions(session, video.id, now)
    assert find(session, SearchQuery(words="minutieux")).ids == (profile.id,)
