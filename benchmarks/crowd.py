"""A crowd of published profiles, made by rule from a seed, as search keeps them.

Jobs and communes are those of the demonstration, or real ones in the folder that VISAVIS_BENCH_REFDATA names
(communes.csv, rome_codes.csv and rome_appellations.csv of France Travail and the Insee).
"""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from app.cli import demo_data
from app.places import service as places
from app.places.service import CommuneRow, JobRow, TitleRow
from app.profiles.rules import COMPETENCES, CONTRACT_TYPES, EDUCATION_LEVELS, RADII_KM
from app.search.learning import learn
from app.search.rules import LEVELS, SearchDocument, Stems, cells_of, tags, vector
from app.search.service import vocabulary
from app.search.stemming import lexemes_of_each

FIRST_AT = datetime(2024, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=730)
SEED = 5
LANGUAGES = ("Anglais", "Arabe", "Espagnol", "Portugais", "Turc", "Allemand", "Italien")
# Where most people are: INSEE codes, the largest first.
CITIES = ("75056", "13055", "69123", "31555", "44109", "34172", "67482", "59350", "35238", "93066", "59512")
CITY_SHARE = 0.6
SKILLS = (
    *("Accueil des clients", "Encaissement", "Mise en rayon", "Hygiène alimentaire", "Lecture de plans"),
    *("Travail en hauteur", "Bureautique", "Excel", "Photoshop", "Permis B", "Conduite d’engins", "Soudure"),
    *("Gestion des stocks", "Préparation de commandes", "Prise de rendez-vous", "Premiers secours"),
    *("Nettoyage industriel", "Cuisine collective", "Pâtisserie", "Dépannage informatique", "Couture"),
    *("Peinture", "Plomberie", "Aide à la personne", "Garde d’enfants", "Animation de groupe", "Vente"),
)
ADJECTIVES = (
    *("motivée", "motivé", "ponctuelle", "souriant", "sérieuse", "autonome", "dynamique", "curieux"),
    *("polyvalente", "rigoureux", "patiente", "organisé", "matinale", "disponible"),
)
SENTENCES = (
    "Bonjour, je m’appelle Aïcha et j’ai dix-neuf ans, je viens de Roubaix.",
    "Je suis très motivée et j’apprends vite.",
    "J’ai fait un stage de six semaines dans un magasin, à la caisse et au rayon.",
    "J’aime travailler en équipe et rendre service aux clients.",
    "Je suis ponctuelle, sérieuse, et je sais m’organiser.",
    "J’ai travaillé l’été dans la restauration, en salle et en cuisine.",
    "Je cherche un contrat en alternance dans une entreprise près de chez moi.",
    "J’ai le permis et je peux commencer tôt le matin.",
    "J’ai aidé mon oncle sur des chantiers : peinture, carrelage, petite maçonnerie.",
    "Je me débrouille en informatique et j’aime réparer des ordinateurs.",
    "On me dit souvent que je suis calme et à l’écoute.",
    "J’ai fait de la livraison à vélo pendant un an.",
    "Je suis bénévole dans une association, à l’accueil.",
    "Je veux devenir autonome et progresser dans ce métier.",
    "J’ai préparé des commandes dans un entrepôt, de nuit.",
    "Le contact avec le public ne me fait pas peur.",
    "J’ai gardé les enfants de mes voisins pendant trois ans.",
    "Je suis curieux, je pose des questions, je note tout.",
    "Merci de m’avoir écoutée, à bientôt.",
    "J’ai un diplôme de vente et une formation aux premiers secours.",
)


@dataclass(frozen=True)
class Reference:
    """Jobs (code, label), their names (label, code) and communes, those of the cities first."""

    jobs: Sequence[JobRow]
    titles: Sequence[TitleRow]
    communes: Sequence[CommuneRow]


@dataclass
class Known:
    """What was stemmed already: the lexemes of a phrase, and the vocabulary."""

    session: Session
    stems: dict[str, list[str]] = field(default_factory=dict)
    allowed: set[str] = field(default_factory=set)

    def learn(self, phrases: Sequence[str]) -> None:
        """Stem phrases that will be asked for."""
        new = sorted(set(phrases) - set(self.stems))
        self.stems.update(zip(new, lexemes_of_each(self.session, new), strict=True))
        self.allowed |= vocabulary(self.session, {lexeme for each in self.stems.values() for lexeme in each})[
            0
        ]

    def of(self, phrases: Sequence[str]) -> list[str]:
        """Return the lexemes of phrases together, each once."""
        return sorted({lexeme for phrase in phrases for lexeme in self.stems[phrase]})


