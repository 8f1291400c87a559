"""A voice alone, from the choice to those who hear it, and away again at the first word of its owner."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evidence.models import OutboxEntry
from app.people import consents
from app.people.consents import ConsentMissing
from app.people.models import Organisation, Person
from app.profiles import queries, service
from app.profiles.models import Profile
from app.profiles.rules import missing
from app.profiles.schemas import MISSING
from app.profiles.service import ProfileIncomplete
from app.storage import Storage
from app.videos.models import Rendition, Video
from app.videos.playback import MUXED
from tests.conftest import SignIn
from tests.factories import give_consent, make_adviser, make_filled_profile, make_resident, make_video
from tests.profiles.conftest import Readers, approve

PAGE = {"accept": "text/html"}
LABEL = "Voix seule"


@pytest.fixture
def person(session: Session, structure: Organisation, partner: Organisation) -> Person:
    """Make somebody who wants to be heard, and agrees to nothing else but a partner."""
    person = make_resident(session, structure)
    make_filled_profile(session, person, presentation="voice")
    give_consent(session, person, "voice")
    give_consent(session, person, "partner", partner)
    return person


@pytest.fixture
def voice(session: Session, storage: Storage, person: Person) -> Video:
    """Make a voice that is ready, with its file and its drawing."""
    prefix = f"videos/{person.id}/1/"
    voice = make_video(session, person, kind="voice", storage_prefix=prefix, poster_key=f"{prefix}poster.jpg")
    storage.put_bytes(f"{prefix}{MUXED}", b"voix", "audio/mp4")
    storage.put_bytes(f"{prefix}poster.jpg", b"dessin", "image/jpeg")
    key = f"{prefix}{MUXED}"
    session.add(Rendition(video_id=voice.id, name=MUXED, key=key, content_type="audio/mp4", size_bytes=4))
    session.flush()
    return voice


def profile_of(session: Session, person: Person) -> Profile:
    """Return the profile of somebody."""
    return service.own(session, person.id, to_change=True)


def publish(session: Session, person: Person, structure: Organisation, now: datetime) -> Profile:
    """Send the voice of somebody to review, and have it approved."""
    profile = profile_of(session, person)
    service.submit(session, profile, now)
    approve(session, profile, structure, now)
    session.commit()
    return profile


def test_the_voice_is_one_of_three_ways_to_choose(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_filled_profile(session, person)
    browser = sign_in(person)
    page = browser.get("/moi/presentation", headers=PAGE).text
    assert [f'value="{kind}"' in page for kind in ("video", "voice", "text")] == [True] * 3
    answer = browser.post("/moi/presentation", data={"presentation": "voice"}, headers=PAGE)
    assert answer.status_code == 303
    assert profile_of(session, person).presentation == "voice"


def test_a_video_is_no_voice(session: Session, person: Person, sign_in: SignIn, now: datetime) -> None:
    make_video(session, person)
    profile = profile_of(session, person)
    assert missing(queries.draft_of(session, profile)) == ("voice",)
    assert str(MISSING["voice"][0]) in sign_in(person).get("/moi/envoi", headers=PAGE).text
    with pytest.raises(ProfileIncomplete):
        service.submit(session, profile, now)


@pytest.mark.usefixtures("voice")
def test_the_agreement_to_be_seen_is_not_the_one_to_be_heard(
    session: Session, person: Person, now: datetime
) -> None:
    consents.withdraw(session, person.id, "voice", person.id, now)
    give_consent(session, person)
    profile = profile_of(session, person)
    with pytest.raises(ConsentMissing):
        service.submit(session, profile, now)


@pytest.mark.usefixtures("voice")
def test_an_adviser_hears_it_before_it_is_published(
    session: Session, person: Person, structure: Organisation, sign_in: SignIn, now: datetime
) -> None:
    profile = profile_of(session, person)
    service.submit(session, profile, now)
    browser = sign_in(make_adviser(session, structure))
    assert LABEL in browser.get("/relecture", headers=PAGE).text
    page = browser.get(f"/relecture/{profile.id}", headers=PAGE).text
    assert LABEL in page
    assert "La voix de Aïcha B." in page
    heard = browser.get(f"/relecture/{profile.id}/lecture").json()
    assert browser.get(heard["mp4"]).content == b"voix"
    assert browser.post(f"/relecture/{profile.id}/accord", headers=PAGE).status_code == 303
    assert profile_of(session, person).state == "published"


@pytest.mark.usefixtures("voice")
def test_recruiters_hear_it_under_its_drawing_and_know_what_it_is(
    session: Session, person: Person, structure: Organisation, readers: Readers, now: datetime
) -> None:
    profile = publish(session, person, structure, now)
    assert LABEL in readers.recruiter.get("/candidats", headers=PAGE).text
    page = readers.recruiter.get(f"/candidats/{profile.slug}", headers=PAGE).text
    assert LABEL in page
    player = page[page.index("<video") : page.index("</video>")]
    assert "La voix de Aïcha B." in player
    shown = readers.recruiter.get(f"/candidats/{profile.slug}/lecture").json()
    assert shown["poster"].replace("&", "&amp;") in player
    assert readers.recruiter.get(shown["poster"]).content == b"dessin"
    assert readers.recruiter.get(shown["mp4"]).content == b"voix"


def test_nothing_else_is_called_a_voice(profile: Profile, readers: Readers) -> None:
    assert LABEL not in readers.recruiter.get("/candidats", headers=PAGE).text
    assert LABEL not in readers.recruiter.get(f"/candidats/{profile.slug}", headers=PAGE).text


@pytest.mark.usefixtures("voice")
def test_partners_are_told_that_it_is_a_voice(
    session: Session, person: Person, structure: Organisation, readers: Readers, now: datetime
) -> None:
    profile = publish(session, person, structure, now)
    given = readers.program.get(f"/api/v1/profiles/{profile.id}").json()
    assert (given["presentation"], given["video"]["duration_s"]) == ("voice", 60.0)
    assert given["video"]["media"]["mp4"]


@pytest.mark.usefixtures("voice")
def test_what_is_counted_says_that_it_is_a_voice_and_that_nobody_was_filmed(
    session: Session, person: Person, structure: Organisation, now: datetime
) -> None:
    publish(session, person, structure, now)
    stated = [entry.statement for entry in session.scalars(select(OutboxEntry))]
    assert [(one["kind"], one["measures"]) for one in stated] == [
        ("profile.published", {"presentation": "voice"})
    ]


@pytest.mark.usefixtures("voice")
def test_whoever_takes_the_agreement_back_is_heard_by_nobody_at_once(
    session: Session, person: Person, structure: Organisation, readers: Readers, now: datetime
) -> None:
    profile = publish(session, person, structure, now)
    give_consent(session, person)
    consents.withdraw(session, person.id, "voice", person.id, now)
    session.commit()
    assert readers.recruiter.get(f"/candidats/{profile.slug}").status_code == 404
    assert readers.recruiter.get(f"/candidats/{profile.slug}/lecture").status_code == 404
    assert readers.program.get(f"/api/v1/profiles/{profile.id}").status_code == 404
    service.end_agreement(session, person.id, now)
    assert profile.state == "withdrawn"


def test_the_agreement_to_be_seen_has_nothing_to_do_with_it(
    session: Session, person: Person, voice: Video, structure: Organisation, now: datetime
) -> None:
    give_consent(session, person)
    profile = publish(session, person, structure, now)
    consents.withdraw(session, person.id, "image_and_voice", person.id, now)
    service.end_agreement(session, person.id, now)
    assert (profile.state, profile.current_video_id) == ("published", voice.id)
    assert voice.original_deleted_at == now
