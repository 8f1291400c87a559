"""A partner reads the profiles of those who agreed to it, as long as they do."""

import gzip

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people import consents
from app.people.models import Organisation, Person
from tests.conftest import START, MovingClock
from tests.factories import give_consent, make_partner, make_profile
from tests.partners.conftest import MakeProgram, make_shared, make_whole
from tests.statements import statements

PROFILES = "/api/v1/profiles"


def ids(client: TestClient) -> list[str]:
    """Return the profiles that the list gives."""
    return [profile["id"] for profile in client.get(PROFILES).json()["data"]]


def test_only_profiles_whose_resident_agreed_to_this_partner_exist(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    shared = make_shared(session, partner)
    others = make_shared(session, make_partner(session, "Un autre"))
    nobodys = make_profile(session)
    session.commit()
    client = program()
    assert ids(client) == [str(shared.id)]
    assert [client.get(f"{PROFILES}/{one.id}").status_code for one in (shared, others, nobodys)] == [
        200,
        404,
        404,
    ]


def test_a_profile_that_is_not_published_does_not_exist(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_profile(session, published=False)
    person = session.get(Person, profile.person_id)
    assert person is not None
    give_consent(session, person, "partner", partner)
    session.commit()
    client = program()
    assert ids(client) == []
    assert client.get(f"{PROFILES}/{profile.id}").status_code == 404


@pytest.mark.parametrize("kind", ["partner", "image_and_voice"])
def test_a_profile_disappears_with_the_agreement(
    session: Session, partner: Organisation, program: MakeProgram, kind: str
) -> None:
    profile = make_shared(session, partner)
    client = program()
    assert ids(client)
    partner_id = partner.id if kind == "partner" else None
    consents.withdraw(session, profile.person_id, kind, profile.person_id, START, partner_id)
    session.commit()
    assert ids(client) == []
    answer = client.get(f"{PROFILES}/{profile.id}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "https://testserver/problemes/profil-non-partage"


@pytest.mark.parametrize("state", ["paused", "withdrawn", "placed"])
def test_a_profile_that_is_no_longer_shown_disappears(
    session: Session, partner: Organisation, program: MakeProgram, state: str
) -> None:
    profile = make_shared(session, partner)
    client = program()
    assert ids(client)
    profile.state = state
    session.commit()
    assert ids(client) == []
    assert client.get(f"{PROFILES}/{profile.id}").status_code == 404


def test_a_copy_that_is_still_good_is_not_sent_again(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_shared(session, partner)
    client = program()
    for address in (PROFILES, f"{PROFILES}/{profile.id}"):
        tag = client.get(address).headers["etag"]
        answer = client.get(address, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_a_copy_of_what_changed_is_sent_again(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_shared(session, partner)
    client = program()
    tag = client.get(PROFILES).headers["etag"]
    profile.headline = "Boulangère"
    session.commit()
    answer = client.get(PROFILES, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.json()["data"][0]["headline"] == "Boulangère"


def test_the_tag_of_a_compressed_answer_is_its_own(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    for _ in range(3):
        make_shared(session, partner)
    client = program()
    plain = client.get(PROFILES, headers={"Accept-Encoding": "identity"})
    packed = client.get(PROFILES, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.headers["etag"] != packed.headers["etag"]
    assert plain.json() == packed.json()
    assert len(gzip.compress(plain.content)) < len(plain.content)


def test_links_of_the_video_are_given_to_those_who_may_have_them(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_whole(session, partner)
    address = f"{PROFILES}/{profile.id}"
    assert program().get(address).json()["video"] == {"duration_s": 60.0, "media": None}
    media = program("profiles:read", "media:read").get(address).json()["video"]["media"]
    assert set(media) == {"poster", "hls", "mp4", "captions", "transcript", "expires_at"}
    assert media["captions"].endswith("/sous-titres/valides.vtt")
    assert media["transcript"] == [{"start_s": 0.0, "end_s": 4.0, "text": "Bonjour !"}]


def test_links_live_five_minutes_at_most_and_stay_the_same_within_a_minute(
    session: Session, partner: Organisation, program: MakeProgram, clock: MovingClock
) -> None:
    profile = make_shared(session, partner)
    client = program("profiles:read", "media:read")
    tags = []
    for _ in range(2):
        answer = client.get(f"{PROFILES}/{profile.id}")
        tags.append(answer.headers["etag"])
        assert answer.json()["video"]["media"]["expires_at"] == "2026-11-23T09:05:00Z"
        clock.advance(seconds=50)
    assert tags[0] == tags[1]


def test_a_written_presentation_has_no_video(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_shared(session, partner, presentation="text", current_video_id=None)
    person = session.get(Person, profile.person_id)
    assert person is not None
    give_consent(session, person, "text")
    session.commit()
    assert program().get(f"{PROFILES}/{profile.id}").json()["video"] is None


@pytest.mark.parametrize("address", ["/%ff", "?cursor=%ff", "?x=%c3%28"])
def test_bytes_that_are_not_utf_8_are_a_bad_request(program: MakeProgram, address: str) -> None:
    answer = program().get(PROFILES + address)
    assert answer.status_code == 400
    assert answer.json()["type"] == "https://testserver/problemes/requete-illisible"


def test_a_malformed_id_is_a_problem_that_names_it(program: MakeProgram) -> None:
    answer = program().get(f"{PROFILES}/42")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "#/path/profile_id"
    assert error["detail"].startswith("Écrire un identifiant")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_told_the_one_there_is(program: MakeProgram, method: str) -> None:
    answer = program().request(method, PROFILES)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_page_takes_as_many_queries_however_long_it_is(
    session: Session, partner: Organisation, program: MakeProgram, engine: Engine
) -> None:
    client = program()
    counts = []
    for _ in range(2):
        for _ in range(3):
            make_shared(session, partner)
        with statements(engine) as asked:
            assert len(ids(client)) in {3, 6}
        counts.append(len([statement for statement in asked if statement.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 8
