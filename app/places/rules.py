"""Pure rules of places: how names are compared, what departments and sectors are called."""

import re
import unicodedata

from app.words import N_

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
SHORT_FORMS = {"st": "saint", "ste": "sainte"}
INSEE = re.compile(r"\d[\dAB]\d{3}")  # the code of a commune
ROME = re.compile(r"[A-N]\d{4}")  # the code of a job
NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
WITH_DEPARTMENT = re.compile(r"^(.*?)\s*\((\d[\dAB]\d?)\)\s*$", re.IGNORECASE)

# Source: Insee, code officiel géographique 2024.
DEPARTMENTS = {
    "01": "Ain",
    "02": "Aisne",
    "03": "Allier",
    "04": "Alpes-de-Haute-Provence",
    "05": "Hautes-Alpes",
    "06": "Alpes-Maritimes",
    "07": "Ardèche",
    "08": "Ardennes",
    "09": "Ariège",
    "10": "Aube",
    "11": "Aude",
    "12": "Aveyron",
    "13": "Bouches-du-Rhône",
    "14": "Calvados",
    "15": "Cantal",
    "16": "Charente",
    "17": "Charente-Maritime",
    "18": "Cher",
    "19": "Corrèze",
    "2A": "Corse-du-Sud",
    "2B": "Haute-Corse",
    "21": "Côte-d’Or",
    "22": "Côtes-d’Armor",
    "23": "Creuse",
    "24": "Dordogne",
    "25": "Doubs",
    "26": "Drôme",
    "27": "Eure",
    "28": "Eure-et-Loir",
    "29": "Finistère",
    "30": "Gard",
    "31": "Haute-Garonne",
    "32": "Gers",
    "33": "Gironde",
    "34": "Hérault",
    "35": "Ille-et-Vilaine",
    "36": "Indre",
    "37": "Indre-et-Loire",
    "38": "Isère",
    "39": "Jura",
    "40": "Landes",
    "41": "Loir-et-Cher",
    "42": "Loire",
    "43": "Haute-Loire",
    "44": "Loire-Atlantique",
    "45": "Loiret",
    "46": "Lot",
    "47": "Lot-et-Garonne",
    "48": "Lozère",
    "49": "Maine-et-Loire",
    "50": "Manche",
    "51": "Marne",
    "52": "Haute-Marne",
    "53": "Mayenne",
    "54": "Meurthe-et-Moselle",
    "55": "Meuse",
    "56": "Morbihan",
    "57": "Moselle",
    "58": "Nièvre",
    "59": "Nord",
    "60": "Oise",
    "61": "Orne",
    "62": "Pas-de-Calais",
    "63": "Puy-de-Dôme",
    "64": "Pyrénées-Atlantiques",
    "65": "Hautes-Pyrénées",
    "66": "Pyrénées-Orientales",
    "67": "Bas-Rhin",
    "68": "Haut-Rhin",
    "69": "Rhône",
    "70": "Haute-Saône",
    "71": "Saône-et-Loire",
    "72": "Sarthe",
    "73": "Savoie",
    "74": "Haute-Savoie",
    "75": "Paris",
    "76": "Seine-Maritime",
    "77": "Seine-et-Marne",
    "78": "Yvelines",
    "79": "Deux-Sèvres",
    "80": "Somme",
    "81": "Tarn",
    "82": "Tarn-et-Garonne",
    "83": "Var",
    "84": "Vaucluse",
    "85": "Vendée",
    "86": "Vienne",
    "87": "Haute-Vienne",
    "88": "Vosges",
    "89": "Yonne",
    "90": "Territoire de Belfort",
    "91": "Essonne",
    "92": "Hauts-de-Seine",
    "93": "Seine-Saint-Denis",
    "94": "Val-de-Marne",
    "95": "Val-d’Oise",
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
}

# What the first letter of a ROME code says.
# Source: France Travail, ROME 4.0, grands domaines.
SECTORS = {
    "A": N_("Agriculture et pêche, espaces naturels, soins aux animaux"),
    "B": N_("Arts et façonnage d’ouvrages d’art"),
    "C": N_("Banque, assurance, immobilier"),
    "D": N_("Commerce, vente et grande distribution"),
    "E": N_("Communication, média et multimédia"),
    "F": N_("Construction, bâtiment et travaux publics"),
    "G": N_("Hôtellerie-restauration, tourisme, loisirs et animation"),
    "H": N_("Industrie"),
    "I": N_("Installation et maintenance"),
    "J": N_("Santé"),
    "K": N_("Services à la personne et à la collectivité"),
    "L": N_("Spectacle"),
    "M": N_("Support à l’entreprise"),
    "N": N_("Transport et logistique"),
}


def fold(text: str) -> str:
    """Return the words of `text` in plain letters, lower case, one space apart: « L’Haÿ » is `l hay`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    words = NOT_A_LETTER.sub(" ", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    return " ".join(SHORT_FORMS.get(word, word) for word in words.split())


def split_department(text: str) -> tuple[str, str]:
    """Return the name and the department of « Saint-Denis (93) »; the department is empty without one."""
    found = WITH_DEPARTMENT.match(text)
    return (found[1], found[2].upper()) if found else (text.strip(), "")


def commune_label(name: str, department: str) -> str:
    """Return how a commune is written in a list: « Saint-Denis (93) »."""
    return f"{name} ({department})"


def departments_like(text: str, limit: int = 3) -> list[str]:
    """Return the numbers of the departments whose number or name begins so, in the order of the numbers."""
    typed = fold(text)
    if not typed:
        return []
    found = [
        code for code, name in DEPARTMENTS.items() if fold(code) == typed or fold(name).startswith(typed)
    ]
    return found[:limit]
