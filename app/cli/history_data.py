"""Demonstration data of the past: structures, companies, residents who found a job, how a year goes.

All names are invented; the SIRET numbers begin as no real one does, and pass the Luhn check.
"""

from dataclasses import dataclass
from datetime import date, timedelta

STRUCTURE_FILMED = 104
# Of those who were filmed and erased since: in a priority neighbourhood, and where nobody knows.
FILMED_IN_QPV = 237
FILMED_UNKNOWN = 7
# Published by their voice alone, never filmed.
VOICES = 20


@dataclass(frozen=True)
class OtherStructure:
    """A structure of another department: its adviser's name, how many it filmed."""

    name: str
    city: str
    department: str
    adviser: tuple[str, str]
    email: str
    filmed: int


STRUCTURES = (
    OtherStructure(
        "Mission locale des Deux Beffrois (démo)",
        "Arras",
        "62",
        ("Julien", "Caron"),
        "conseil-62@visavis.example",
        66,
    ),
    OtherStructure(
        "Maison de l’emploi de la Plaine (démo)",
        "Saint-Denis",
        "93",
        ("Fatou", "Ndiaye"),
        "conseil-93@visavis.example",
        86,
    ),
    OtherStructure(
        "Club d’entreprises du Rhône (démo)",
        "Vénissieux",
        "69",
        ("Hugo", "Perrin"),
        "conseil-69@visavis.example",
        59,
    ),
    OtherStructure(
        "Centre de formation des Batignolles (démo)",
        "Paris",
        "75",
        ("Nora", "Lemoine"),
        "conseil-75@visavis.example",
        16,
    ),
    # So few that they are shown to nobody outside: what is done about small numbers can be seen.
    OtherStructure(
        "Mission locale du Vallon (démo)",
        "Marseille",
        "13",
        ("Élise", "Rossi"),
        "conseil-13@visavis.example",
        4,
    ),
)


@dataclass(frozen=True)
class Watcher:
    """A company that watches: its sections of the NAF, and the given and family names of who recruits."""

    name: str
    siret: str
    city: str
    department: str
    sectors: tuple[str, ...]
    recruiters: tuple[tuple[str, str], ...]


COMPANIES = (
    Watcher(
        "Atelier Lumen (démo)",
        "00010001600013",
        "Roubaix",
        "59",
        ("F",),
        (("Anne", "Delcourt"), ("Bilel", "Saïdi")),
    ),
    Watcher(
        "Le Fournil des Quais (démo)",
        "00010002400017",
        "Lille",
        "59",
        ("C", "G"),
        (("Luc", "Wattel"), ("Maud", "Picard")),
    ),
    Watcher("Nette Cité (démo)", "00010003200010", "Tourcoing", "59", ("N",), (("Rachid", "Amrani"),)),
    Watcher(
        "Transports Alizon (démo)",
        "00010004000013",
        "Arras",
        "62",
        ("H",),
        (("Cécile", "Alizon"), ("Tom", "Braquart")),
    ),
    Watcher("Maison Delvaux (démo)", "00010005700017", "Arras", "62", ("I",), (("Yves", "Delvaux"),)),
    Watcher("Clinique des Peupliers (démo)", "00010006500010", "Arras", "62", ("Q",), (("Sonia", "Leroy"),)),
    Watcher(
        "Bâti Plaine (démo)",
        "00010007300014",
        "Saint-Denis",
        "93",
        ("F",),
        (("Marc", "Oliveira"), ("Awa", "Touré")),
    ),
    Watcher(
        "Logis Express (démo)",
        "00010008100017",
        "Aubervilliers",
        "93",
        ("H",),
        (("Igor", "Petrov"), ("Lise", "Morel")),
    ),
    Watcher("Studio Pixel d’Est (démo)", "00010009900019", "Bobigny", "93", ("J",), (("Kenza", "Belkacem"),)),
    Watcher(
        "Brasserie du Canal Neuf (démo)", "00010010700010", "Paris", "75", ("I",), (("Simon", "Garnier"),)
    ),
    Watcher("Hôtel des Trois Gares (démo)", "00010011500013", "Paris", "75", ("I",), (("Mei", "Chen"),)),
    Watcher(
        "Garage Vallon (démo)",
        "00010012300017",
        "Vénissieux",
        "69",
        ("G",),
        (("Denis", "Vallon"), ("Sara", "Cohen")),
    ),
    Watcher("Crèches Petit Pas (démo)", "00010013100010", "Lyon", "69", ("Q",), (("Claire", "Bonnet"),)),
    Watcher(
        "Primeurs Bonaventure (démo)", "00010014900012", "Marseille", "13", ("G",), (("Toni", "Bonaventure"),)
    ),
)
RECRUITER = "recrute-{}@visavis.example"


