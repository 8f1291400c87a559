"""The example convention as it is kept, and the page that tells where each number comes from."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.evidence.rules import KINDS
from app.programmes.models import Target
from app.programmes.queries import terms
from tests.conftest import SignIn
from tests.factories import make_admin, make_adviser, make_funder, make_recruiter, make_structure
from tests.journal import Happened, fill


def test_the_convention_has_five_axes_of_which_one_is_followed_here(session: Session) -> None:
    found = terms(session)
    assert [axis.number for axis in found.axes] == [1, 2, 3, 4, 5]
    assert {axis.number for axis in found.not_followed} == {2, 3, 4, 5}
    assert {kind.axis for kind in KINDS.values()} == {1}


def test_every_number_has_its_kind_its_source_and_its_date(session: Session) -> None:
    found = {(one.indicator, one.kind): one for one in terms(session).targets}
    assert {key: one.value for key, one in found.items()} == {
        ("filmed", "target"): 750,
        ("filmed", "result"): None,
        ("accompanied", "target"): 1000,
        ("network", "baseline"): 5250,
        ("engaged_share", "baseline"): 50,
    }
    assert "2016-2018" in found["filmed", "target"].source
    assert found["network", "baseline"].source.startswith("gestionsociale.fr")
    assert found["network", "baseline"].dated_on == date(2016, 9, 6)


def test_every_rule_that_counts_facts_is_written_down(session: Session) -> None:
    assert {rule.version for rule in terms(session).rules} == {kind.rule for kind in KINDS.values()}


def test_a_newer_target_takes_the_place_of_an_older_one(session: Session) -> None:
    older = session.scalars(select(Target).where(Target.value == 750)).one()
    newer = {key: getattr(older, key) for key in ("convention", "axis", "indicator", "label", "unit")}
    session.add(Target(**newer, kind="target", value=800, source="Avenant", dated_on=date(2027, 1, 1)))
    session.flush()
    target = terms(session).target("filmed")
    assert target is not None
    assert target.value == 800
    assert terms(session).target("views") is None


def test_a_result_is_counted_never_written(session: Session) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Target).where(Target.kind == "result").values(value=12))


def test_the_page_tells_each_number_with_its_source(session: Session, sign_in: SignIn) -> None:
    for person in (make_admin(session), make_funder(session)):
        page = sign_in(person).get("/bilan/convention").text
        assert "750 personnes" in page
        assert "point de départ" in page
        assert "vues-2026.1" in page
        assert "Seine-Saint-Denis" in page
        assert "Du 1er septembre 2026 au 31 août 2029" in page
        assert "septembre 2026 à août 2027" in page
    assert sign_in(make_recruiter(session)).get("/bilan/convention").status_code == 404


def test_a_result_has_the_day_of_the_last_fact_that_is_counted(
    session: Session, sign_in: SignIn, now: datetime
) -> None:
    at = now + timedelta(days=30)
    fill(session, at, [Happened("resident.filmed", at, "somebody")])
    page = sign_in(make_admin(session)).get("/bilan/convention").text
    assert 'data-label="Nombre"><span>1</span>' in page
    assert 'data-label="Date"><span>23/12/2026</span>' in page


def test_only_all_structures_since_the_beginning_are_compared_with_a_target(
    session: Session, sign_in: SignIn, now: datetime
) -> None:
    structure = make_structure(session)
    people = (Happened("resident.filmed", now, f"{number}", None, structure.id) for number in range(15))
    fill(session, now, people)
    adviser, operator, funder = make_adviser(session, structure), make_admin(session), make_funder(session)
    for person, query, is_compared in (
        (operator, "", True),
        (funder, "", True),
        (operator, "?mois=2026-11", False),
        (operator, "?mois=an-1", False),
        (adviser, "", False),
        (adviser, "?mois=2026-11", False),
    ):
        page = sign_in(person).get(f"/bilan{query}").text
        assert 'figure__value">15<' in page
        assert ("atteints" in page, 'class="goal"' in page) == (is_compared, is_compared)
    results = [sign_in(person).get("/bilan/convention").text for person in (operator, funder, adviser)]
    assert ['data-label="Nombre"><span>15</span>' in page for page in results] == [True, True, False]
    assert "ne se compare pas à l’objectif" in results[2]
