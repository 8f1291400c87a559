"""A resident writes a profile: short steps that save by themselves, without a script too."""

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.places.service import CommuneRow, TitleRow, load_communes, load_titles
from app.profiles.models import Profile
from app.profiles.queries import profile_of
from app.profiles.rules import SCRIPT_PARTS
from tests.conftest import START, SignIn
from tests.factories import (
    give_consent,
    make_commune,
    make_filled_profile,
    make_job,
    make_profile,
    make_resident,
)
from tests.uploads.client import Tus

PAGE = {"accept": "text/html"}
PROGRAM = {"accept": "application/json"}


def fresh(session: Session, profile: Profile) -> Profile:
    """Return the profile as the database has it now."""
    session.expire_all()
    found = profile_of(session, profile.person_id)
    assert found is not None
    return found


def draft(session: Session, sign_in: SignIn) -> tuple[Profile, TestClient]:
    """Make a resident with an empty profile and their browser."""
    person = make_resident(session)
    profile = make_profile(session, person, published=False, headline="")
    return profile, sign_in(person)


def test_a_step_saved_by_a_script_answers_when(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    answer = browser.post("/moi/profil", data={"headline": "Vendeuse"}, headers=PROGRAM)
    assert answer.json() == {"saved_at": START.isoformat()}
    assert fresh(session, profile).headline == "Vendeuse"


def test_a_step_sent_by_a_browser_leads_to_the_next(session: Session, sign_in: SignIn) -> None:
    _, browser = draft(session, sign_in)
    answer = browser.post("/moi/profil", data={"headline": "Vendeuse"}, headers=PAGE)
    assert answer.headers["location"] == "/moi/profil/metiers"


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("/moi/profil", {"about": "Deux stages."}, {"Ton titre : à écrire"}),
        (
            "/moi/profil/metiers",
            {"available_on": "2026-12-01"},
            {"Ajouter un métier : il en faut au moins un", "Coche au moins une case"},
        ),
        ("/moi/texte", {}, {"1. Qui je suis : à écrire", "4. Ce que je cherche : à écrire"}),
        ("/moi/texte", dict.fromkeys(SCRIPT_PARTS, "Bonjour"), {"Encore un peu court"}),
    ],
)
def test_a_step_left_without_what_it_is_for_says_what_is_missing_and_keeps_the_rest(
    session: Session, sign_in: SignIn, path: str, typed: dict[str, str], said: set[str]
) -> None:
    _, browser = draft(session, sign_in)
    answer = browser.post(path, data=typed, headers=PAGE)
    assert answer.status_code == 422
    assert {words for words in said if words in answer.text} == said
    kept = browser.get(path, headers=PAGE).text
    assert all(text in kept for text in typed.values())


@pytest.mark.parametrize("path", ["/moi/profil", "/moi/profil/metiers", "/moi/texte"])
def test_a_step_that_saves_by_itself_is_kept_however_little_there_is(
    session: Session, sign_in: SignIn, path: str
) -> None:
    _, browser = draft(session, sign_in)
    assert browser.post(path, data={}, headers=PROGRAM).status_code == 200


def test_a_text_long_enough_goes_on_with_a_part_empty(session: Session, sign_in: SignIn) -> None:
    _, browser = draft(session, sign_in)
    answer = browser.post("/moi/texte", data={"experience": "mot " * 30}, headers=PAGE)
    assert answer.headers["location"] == "/moi"


