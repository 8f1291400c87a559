"""Forty searches as recruiters write them, each with the people who must be among the first ten.

Those are planted in the crowd, most of them older than a thousand others whom a common word of the search
finds too: they are reached by a filter, or by a rarer word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.search.asking import Near, SearchQuery
from app.search.queries import find, find_or_help
from app.search.rules import SearchDocument
from app.search.service import index
from benchmarks.crowd import FIRST_AT, SPAN

FIRST = 10
OLD, NEW = 0.02, 0.98  # of the time that the crowd took to come
GUERET, AJACCIO, MENDE, FOIX = (46.17, 1.87), (41.93, 8.74), (44.52, 3.5), (42.97, 1.61)
BREST, ROUBAIX, PARIS = (48.39, -4.49), (50.69, 3.18), (48.86, 2.34)
BAKER, PAINTER = ("D1106", "Vente en alimentation"), ("F1606", "Peinture en bâtiment")
ELECTRICIAN, COOK = ("F1602", "Électricité bâtiment"), ("G1602", "Personnel de cuisine")
DEVELOPER, CARER = ("M1805", "Études et développement informatique"), ("J1501", "Soins d’hygiène, de confort")
DRIVER, MECHANIC = ("N4105", "Conduite et livraison par tournées"), ("I1604", "Mécanique automobile")


@dataclass(frozen=True)
class Question:
    """What is asked, and what those who must be found say; `when` is their place in the crowd, 0 the oldest.

    `people` say so, who must all be found.
    """

    query: SearchQuery
    said: dict[str, Any] = field(default_factory=dict)
    when: float = OLD
    people: int = 1


def asked(words: str = "", **filters: Any) -> SearchQuery:
    """Write a search."""
    return SearchQuery(words=words, **filters)


def at(*places: tuple[float, float], radius_km: float = 10.0) -> tuple[tuple[float, float, float], ...]:
    """Write work zones."""
    return tuple((*place, radius_km) for place in places)


QUESTIONS = (
    # A rare word, however it is written.
    Question(asked("arduino"), {"skills": ("Arduino",)}),
    Question(asked("ARDUINO électronique"), {"skills": ("Arduino", "Électronique")}),
    Question(asked("ukulele"), {"skills": ("Ukulélé",)}),
    Question(asked("macramé"), {"skills": ("Macrame",)}),
    Question(asked("oenotourisme"), {"skills": ("Œnotourisme",)}),
    Question(asked("œnotouristique"), {"skills": ("Oenotouristique",)}),
    Question(asked("podcasts"), {"skills": ("Podcast",)}),
    Question(asked("l'origami"), {"skills": ("Origami",)}),
    Question(asked("figma blender"), {"skills": ("Blender", "Figma")}, people=3),
    Question(asked("wordpress"), {"skills": ("WordPress",)}, people=5),
    # A common word beside a rare one.
    Question(asked("motivé jonglage"), {"texts": ("Je suis motivée.",), "skills": ("Jonglage",)}),
    Question(asked("vendeur crochet"), {"rome": (BAKER,), "skills": ("Crochet",), "headline": "Vendeuse"}),
    Question(asked("informatique revit"), {"rome": (DEVELOPER,), "skills": ("Revit",)}),
    Question(
        asked("peintre graffitis"), {"rome": (PAINTER,), "skills": ("Graffiti",), "headline": "Peintre"}
    ),
    Question(asked("cuisine sarrasin"), {"rome": (COOK,), "skills": ("Galettes de sarrasin",)}),
    Question(asked("conduite hayon"), {"rome": (DRIVER,), "skills": ("Hayon élévateur",)}),
    # A common word, and filters.
    Question(
        asked("motivée", near=Near(*GUERET, 5), contract="internship", language="turc", language_level="C2"),
        {
            "zones": at(GUERET),
            "contracts": ("internship",),
            "languages": (("Turc", "C2"),),
            "headline": "Motivé",
        },
    ),
    Question(
        asked("electricien", department="2A", rome="F1602"), {"rome": (ELECTRICIAN,), "departments": ("2A",)}
    ),
    Question(
        asked("ponctuelle équipe", near=Near(*MENDE), competences=("digital", "learning")),
        {
            "zones": at(MENDE, radius_km=5.0),
            "texts": ("Je suis ponctuel, j’aime travailler en équipe.",),
            "competences": (("digital", "Utiliser le numérique"), ("learning", "Apprendre vite")),
        },
    ),
    Question(
        asked(
            "vente", department="09", contract="interim", language="turc", language_level="C1", rome="D1106"
        ),
        {
            "rome": (BAKER,),
            "departments": ("09",),
            "contracts": ("interim",),
            "languages": (("Turc", "C2"),),
        },
    ),
    Question(
        asked("permis", near=Near(*FOIX), rome="N4105", available_by=date(2025, 11, 1)),
        {"rome": (DRIVER,), "zones": at(FOIX), "skills": ("Permis",), "available_on": date(2025, 10, 1)},
    ),
    Question(asked("électricienne", near=Near(*AJACCIO, 20)), {"rome": (ELECTRICIAN,), "zones": at(AJACCIO)}),
    Question(
        asked("sérieux", department="971", sector="J"),
        {"rome": (CARER,), "departments": ("971",), "texts": ("Je suis sérieuse.",)},
    ),
    Question(
        asked("mecanicien", department="48", contract="alternance"),
        {
            "rome": (MECHANIC,),
            "departments": ("48",),
            "contracts": ("alternance",),
            "headline": "Mécanicienne",
        },
    ),
    # Filters alone.
    Question(asked(near=Near(*MENDE), rome="M1805"), {"rome": (DEVELOPER,), "zones": at(MENDE)}),
    Question(asked(department="973", rome="G1602"), {"rome": (COOK,), "departments": ("973",)}, people=2),
    Question(
        asked(language="arabe", language_level="C2", near=Near(*AJACCIO), contract="cdi", rome="F1606"),
        {
            "rome": (PAINTER,),
            "languages": (("Arabe", "C2"),),
            "zones": at(AJACCIO),
            "contracts": ("cdi",),
        },
    ),
    Question(asked(sector="I", department="975"), {"rome": (MECHANIC,), "departments": ("975",)}),
    Question(
        asked(near=Near(*GUERET), sort="nearest", rome="J1501"),
        {"rome": (CARER,), "zones": at(GUERET, radius_km=5.0)},
    ),
    Question(
        asked(near=Near(*BREST, 10), rome="I1604", contract="immersion", sort="nearest"),
        {"rome": (MECHANIC,), "zones": at(PARIS, BREST), "contracts": ("immersion",)},
    ),
    # The newest of many who say the same.
    Question(
        asked("vente", near=Near(*ROUBAIX)),
        {"rome": (BAKER,), "headline": "Vente", "zones": at(ROUBAIX)},
        1.01,
    ),
    Question(
        asked("vendeuses"), {"rome": (BAKER,), "headline": "Vendeur, vente", "skills": ("Vente",)}, 1.02
    ),
    Question(asked(sort="newest"), {"headline": "Qui vient d’arriver"}, 1.05),
    Question(asked("motivé", sort="newest"), {"texts": ("Je suis motivée.",)}, 1.06),
    # Typing errors, put right where hardly anybody is found.
    Question(asked("electrcien", department="2B"), {"rome": (ELECTRICIAN,), "departments": ("2B",)}),
    Question(
        asked("boulangrie", department="974"),
        {"rome": (BAKER,), "departments": ("974",), "headline": "Boulangerie"},
    ),
    Question(
        asked("devlopement informatique", department="972"), {"rome": (DEVELOPER,), "departments": ("972",)}
    ),
    Question(asked("mécanicein", near=Near(*FOIX)), {"rome": (MECHANIC,), "zones": at(FOIX)}),
    Question(
        asked("motivvé", department="976", rome="N4105"),
        {"rome": (DRIVER,), "departments": ("976",), "texts": ("Motivée",)},
    ),
    Question(
        asked("patiserie"), {"headline": "Pâtisserie", "rome": (BAKER,), "skills": ("Pâtisserie",)}, 1.03
    ),
)


def planted() -> Iterator[tuple[Question, SearchDocument]]:
    """Yield those who must be found, with the question that must find them."""
    for number, question in enumerate(QUESTIONS):
        for person in range(question.people):
            yield (
                question,
                SearchDocument(
                    profile_id=UUID(int=(number << 8 | person) + 1),
                    updated_at=FIRST_AT + SPAN * question.when + timedelta(minutes=person),
                    **{"headline": ""} | question.said,
                ),
            )


def plant(session: Session) -> None:
    """Index those who must be found."""
    for _, document in planted():
        index(session, document)


def answered(session: Session, query: SearchQuery) -> tuple[UUID, ...]:
    """Return the first ids that the results page leads to: its own, then those of the first correction."""
    page, help_ = find_or_help(session, query)
    ids = page.ids
    for phrase in help_.spellings[:1]:
        ids += find(session, replace(query, words=phrase)).ids
    return ids[:FIRST]


def missed(session: Session) -> list[tuple[Question, UUID]]:
    """List who was not among the first ten, and for which question."""
    return [
        (question, document.profile_id)
        for question, document in planted()
        if document.profile_id not in answered(session, question.query)
    ]