@dataclass(frozen=True)
class Placed:
    """A resident who was filmed, watched, and has found since: their video went with their agreement."""

    given_name: str
    family_name: str
    email: str
    born_on: date
    headline: str
    lives_in_qpv: bool = True
    duration_s: float = 38


PLACED = (
    Placed("Inès", "Faure", "ines@residents.example", date(2004, 2, 8), "Aide-soignante"),
    Placed("Malik", "Sow", "malik@residents.example", date(2003, 11, 19), "Préparateur de commandes"),
    Placed("Jade", "Lemaire", "jade@residents.example", date(2006, 5, 2), "Serveuse", lives_in_qpv=False),
    Placed("Yanis", "Cherif", "yanis@residents.example", date(2005, 8, 27), "Mécanicien automobile"),
    Placed("Chloé", "Silva", "chloe@residents.example", date(2002, 12, 14), "Secrétaire"),
)

# What share of a film each of those who watch it sees, and what those who saw enough of it say then.
WATCHED = (1.0, 0.9, 1.0, 0.55, 1.0, 0.75, 0.35, 0.15)
SAID = ("confirmed", "learned", "confirmed", "changed", "learned", "confirmed", "changed", "confirmed")

# From a month and day to another, how much less is filmed.  Source: about the school holidays of one zone.
QUIET = (((2, 13), (2, 28)), ((4, 10), (4, 25)), ((7, 4), (8, 31)), ((10, 17), (11, 1)), ((12, 19), (12, 31)))
QUIET_PACE = 0.35

# How often what happens, in shares and by weights; how long it takes, in days.
PUBLISHED = 0.95
WATCHED_BY = (6, 14, 20, 20, 16, 12, 8, 4)  # no recruiter, one, two…
NEIGHBOUR = 5  # times likelier to watch than the company of another department
WATCHED_AFTER_DAYS = 7
SEEN_AGAIN = 0.2
WRITTEN_TO = 0.3
KINDS = {"interview": 44, "immersion": 20, "internship": 12, "alternance": 14, "job": 10}
ANSWERED_AFTER_DAYS = 3
ANSWERED_WITHIN = timedelta(days=15)
ACCEPTED = 0.68
REASONS = {"not_interested": 30, "too_far": 25, "already_placed": 20, "not_available": 20, "other": 5}
SILENT = 0.1
WORDS = {"appointment": 60, "reply": 15, "not_retained": 25}
WORD_DAYS_MAX = 5
FIRST = {"interview": 90, "training": 10}
OUTCOME_DAYS = (1, 8)
THEN_A_JOB = 0.35
JOB_DAYS = (4, 14)
CONTRACTS = {"cdi": 30, "cdd": 45, "interim": 25}
KNOWN_BY = {"attested": 62, "declared": 25, "computed": 13}
SIDES = {"recruiter": 50, "resident": 30, "adviser": 20}
VERDICTS = {"confirmed": 86, "disputed": 3, "": 11}
VERDICT_DAYS_MAX = 5
