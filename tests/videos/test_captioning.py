"""Who puts captions right, what two people at once lose (nothing), and who reads them when."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.db import new_id
from app.people import queries as people
from app.people.models import Organisation, Person
from app.people.rules import Belonging, Who
from app.videos import captioning, queries
from app.videos.captioning import CaptionsChanged, CaptionsNotValidated
from app.videos.captions import CaptionsWrong, Cue
from app.videos.cues import captions_shown
from app.videos.models import Captions, Video
from app.videos.rules import SOUND_WARNINGS, WARNINGS, heeded
from app.videos.service import VideoNotFound, VideoStateForbids, erase_person
from tests.conftest import START, SignIn
from tests.factories import (
    give_consent,
    make_adviser,
    make_captions,
    make_filled_profile,
    make_profile,
    make_recruiter,
    make_resident,
    make_structure,
    make_video,
)

CORRECTED = {"start_s": 0.0, "end_s": 4.0, "text": "Bonsoir !"}


@pytest.fixture
def structure(session: Session) -> Organisation:
    return make_structure(session)


@pytest.fixture
def resident(session: Session, structure: Organisation) -> Person:
    person = make_resident(session, structure)
    give_consent(session, person)
    return person


@pytest.fixture
def video(session: Session, resident: Person) -> Video:
    """Make a video whose captions nobody has looked at."""
    video = make_video(session, resident, captioned=False)
    make_captions(session, video)
    return video


def who_of(person: Person, role: str, structure: Organisation) -> Who:
    belonging = Belonging(role, structure.id, structure.name, structure.state)
    return Who(person.id, new_id(), person.given_name, (belonging,))


def kept(session: Session, video: Video) -> Captions:
    found = queries.captions(session, video.id)
    assert found is not None
    return found


def test_owner_and_adviser_reach_captions_and_nobody_else(
    session: Session, resident: Person, structure: Organisation, video: Video
) -> None:
    adviser, other = make_adviser(session, structure), make_structure(session, "Ailleurs")
    assert captioning.reachable(session, who_of(resident, "resident", structure), video.id) is video
    assert captioning.reachable(session, who_of(adviser, "adviser", structure), video.id) is video
    for stranger in (
        who_of(make_resident(session, structure), "resident", structure),
        who_of(make_adviser(session, other), "adviser", other),
    ):
        with pytest.raises(VideoNotFound):
            captioning.reachable(session, stranger, video.id)


def test_an_adviser_reaches_nothing_of_somebody_who_no_longer_agrees(
    session: Session, resident: Person, structure: Organisation, video: Video
) -> None:
    adviser = who_of(make_adviser(session, structure), "adviser", structure)
    people.consents_of(session, resident.id)[0].withdrawn_at = START
    session.flush()
    with pytest.raises(VideoNotFound):
        captioning.reachable(session, adviser, video.id)
    assert captioning.reachable(session, who_of(resident, "resident", structure), video.id) is video


def test_what_is_not_ready_has_no_captions_to_put_right(
    session: Session, resident: Person, structure: Organisation
) -> None:
    early = make_video(session, resident, ready=False)
    with pytest.raises(VideoNotFound):
        captioning.reachable(session, who_of(resident, "resident", structure), early.id)


def test_the_second_of_two_who_edit_at_once_is_told_and_nothing_is_written_over(
    session: Session, video: Video, now: datetime
) -> None:
    captioning.save(session, video, [Cue(0, 4, "La première")], 1, now)
    with pytest.raises(CaptionsChanged, match="Rien n’est perdu"):
        captioning.save(session, video, [Cue(0, 4, "La seconde")], 1, now)
    with pytest.raises(CaptionsChanged):
        captioning.save(session, video, [Cue(0, 4, "Une page vide")], 0, now)
    assert kept(session, video).cues[0]["text"] == "La première"
    assert kept(session, video).revision == 2


def test_saving_what_stands_there_already_changes_nothing(
    session: Session, resident: Person, now: datetime
) -> None:
    video = make_video(session, resident)
    captioning.save(session, video, kept(session, video).lines, 1, now)
    assert kept(session, video).validated_at == START
    assert kept(session, video).revision == 1


def test_an_edit_waits_to_be_validated_and_others_keep_the_copy_that_was(
    session: Session, resident: Person, structure: Organisation, now: datetime
) -> None:
    video, owner = make_video(session, resident), who_of(resident, "resident", structure)
    captioning.save(session, video, [Cue(0, 4, "Bonsoir !")], 1, now)
    assert (kept(session, video).validated_at, kept(session, video).validated_by) == (None, None)
    assert kept(session, video).shown[0].text == "Bonjour !"
    with pytest.raises(CaptionsNotValidated):
        captioning.require_validated(session, video.id)
    captioning.validate(session, owner, video, 2, now)
    captioning.require_validated(session, video.id)
    assert kept(session, video).shown[0].text == "Bonsoir !"
    assert kept(session, video).validated_by == resident.id


def test_what_one_did_not_see_is_not_validated(
    session: Session, resident: Person, structure: Organisation, video: Video, now: datetime
) -> None:
    owner = who_of(resident, "resident", structure)
    captioning.save(session, video, [Cue(0, 4, "Bonsoir !")], 1, now)
    with pytest.raises(CaptionsChanged):
        captioning.validate(session, owner, video, 1, now)


def test_there_is_something_to_validate_first(
    session: Session, resident: Person, structure: Organisation, now: datetime
) -> None:
    video, owner = make_video(session, resident, captioned=False), who_of(resident, "resident", structure)
    with pytest.raises(CaptionsWrong):
        captioning.validate(session, owner, video, 0, now)
    captioning.save(session, video, [], 0, now)
    with pytest.raises(CaptionsWrong):
        captioning.validate(session, owner, video, 1, now)


def test_a_file_takes_the_place_of_what_was_made(session: Session, video: Video, now: datetime) -> None:
    assert captioning.replace(session, video, [Cue(1, 2, "Du fichier")], 1, now).origin == "uploaded"
    assert kept(session, video).lines == (Cue(1, 2, "Du fichier"),)


def test_a_text_starts_captions_where_there_are_none(
    session: Session, resident: Person, now: datetime
) -> None:
    video = make_video(session, resident, captioned=False)
    captioning.begin_with(session, video, "Bonjour.\nMerci !", now)
    found = captions_shown(kept(session, video))
    assert [cue.text for cue in found.cues] == ["Bonjour.", "Merci !"]
    assert found.state == "unsure"
    with pytest.raises(CaptionsChanged):
        captioning.begin_with(session, video, "Encore.", now)


def test_who_signs_is_not_told_of_silence(session: Session, resident: Person) -> None:
    video = make_video(session, resident, warnings=["image-noire", *sorted(SOUND_WARNINGS)])
    captioning.note_signed(session, video, is_signed=True)
    assert heeded(video.warnings, is_signed=video.is_signed) == ["image-noire"]
    assert heeded(video.warnings, is_signed=False) == video.warnings
    with pytest.raises(VideoStateForbids):
        captioning.note_signed(session, make_video(session, resident, kind="voice"), is_signed=True)


def test_whose_account_is_erased_validated_nothing_any_more(
    session: Session, structure: Organisation, video: Video, now: datetime
) -> None:
    adviser = make_adviser(session, structure)
    captioning.validate(session, who_of(adviser, "adviser", structure), video, 1, now)
    erase_person(session, adviser.id, now)
    assert kept(session, video).validated_by is None
    assert kept(session, video).validated_at == now


def test_a_person_is_given_their_captions(session: Session, resident: Person, video: Video) -> None:
    exported = queries.export_person(session, resident.id)["videos"]
    assert isinstance(exported, list)
    assert exported[0]["captions"]["cues"] == kept(session, video).cues


def test_before_validation_the_owner_alone_gets_captions(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    profile = make_profile(session, resident)
    video = session.get_one(Video, profile.current_video_id)
    kept(session, video).shown_cues = None
    session.flush()
    owner, recruiter = sign_in(resident), sign_in(make_recruiter(session))
    said = owner.get(f"/moi/video/{video.id}/lecture").json()
    assert said["transcript"] == [{"start_s": 0.0, "end_s": 4.0, "text": "Bonjour !"}]
    shown = recruiter.get(f"/candidats/{profile.slug}/lecture").json()
    assert (shown["captions"], shown["transcript"]) == (None, [])
    token = shown["hls"] or said["captions"]
    assert recruiter.get(f"/medias/{token.split('/')[2]}/sous-titres/valides.vtt").status_code in (403, 404)


def test_what_is_online_reads_otherwise_once_an_adviser_agrees(
    session: Session, structure: Organisation, resident: Person, sign_in: SignIn
) -> None:
    profile = make_profile(session, resident)
    video_id = profile.current_video_id
    owner, recruiter = sign_in(resident), sign_in(make_recruiter(session))
    shown = recruiter.get(f"/candidats/{profile.slug}/lecture").json()["captions"]
    address = f"/sous-titres/{video_id}"
    draft = owner.get(f"{address}/lecture").json()["captions"]
    answer = owner.post(address, json={"revision": 1, "cues": [CORRECTED]})
    assert answer.json() == {"revision": 2}
    assert "Bonsoir !" in owner.get(draft).text
    assert "Bonjour !" in recruiter.get(shown).text
    assert recruiter.get(shown).headers["cache-control"] == "no-store"
    refused = owner.post(f"{address}/valider", data={"revision": "2"})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (
        409,
        "sous-titres-en-relecture",
    )
    assert "Bonjour !" in recruiter.get(shown).text
    assert "La personne qui t’accompagne le relit" in owner.get(address).text
    sign_in(make_adviser(session, structure)).post(f"{address}/valider", data={"revision": "2"})
    assert "Bonsoir !" in recruiter.get(shown).text


def test_before_it_is_sent_its_owner_validates_alone(
    session: Session, video: Video, resident: Person, sign_in: SignIn
) -> None:
    answer = sign_in(resident).post(f"/sous-titres/{video.id}/valider", data={"revision": "1"})
    assert answer.headers["location"].startswith("/moi/envoi")
    assert kept(session, video).validated_by == resident.id


def test_captions_that_were_emptied_are_begun_anew(session: Session, video: Video, now: datetime) -> None:
    captioning.save(session, video, [], 1, now)
    captioning.begin_with(session, video, "Me revoilà.", now)
    assert [cue.text for cue in kept(session, video).lines] == ["Me revoilà."]
    with pytest.raises(CaptionsWrong):
        captioning.begin_with(session, video, " ", now)


def test_the_way_to_captions_is_to_those_of_what_was_chosen(
    session: Session, resident: Person, video: Video, sign_in: SignIn
) -> None:
    make_video(session, resident, kind="voice", created_at=video.created_at + timedelta(hours=1))
    address = sign_in(resident).get("/moi/video/sous-titres").headers["location"]
    assert address == f"/sous-titres/{video.id}"


def test_a_ticket_for_others_opens_no_draft(session: Session, resident: Person, sign_in: SignIn) -> None:
    profile = make_profile(session, resident)
    recruiter = sign_in(make_recruiter(session))
    shown = recruiter.get(f"/candidats/{profile.slug}/lecture").json()["captions"]
    for changed in (shown.replace("valides", "brouillon"), shown.replace("valides", "autre")):
        assert recruiter.get(changed).status_code in (403, 404)


def test_the_page_shows_captions_and_their_warnings_without_script(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    video = make_video(session, resident, captioned=False)
    make_captions(session, video, "x" * 43, is_sure=False)
    page = sign_in(resident).get(f"/sous-titres/{video.id}").text
    assert "00:00:00.000 --&gt; 00:00:04.000" in page
    assert "Ligne trop longue" in page
    assert "à vérifier" in page


def test_what_a_machine_wrote_is_said_to_be_until_somebody_put_it_right(
    session: Session, resident: Person, sign_in: SignIn
) -> None:
    video = make_video(session, resident, captioned=False)
    make_captions(session, video, "Bonjour, je m’appelle Haïcha.", origin="automatic")
    session.commit()
    browser = sign_in(resident)
    assert "Vérifie chaque mot, surtout les noms." in browser.get(f"/sous-titres/{video.id}").text
    cue = {"start_s": 0, "end_s": 4, "text": "Bonjour, je m’appelle Aïcha."}
    browser.post(f"/sous-titres/{video.id}", json={"revision": 1, "cues": [cue]})
    assert "Écrit par une machine" not in browser.get(f"/sous-titres/{video.id}").text


def test_a_bad_file_is_shown_again_with_the_line_that_is_wrong(
    video: Video, resident: Person, sign_in: SignIn
) -> None:
    data = {"revision": "1", "text": "WEBVTT\n\n00:01.000 > 00:02.000\nmes mots"}
    answer = sign_in(resident).post(f"/sous-titres/{video.id}/texte", data=data)
    assert answer.status_code == 422
    assert "Ligne 4" in answer.text or "Ligne 3" in answer.text
    assert "mes mots" in answer.text


def test_captions_are_corrected_as_a_text_and_taken_away_as_a_file(
    video: Video, resident: Person, sign_in: SignIn
) -> None:
    browser = sign_in(resident)
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nBonsoir !"
    assert (
        browser.post(f"/sous-titres/{video.id}/texte", data={"revision": "1", "text": text}).status_code
        == 303
    )
    answer = browser.get(f"/sous-titres/{video.id}/fichier")
    assert answer.headers["content-type"].startswith("text/vtt")
    assert "00:00:01.000 --> 00:00:02.000\nBonsoir !" in answer.text


def test_who_has_no_captions_yet_starts_from_their_text(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    give_consent(session, person)
    make_filled_profile(session, person)
    video = make_video(session, person, captioned=False, warnings=["sans-son"])
    browser = sign_in(person)
    assert browser.get("/moi/video/sous-titres").headers["location"] == f"/sous-titres/{video.id}"
    assert "Partir du texte" in browser.get(f"/sous-titres/{video.id}").text
    browser.post(f"/sous-titres/{video.id}/depart")
    assert "Bonjour, je m’appelle" in browser.get(f"/sous-titres/{video.id}").text
    assert WARNINGS["sans-son"] in browser.get("/moi/video").text
    browser.post(f"/sous-titres/{video.id}/signe", data={"signed": "true"})
    assert WARNINGS["sans-son"] not in browser.get("/moi/video").text


def test_an_adviser_validates_and_comes_back_to_the_review(
    session: Session, structure: Organisation, resident: Person, video: Video, sign_in: SignIn
) -> None:
    profile = make_profile(session, resident, published=False, state="submitted", proposed_video_id=video.id)
    browser: TestClient = sign_in(make_adviser(session, structure))
    review = browser.get(f"/relecture/{profile.id}").text
    assert "à valider" in review
    assert f'href="/sous-titres/{video.id}"' in review
    answer = browser.post(f"/sous-titres/{video.id}/valider", data={"revision": "1"})
    assert answer.headers["location"].startswith(f"/relecture/{profile.id}")
    assert "Sous-titres validés" in browser.get(f"/relecture/{profile.id}").text
