"""What nobody can search: who somebody is, however they said it."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.places.models import Commune
from app.search.learning import learn
from app.search.models import SearchProfile
from app.search.private import PRIVATE, WHO, says_who
from app.search.rules import SearchDocument, tags
from tests.conftest import START
from tests.search.conftest import Publish, found

SPOKEN = (
    "Moi c’est Aïcha, j’ai 19 ans, dix-neuf ans, je viens de Roubaix, du quartier de l’Alma. Je suis une "
    "jeune femme d’origine marocaine, musulmane, d’une famille arabe. Je suis mère de deux enfants et "
    "enceinte, handicapée. J’habite au 12 rue des Arts. Mon père est français, mes parents sont âgés."
)
ASKED = (
    *("19", "ans", "an", "19 ans", "dix-neuf", "dix neuf", "âge", "agée", "AGES", "jeune", "jeunes"),
    *("Aïcha", "aicha", "AÏCHA", "Roubaix", "roubaisienne", "Alma", "l'Alma", "quartier", "quartiers"),
    *("femme", "Femmes", "marocaine", "marocain", "maroc", "origine", "origines", "arabe", "musulman"),
    *("musulmane", "famille", "familial", "mère", "mere", "enfants", "enfant", "enceinte", "handicap"),
    *("handicapé", "père", "pere", "français", "francaise", "parents", "rue", "arts", "12"),
)


@pytest.fixture(autouse=True)
def communes(session: Session) -> None:
    for insee, name in (("59512", "Roubaix"), ("93066", "Saint-Denis")):
        session.add(
            Commune(insee=insee, name=name, department="59", postal_code="", latitude=50.0, longitude=3.0)
        )
    session.flush()


def test_what_was_spoken_of_oneself_cannot_be_searched(session: Session, publish: Publish) -> None:
    publish(headline="Aïcha, 19 ans, de Roubaix", texts=(SPOKEN,))
    assert [words for words in ASKED if found(session, words)] == []


def test_nor_when_it_was_written_as_a_skill(session: Session, publish: Publish) -> None:
    publish(skills=("19 ans, femme marocaine", "Mère de famille musulmane", "Roubaix", "Jeunes enfants"))
    assert [words for words in ASKED if found(session, words)] == []


def test_a_place_of_several_words_is_no_skill(session: Session, publish: Publish) -> None:
    publish(skills=("Je connais Saint-Denis", "Photoshop"))
    assert found(session, "denis") == []
    assert len(found(session, "photoshop")) == 1


def test_a_job_with_such_a_word_in_its_name_is_found(session: Session, publish: Publish) -> None:
    profile_id = publish(rome=(("J1104", "Sage-femme"),))
    publish(texts=("Je suis une femme.",))
    assert found(session, "sage-femme") == [profile_id]


def test_no_private_word_finds_who_says_it(session: Session, publish: Publish) -> None:
    publish(texts=(PRIVATE,), headline=PRIVATE, skills=(PRIVATE,))
    assert session.scalars(select(SearchProfile.tsv)).all() == [""]


def test_what_no_card_quotes_finds_nobody_either() -> None:
    assert set(WHO.split()) < set(PRIVATE.split())
    assert [word for word in WHO.split() if not says_who(f"Je dis {word}s.")] == []
    assert not says_who("Je parle anglais, je garde des enfants, j’ai un grand sens du service.")


def test_the_index_has_no_column_for_who_somebody_is() -> None:
    columns = {column.name for column in SearchProfile.__table__.columns}
    assert columns == {"profile_id", "updated_at", "zones", "cells", "tags", "tsv"}


def test_tags_say_what_is_looked_for_and_what_can_be_done() -> None:
    document = SearchDocument(
        profile_id=UUID(int=1),
        updated_at=START,
        headline="Femme, 19 ans",
        rome=(("D1106", "Vente"),),
        skills=("Roubaix",),
        competences=(("teamwork", "Travailler en équipe"),),
        contracts=("cdi",),
        languages=(("Arabe", "C2"),),
        departments=("59",),
        zones=((50.6, 3.1, 5.0),),
        education_level="bac",
        texts=("Je suis une femme.",),
    )
    kinds = {re.sub(":.*", "", tag) for tag in tags(document)}
    assert kinds == {
        *(
            "rome",
            "sector",
            "contract",
            "competence",
            "department",
            "language",
            "education",
            "available",
        ),
    }


def test_a_town_that_is_called_like_a_word_of_jobs_is_no_word_of_who_comes_from_there(
    session: Session, publish: Publish
) -> None:
    session.add(
        Commune(insee="80799", name="Ventes", department="27", postal_code="", latitude=49.0, longitude=1.0)
    )
    session.flush()
    publish(texts=("J’ai grandi à Ventes, puis ici.",))
    sells = publish(texts=("J’aime faire des ventes.",))
    assert found(session, "vente") == [sells]


def test_a_skill_that_several_share_and_that_names_a_town_is_not_learnt(
    session: Session, publish: Publish
) -> None:
    learn(session, skills=("Roubaix", "Photoshop"))
    publish(texts=("Je viens de Roubaix et je retouche sur Photoshop.",))
    assert found(session, "roubaix") == []
    assert len(found(session, "photoshop")) == 1
