"""An adviser invites: an account, its profile, and a link shown once."""

import re
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.people.models import Person
from app.people.queries import structure_of
from app.places.service import CommuneRow, load_communes
from app.profiles.queries import profile_of
from tests.conftest import SignIn
from tests.factories import (
    make_adviser,
    make_commune,
    make_organisation,
    make_profile,
    make_resident,
    make_structure,
)

PAGE = {"accept": "text/html"}
LINK = re.compile(r"https://testserver(/invitation/[\w-]+)")
ZOE = {"given_name": "Zoé", "family_name": "Martin", "born_on": "2005-02-03", "way": "desk"}


def test_an_invitation_opens_a_profile_and_a_link_that_works(
    session: Session, sign_in: SignIn, client: TestClient
) -> None:
    structure = make_structure(session)
    make_commune(session)
    asked = ZOE | {"commune": "marseille", "lives_in_qpv": "yes", "phone": "06 12 34 56 78"}
    answer = sign_in(make_adviser(session, structure)).post(
        "/accompagnement/inviter", data=asked, headers=PAGE
    )
    person = session.scalars(select(Person).where(Person.given_name == "Zoé")).one()
    assert (person.home_commune, person.lives_in_qpv, person.born_on, person.phone) == (
        "13055",
        True,
        date(2005, 2, 3),
        "0612345678",
    )
    assert structure_of(session, person.id) == structure.id
    profile = profile_of(session, person.id)
    assert profile is not None
    assert (profile.shown_name, profile.structure_id) == ("Zoé M.", structure.id)
    link = LINK.search(answer.text)
    assert link
    assert "Zoé" in client.get(link[1], headers=PAGE).text


def test_at_the_desk_the_link_is_a_code_to_scan(session: Session, sign_in: SignIn) -> None:
    browser = sign_in(make_adviser(session))
    at_desk = browser.post("/accompagnement/inviter", data=ZOE, headers=PAGE).text
    by_post = browser.post("/accompagnement/inviter", data=ZOE | {"way": "post"}, headers=PAGE).text
    assert ("data:image/svg+xml" in at_desk, "data:image/svg+xml" in by_post) == (True, False)


def test_without_an_address_the_adviser_is_told_to_give_the_link(session: Session, sign_in: SignIn) -> None:
    browser = sign_in(make_adviser(session))
    by_hand = browser.post("/accompagnement/inviter", data=ZOE | {"way": "post"}, headers=PAGE).text
    mailed = ZOE | {"way": "post", "email": "zoe@courrier.test"}
    by_mail = browser.post("/accompagnement/inviter", data=mailed, headers=PAGE).text
    assert "Copiez le lien" in by_hand
    assert 'data-visavis-copies="link"' in by_hand
    assert "Copiez le lien" not in by_mail
    assert "Un e-mail part à zoe@courrier.test." in by_mail


def test_a_commune_whose_name_two_share_is_asked_about(session: Session, sign_in: SignIn) -> None:
    rows = [
        CommuneRow("93066", "Saint-Denis", "93", "93200", 48.9, 2.4),
        CommuneRow("97411", "Saint-Denis", "974", "97400", -20.9, 55.4),
    ]
    load_communes(session, rows)
    browser = sign_in(make_adviser(session))
    several = browser.post("/accompagnement/inviter", data=ZOE | {"commune": "saint-denis"}, headers=PAGE)
    assert several.status_code == 422
    assert "Saint-Denis (93)" in several.text
    exact = browser.post("/accompagnement/inviter", data=ZOE | {"commune": "Saint-Denis (974)"}, headers=PAGE)
    assert exact.status_code == 200


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(session: Session, sign_in: SignIn) -> None:
    answer = sign_in(make_adviser(session)).post(
        "/accompagnement/inviter", data={"given_name": "Zoé", "email": "zoe", "phone": "12"}, headers=PAGE
    )
    assert answer.status_code == 422
    assert 'value="Zoé"' in answer.text
    assert "prenom@exemple.fr" in answer.text
    assert "dix chiffres" in answer.text


def test_an_address_that_has_an_account_is_refused(session: Session, sign_in: SignIn) -> None:
    make_resident(session, email="zoe@courrier.test")
    asked = ZOE | {"email": "zoe@courrier.test"}
    answer = sign_in(make_adviser(session)).post("/accompagnement/inviter", data=asked, headers=PAGE)
    assert answer.status_code == 409
    assert session.scalar(select(func.count()).where(Person.given_name == "Zoé")) == 0


def test_an_adviser_invites_into_own_structure_only(session: Session, sign_in: SignIn) -> None:
    other = make_structure(session, "Ailleurs")
    browser = sign_in(make_adviser(session))
    answer = browser.post("/accompagnement/inviter", data=ZOE | {"structure": str(other.id)}, headers=PAGE)
    assert answer.status_code == 404


def test_a_structure_that_is_not_verified_invites_nobody(session: Session, sign_in: SignIn) -> None:
    structure = make_organisation(session, "structure", "Nouvelle", state="pending")
    answer = sign_in(make_adviser(session, structure)).post("/accompagnement/inviter", data=ZOE)
    assert answer.status_code == 404


def test_a_new_link_takes_the_place_of_the_lost_one(
    session: Session, sign_in: SignIn, client: TestClient
) -> None:
    structure = make_structure(session)
    person = make_resident(session, structure)
    make_profile(session, person, published=False)
    browser = sign_in(make_adviser(session, structure))
    paths = []
    for way in ("desk", "post"):
        answer = browser.post(f"/accompagnement/{person.id}/invitation", data={"way": way}, headers=PAGE)
        found = LINK.search(answer.text)
        assert found
        paths.append(found[1])
    assert [client.get(path, headers=PAGE).status_code for path in paths] == [404, 200]


def test_the_form_asks_which_structure_of_several(session: Session, sign_in: SignIn) -> None:
    page = sign_in(make_adviser(session)).get("/accompagnement/inviter", headers=PAGE)
    assert 'name="structure"' not in page.text