def test_a_title_is_one_line_however_it_was_typed(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    browser.post("/moi/profil", data={"headline": "Vendeuse\r\n en boulangerie"}, headers=PROGRAM)
    assert fresh(session, profile).headline == "Vendeuse en boulangerie"


def test_a_phone_number_in_a_text_is_refused_and_nothing_typed_is_lost(
    session: Session, sign_in: SignIn
) -> None:
    profile, browser = draft(session, sign_in)
    words = {"headline": "Vendeuse", "about": "Appelle le 06 12 34 56 78"}
    answer = browser.post("/moi/profil", data=words, headers=PAGE)
    assert answer.status_code == 422
    assert "Appelle le 06 12 34 56 78" in answer.text
    assert fresh(session, profile).about == ""


def test_a_script_is_told_which_field_is_wrong(session: Session, sign_in: SignIn) -> None:
    _, browser = draft(session, sign_in)
    answer = browser.post("/moi/profil", data={"about": "x@y.fr"}, headers=PROGRAM)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == "#/about"


def test_unticking_every_contract_is_kept(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    browser.post("/moi/profil/metiers", data={"contract_types": ["cdi", "interim"]}, headers=PROGRAM)
    assert fresh(session, profile).contract_types == ["cdi", "interim"]
    browser.post("/moi/profil/metiers", data={"available_on": "2026-12-01"}, headers=PROGRAM)
    assert fresh(session, profile).contract_types == []


def test_a_job_typed_exactly_is_added_and_removed(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    make_job(session)
    load_titles(session, [TitleRow("Vendeur / Vendeuse en boulangerie", "D1106")])
    browser.post("/moi/profil/metiers/ajout", data={"job": "vendeuse boulangerie"}, headers=PAGE)
    assert [sought.code for sought in fresh(session, profile).jobs] == ["D1106"]
    browser.post("/moi/profil/metiers/retrait", data={"code": "D1106"}, headers=PAGE)
    assert fresh(session, profile).jobs == []


def test_words_that_several_jobs_share_are_asked_about(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    make_job(session)
    make_job(session, "D1211", "Vente en articles de sport")
    answer = browser.post("/moi/profil/metiers/ajout", data={"job": "vente"}, headers=PAGE)
    assert answer.status_code == 422
    assert 'value="D1106"' in answer.text
    assert 'value="D1211"' in answer.text
    browser.post("/moi/profil/metiers/ajout", data={"code": "D1211"}, headers=PAGE)
    assert [sought.code for sought in fresh(session, profile).jobs] == ["D1211"]


def test_an_unknown_job_is_refused_in_words(session: Session, sign_in: SignIn) -> None:
    _, browser = draft(session, sign_in)
    answer = browser.post("/moi/profil/metiers/ajout", data={"job": "zzzz"}, headers=PAGE)
    assert answer.status_code == 422
    assert "On ne trouve pas ce métier" in answer.text
    assert "par exemple" in answer.text


def test_a_job_that_is_not_found_is_answered_with_those_that_come_near(
    session: Session, sign_in: SignIn
) -> None:
    profile, browser = draft(session, sign_in)
    make_job(session)
    answer = browser.post("/moi/profil/metiers/ajout", data={"job": "alimentaire en usine"}, headers=PAGE)
    assert answer.status_code == 422
    assert "Est-ce un de ces métiers" in answer.text
    assert 'value="D1106"' in answer.text
    assert 'value="alimentaire en usine"' in answer.text
    assert not fresh(session, profile).jobs


def test_no_job_at_all_is_answered_with_an_example(session: Session, sign_in: SignIn) -> None:
    _, browser = draft(session, sign_in)
    answer = browser.post("/moi/profil/metiers/ajout", data={"job": " "}, headers=PAGE)
    assert answer.status_code == 422
    assert "par exemple\u00a0: vendeur en boulangerie" in answer.text


def test_a_fourth_job_has_no_place(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    for number in range(4):
        make_job(session, f"D110{number}", f"Métier {number}")
        answer = browser.post("/moi/profil/metiers/ajout", data={"code": f"D110{number}"}, headers=PAGE)
    assert answer.status_code == 422
    assert len(fresh(session, profile).jobs) == 3


def test_skills_and_competences_are_kept_in_order(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    strengths = {"skills": "Caisse\nAccueil, caisse", "competences": ["learning", "teamwork"]}
    browser.post("/moi/profil/atouts", data=strengths, headers=PROGRAM)
    found = fresh(session, profile)
    assert (found.skills, found.competences) == (["Caisse", "Accueil"], ["learning", "teamwork"])


def test_a_competence_outside_the_list_is_refused(session: Session, sign_in: SignIn) -> None:
    _, browser = draft(session, sign_in)
    answer = browser.post("/moi/profil/atouts", data={"competences": ["jeune"]}, headers=PROGRAM)
    assert answer.status_code == 422


def test_a_language_added_again_changes_its_level(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    for level in ("A2", "B1"):
        spoken = {"language": "anglais", "level": level}
        browser.post("/moi/profil/atouts/langues", data=spoken, headers=PAGE)
    assert [(row.language, row.level) for row in fresh(session, profile).languages] == [("Anglais", "B1")]
    browser.post("/moi/profil/atouts/langues/retrait", data={"language": "Anglais"}, headers=PAGE)
    assert fresh(session, profile).languages == []


def test_a_name_that_two_communes_share_is_asked_about(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    load_communes(
        session,
        [
            CommuneRow("93066", "Saint-Denis", "93", "93200", 48.9, 2.4),
            CommuneRow("97411", "Saint-Denis", "974", "97400", -20.9, 55.4),
        ],
    )
    typed = {"commune": "saint denis", "radius_km": "50"}
    answer = browser.post("/moi/profil/zones/ajout", data=typed, headers=PAGE)
    assert answer.status_code == 422
    assert "Saint-Denis (974)" in answer.text
    browser.post("/moi/profil/zones/ajout", data={"insee": "93066", "radius_km": "50"}, headers=PAGE)
    assert [(zone.insee, zone.radius_km) for zone in fresh(session, profile).zones] == [("93066", 50)]
    browser.post("/moi/profil/zones/retrait", data={"insee": "93066"}, headers=PAGE)
    assert fresh(session, profile).zones == []


def test_a_radius_that_is_not_offered_is_refused(session: Session, sign_in: SignIn) -> None:
    _, browser = draft(session, sign_in)
    make_commune(session)
    answer = browser.post(
        "/moi/profil/zones/ajout", data={"insee": "13055", "radius_km": "7"}, headers=PROGRAM
    )
    assert answer.status_code == 422


def test_the_script_is_kept_part_by_part(session: Session, sign_in: SignIn) -> None:
    profile, browser = draft(session, sign_in)
    browser.post("/moi/texte", data={"who_i_am": "Bonjour", "conclusion": "Merci"}, headers=PROGRAM)
    script = fresh(session, profile).script
    assert script is not None
    assert (script.who_i_am, script.strengths, script.conclusion) == ("Bonjour", "", "Merci")


def test_the_presentation_stays_while_it_is_shown(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_profile(session, person)
    answer = sign_in(person).post("/moi/presentation", data={"presentation": "text"}, headers=PAGE)
    assert answer.status_code == 409


def test_every_step_shows_itself_to_its_owner_alone(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    make_filled_profile(session, person, skills=["Caisse"], competences=["learning"])
    browser, without = sign_in(person), sign_in(make_resident(session))
    for path in (
        *("/moi/profil", "/moi/profil/metiers", "/moi/profil/atouts", "/moi/profil/zones"),
        *("/moi/texte", "/moi/presentation", "/moi/envoi"),
    ):
        assert browser.get(path, headers=PAGE).status_code == 200
        assert without.get(path, headers=PAGE).status_code == 404


def test_an_upload_that_is_refused_leaves_the_script_as_it_was(session: Session, sign_in: SignIn) -> None:
    person = make_resident(session)
    give_consent(session, person)
    make_filled_profile(session, person)
    browser = sign_in(person)
    tus = Tus(browser)
    assert tus.append(tus.begin(10_000), 0, b"x" * 10_000).status_code == 415
    assert "Bonjour, je m’appelle Aïcha et j’ai un CAP vente.</textarea>" in browser.get("/moi/texte").text