def reference() -> Reference:
    """Read the jobs and communes, real ones where a folder of them is named."""
    folder = os.environ.get("VISAVIS_BENCH_REFDATA")
    if not folder:
        titles = [TitleRow(title, code) for code, _, names in demo_data.JOBS for title in names]
        jobs = [JobRow(code, label) for code, label, _ in demo_data.JOBS]
        return Reference(jobs, titles, cities_first([CommuneRow(*row) for row in demo_data.COMMUNES]))
    jobs = [JobRow(row["code_rome"], row["libelle_rome"]) for row in rows_of(folder, "rome_codes", ";")]
    titles = [
        TitleRow(row["libelle_appellation_long"], row["rome_code"])
        for row in rows_of(folder, "rome_appellations", ";")
    ]
    communes = [
        CommuneRow(
            row["insee"],
            row["nom"],
            row["departement"],
            row["code_postal"],
            float(row["lat"]),
            float(row["lon"]),
        )
        for row in rows_of(folder, "communes", ",")
        if row["lat"]
    ]
    return Reference(jobs, titles, cities_first(communes))


def rows_of(folder: str, name: str, delimiter: str) -> Iterator[dict[str, str]]:
    """Read the rows of one file."""
    with (Path(folder) / f"{name}.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def cities_first(communes: list[CommuneRow]) -> list[CommuneRow]:
    """Put the cities before the others, which stay in the order of their codes."""
    return sorted(communes, key=lambda row: (row.insee not in CITIES, row.insee))


def load(session: Session, found: Reference) -> None:
    """Write the reference data, and let search learn its words."""
    places.load_communes(session, found.communes)
    places.load_jobs(session, found.jobs)
    places.load_titles(session, {row.label: row for row in found.titles}.values())
    learn(session, SKILLS, COMPETENCES)


def documents(found: Reference, size: int) -> Iterator[SearchDocument]:
    """Make that many profiles, the oldest first; the same ones at every run."""
    chance = Random(SEED)  # noqa: S311 - not a secret: the same crowd every time
    order = list(found.jobs)
    chance.shuffle(order)
    # A few jobs are sought by many, most by few.
    weights = list(accumulate(1 / (place + 3) for place in range(len(order))))
    for number in range(size):
        jobs = {
            job.code: job for job in chance.choices(order, cum_weights=weights, k=chance.choice((1, 1, 2)))
        }
        spots = {
            spot.insee: spot for spot in (some_place(found, chance) for _ in range(chance.choice((1, 1, 2))))
        }
        yield SearchDocument(
            profile_id=UUID(int=chance.getrandbits(48) << 80 | number),
            updated_at=FIRST_AT + SPAN * number / size,
            headline=f"{next(iter(jobs.values())).label}, {chance.choice(ADJECTIVES)}",
            rome=tuple((job.code, job.label) for job in jobs.values()),
            skills=tuple(chance.sample(SKILLS, 4)),
            competences=tuple(chance.sample(sorted(COMPETENCES.items()), 3)),
            contracts=tuple(chance.sample(CONTRACT_TYPES, chance.randint(1, 3))),
            languages=tuple((name, chance.choice(LEVELS)) for name in chance.sample(LANGUAGES, 2)),
            departments=tuple(sorted({spot.department for spot in spots.values()})),
            zones=tuple(
                (spot.latitude, spot.longitude, float(chance.choice(RADII_KM[:5]))) for spot in spots.values()
            ),
            education_level=chance.choice(EDUCATION_LEVELS),
            available_on=chance.choice((None, date(2026, chance.randint(1, 12), 1))),
            texts=tuple(chance.sample(SENTENCES, 6)),
        )


def some_place(found: Reference, chance: Random) -> CommuneRow:
    """Choose a commune: one of the cities more often than not."""
    near = chance.random() < CITY_SHARE
    return found.communes[
        chance.randrange(min(len(CITIES), len(found.communes)) if near else len(found.communes))
    ]


def known_phrases(session: Session, found: Reference) -> Known:
    """Stem all that the crowd says, once."""
    known = Known(session)
    known.learn([*(row.label for row in found.jobs), *(row.label for row in found.titles)])
    known.learn([*SKILLS, *ADJECTIVES, *SENTENCES, *LANGUAGES, *map(str, COMPETENCES.values())])
    return known


def lines(found: Reference, known: Known, size: int) -> Iterator[str]:
    """Yield the rows of the index, as COPY reads them."""
    titles: dict[str, list[str]] = {}
    for row in found.titles:
        titles.setdefault(row.code, []).append(row.label)
    stems_of = {row.code: known.of(titles.get(row.code, [])) for row in found.jobs}
    for said in documents(found, size):
        label, _, adjective = said.headline.rpartition(", ")
        stems = Stems(
            jobs=known.of([label for _, label in said.rome]),
            titles=sorted({lexeme for code, _ in said.rome for lexeme in stems_of[code]}),
            competences=known.of([label for _, label in said.competences]),
            languages=known.of([language for language, _ in said.languages]),
            headline=known.of([label, adjective]),
            skills=known.of(said.skills),
            texts=known.of(said.texts),
        )
        zones = ",".join(str(number) for zone in said.zones for number in zone)
        columns = (
            str(said.profile_id),
            said.updated_at.isoformat(),
            f"{{{zones}}}",
            f"{{{','.join(map(str, cells_of(said)))}}}",
            f"{{{','.join(tags(said))}}}",
            vector(stems, known.allowed),
        )
        yield "\t".join(columns).replace("\\", "\\\\") + "\n"
