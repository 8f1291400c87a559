"""What is proposed while somebody types, and where they mistype."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.places.models import JobTitle
from app.search.asking import SearchQuery
from app.search.learning import learn
from app.search.models import Suggested
from app.search.queries import find_or_help
from app.search.rules import edits, edits_max
from app.search.suggestions import Suggestion, suggest
from tests.search.conftest import Publish

COMPETENCES = {"teamwork": "Travailler en équipe"}


@pytest.fixture(autouse=True)
def learnt(session: Session, jobs: None) -> None:  # noqa: ARG001 - what is learnt
    learn(session, ("Encaissement", "Électricité automobile"), COMPETENCES)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "elec",
            ["Électricité bâtiment", "Électricité automobile", "Électricien / Électricienne du bâtiment"],
        ),
        ("ÉLECTRICIENN", ["Électricien / Électricienne du bâtiment"]),
        ("cuis", ["Personnel de cuisine", "Commis / Commise de cuisine"]),
        ("commis de cui", []),
        ("commise de cui", ["Commis / Commise de cuisine"]),
        ("équi", ["Travailler en équipe"]),
        ("encai", ["Encaissement"]),
        ("e", []),
        ("", []),
        ("zzz", []),
        ("'; drop", []),
    ],
)
def test_labels_are_proposed_from_each_of_their_words(
    session: Session, typed: str, expected: list[str]
) -> None:
    assert [suggestion.label for suggestion in suggest(session, typed)] == expected


def test_a_proposal_says_what_it_is_and_what_a_filter_takes(session: Session) -> None:
    assert suggest(session, "travailler") == [Suggestion("competence", "teamwork", "Travailler en équipe")]
    assert suggest(session, "vendeuse")[0][:2] == ("job", "D1106")
    assert suggest(session, "encaissement")[0][:2] == ("skill", "Encaissement")


def test_a_skill_that_says_who_somebody_is_is_not_proposed(session: Session) -> None:
    learn(session, ("Femme de Roubaix", "Encaissement"), COMPETENCES)
    assert suggest(session, "femme") == []


def test_learning_again_follows_what_changed_and_leaves_the_rest(session: Session) -> None:
    before = set(session.scalars(select(Suggested.label)))
    session.execute(delete(JobTitle).where(JobTitle.code == "G1602"))
    learn(session, ("Encaissement",), COMPETENCES)
    gone = {"Commis / Commise de cuisine", "Électricité automobile"}
    assert set(session.scalars(select(Suggested.label))) == before - gone


def corrections(session: Session, words: str) -> list[str]:
    """Return what else could be meant by words."""
    _, help_ = find_or_help(session, SearchQuery(words))
    return list(help_.spellings)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("electrcien", ["électricien"]),
        ("boulangrie", ["boulangerie"]),
        ("vendeus boulengerie", ["vendeuse boulangerie"]),
        ("cuisnie", ["cuisine"]),
        ("motivvé", ["motivé"]),
        ("patiserie", ["pâtisserie"]),
        ("vendeuse", []),
        ("xqzwk", []),
        ("un de à", []),
        ("", []),
    ],
)
def test_a_mistyped_word_is_put_right(
    session: Session, publish: Publish, words: str, expected: list[str]
) -> None:
    publish(
        rome=(("D1106", "Vendeur / Vendeuse en boulangerie-pâtisserie"), ("F1602", "Électricien bâtiment")),
        headline="Cuisine",
        texts=("motivé",),
    )
    assert corrections(session, words)[:1] == expected


def test_a_word_that_nobody_knows_and_that_finds_somebody_is_meant_as_it_is_typed(
    session: Session, publish: Publish
) -> None:
    publish(skills=("Cuisino",), headline="Cuisine, vendeuse")
    assert corrections(session, "cuisino") == []
    assert corrections(session, "cuisino vendeus") == ["cuisino vendeuse"]


def test_nothing_is_proposed_that_finds_nobody(session: Session, publish: Publish) -> None:
    publish(headline="Cuisine")
    assert corrections(session, "electrcien") == []


def test_a_private_word_is_never_proposed(session: Session, publish: Publish) -> None:
    publish(rome=(("K1302", "Accompagnant / Accompagnante de personnes âgées"),))
    assert corrections(session, "agéees") == []


@pytest.mark.parametrize(
    ("word", "other", "count"),
    [
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "abcd", 1),
        ("abc", "xbc", 1),
        ("ab", "xyzt", 3),
    ],
)
def test_edits_count_letters(word: str, other: str, count: int) -> None:
    assert edits(word, other, 2) == count


def test_a_short_word_may_have_one_letter_wrong() -> None:
    assert [edits_max(word) for word in ("abc", "abcdefg", "electricienne")] == [1, 2, 3]
