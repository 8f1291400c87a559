"""Demonstration data of our own making: a few communes and jobs, organisations, accounts, young people.

Names, companies and e-mail addresses are invented (`.example` is reserved: RFC 2606); the SIRET numbers only
pass the Luhn check.  Communes and ROME codes are a small hand-made sample.
"""

from dataclasses import dataclass, field
from datetime import date

from app.directory.rules import Brief
from app.places.qpv import Outline

PASSWORD = "une phrase de demonstration"  # noqa: S105 - printed in the README, refused outside development

# INSEE code, name, department, postal code, latitude, longitude of the centre.
COMMUNES = (
    ("59512", "Roubaix", "59", "59100", 50.69, 3.18),
    ("59599", "Tourcoing", "59", "59200", 50.72, 3.16),
    ("59350", "Lille", "59", "59000", 50.63, 3.06),
    ("59009", "Villeneuve-d’Ascq", "59", "59650", 50.63, 3.14),
    ("62041", "Arras", "62", "62000", 50.29, 2.77),
    ("93066", "Saint-Denis", "93", "93200", 48.94, 2.36),
    ("93001", "Aubervilliers", "93", "93300", 48.91, 2.38),
    ("93008", "Bobigny", "93", "93000", 48.91, 2.44),
    ("93014", "Clichy-sous-Bois", "93", "93390", 48.91, 2.55),
    ("75056", "Paris", "75", "75001", 48.86, 2.34),
    ("69259", "Vénissieux", "69", "69200", 45.70, 4.88),
    ("69256", "Vaulx-en-Velin", "69", "69120", 45.78, 4.92),
    ("69123", "Lyon", "69", "69001", 45.76, 4.84),
    ("13055", "Marseille", "13", "13001", 43.30, 5.37),
    ("31555", "Toulouse", "31", "31000", 43.60, 1.44),
    ("67482", "Strasbourg", "67", "67000", 48.57, 7.75),
    ("44109", "Nantes", "44", "44000", 47.22, -1.55),
    ("35238", "Rennes", "35", "35000", 48.11, -1.68),
    ("76540", "Rouen", "76", "76000", 49.44, 1.10),
    ("34172", "Montpellier", "34", "34000", 43.61, 3.88),
)

# By code: name, INSEE codes, outline of priority neighbourhoods of nobody, for the map to show something.
QPV: dict[str, tuple[str, list[str], Outline]] = {
    "QN59901M": (
        "Les Tisserands (démo)",
        ["59512"],
        [[[(3.168, 50.694), (3.181, 50.696), (3.186, 50.689), (3.179, 50.685), (3.169, 50.687)]]],
    ),
    "QN59902M": (
        "Le Canal (démo)",
        ["59512", "59599"],
        [[[(3.156, 50.703), (3.167, 50.706), (3.170, 50.700), (3.161, 50.698)]]],
    ),
}

# ROME code, label, everyday names.
JOBS = (
    ("D1106", "Vente en alimentation", ("Vendeur en boulangerie", "Vendeuse en boulangerie")),
    ("D1211", "Vente en articles de sport et loisirs", ("Vendeur sport", "Vendeuse sport")),
    ("D1507", "Mise en rayon libre-service", ("Employé libre-service", "Employée de rayon")),
    ("D1505", "Personnel de caisse", ("Hôte de caisse", "Hôtesse de caisse")),
    ("F1602", "Électricité bâtiment", ("Électricien du bâtiment", "Électricienne du bâtiment")),
    ("F1606", "Peinture en bâtiment", ("Peintre en bâtiment",)),
    ("F1603", "Installation d’équipements sanitaires et thermiques", ("Plombier", "Plombière")),
    ("G1602", "Personnel de cuisine", ("Commis de cuisine", "Cuisinier", "Cuisinière")),
    ("G1803", "Service en restauration", ("Serveur", "Serveuse")),
    ("J1501", "Soins d’hygiène, de confort du patient", ("Aide-soignant", "Aide-soignante")),
    ("K1302", "Assistance auprès d’adultes", ("Auxiliaire de vie",)),
    ("K1303", "Assistance auprès d’enfants", ("Animateur périscolaire", "Animatrice périscolaire")),
    ("K2204", "Nettoyage de locaux", ("Agent d’entretien", "Agente d’entretien")),
    ("M1601", "Accueil et renseignements", ("Hôte d’accueil", "Hôtesse d’accueil")),
    ("M1607", "Secrétariat", ("Secrétaire", "Assistant administratif")),
    ("M1805", "Études et développement informatique", ("Développeur web", "Développeuse web")),
    (
        "I1401",
        "Maintenance informatique et bureautique",
        ("Technicien informatique",),
    ),
    ("I1604", "Mécanique automobile", ("Mécanicien automobile", "Mécanicienne automobile")),
    (
        "N1103",
        "Magasinage et préparation de commandes",
        ("Préparateur de commandes",),
    ),
    ("N4105", "Conduite et livraison par tournées", ("Chauffeur-livreur", "Livreuse")),
)

STRUCTURE = "Mission locale du Val de Roubaix (démo)"
COMPANY = "Boulangeries Roux (démo)"
COMPANY_SIRET = "80314159700010"
COMPANY_ABOUT = (
    "Trois boulangeries, vingt-deux personnes. On commence à cinq heures, on finit à treize. "
    "Qui débute travaille un mois avec quelqu’un qui connaît le métier."
)
COMPANY_ENGAGED = ("PAQTE de Roubaix (démo)", date(2024, 3, 1))
PENDING_COMPANY = "Atelier Neuf (démo)"
PENDING_SIRET = "81271828600014"
# What the company that waits to be verified looks for: it may say so already.
NEED = Brief(
    job_code="D1106",
    department="59",
    contract="cdd",
    insee="59512",
    posts=2,
    word="Ouverture d’un second magasin. Horaires du matin, et l’on apprend sur place.",
)
FUNDER = "Financeur de la convention (démo)"


@dataclass(frozen=True)
class Youngster:
    """One resident of the demonstration: what they say, and how far they have come."""

    given_name: str
    family_name: str
    email: str
    born_on: date
    headline: str
    about: str
    job: str
    skills: tuple[str, ...]
    insee: str
    contracts: tuple[str, ...]
    language: tuple[str, str]
    spoken: tuple[str, str, str, str]
    colours: tuple[str, str] = field(default=("0xF4A261", "0x2A6F97"))
    goal: str = "published"


YOUNGSTERS = (
    Youngster(
        given_name="Aïcha",
        family_name="Benali",
        email="aicha@residents.example",
        born_on=date(2005, 4, 12),
        headline="Vendeuse en boulangerie, souriante et matinale",
        about="J’ai fait deux stages en boulangerie. J’aime le contact et le travail bien fait.",
        job="D1106",
        skills=("Accueil des clients", "Encaissement", "Hygiène alimentaire"),
        insee="59512",
        contracts=("cdi", "alternance"),
        language=("Arabe", "B2"),
        spoken=(
            "Bonjour, je m’appelle Aïcha. J’ai un CAP vente.",
            "J’ai fait deux stages en boulangerie, à Roubaix et à Lille.",
            "Je suis ponctuelle, souriante, et j’apprends vite.",
            "Je cherche un contrat en boulangerie. À bientôt, j’espère !",
        ),
    ),
    Youngster(
        given_name="Karim",
        family_name="Diallo",
        email="karim@residents.example",
        born_on=date(2004, 9, 3),
        headline="Électricien du bâtiment, titre professionnel obtenu en 2025",
        about="Tirage de câbles, pose d’appareillage, lecture de plans. Permis B en cours.",
        job="F1602",
        skills=("Lecture de plans", "Pose d’appareillage", "Travail en hauteur"),
        insee="93066",
        contracts=("cdi", "cdd", "interim"),
        language=("Anglais", "B1"),
        spoken=(
            "Bonjour, moi c’est Karim. Je suis électricien du bâtiment.",
            "J’ai travaillé six mois sur un chantier de rénovation.",
            "Je suis sérieux, motivé, et je respecte les règles de sécurité.",
            "Je suis disponible tout de suite. Merci de votre attention.",
        ),
        colours=("0x2A9D8F", "0x264653"),
    ),
    Youngster(
        given_name="Lina",
        family_name="Moreau",
        email="lina@residents.example",
        born_on=date(2006, 1, 22),
        headline="Développeuse web débutante, formée en neuf mois",
        about="Formation intensive en développement web. Deux sites réalisés pour des associations.",
        job="M1805",
        skills=("Python", "HTML et CSS", "Travail en équipe"),
        insee="69259",
        contracts=("alternance", "internship"),
        language=("Anglais", "C1"),
        spoken=(
            "Bonjour, je m’appelle Lina et je suis développeuse web.",
            "J’ai réalisé deux sites pour des associations de mon quartier.",
            "Je suis curieuse, patiente, et j’aime expliquer.",
            "Je cherche une alternance à partir de janvier. Merci !",
        ),
        colours=("0xE76F51", "0x5A189A"),
        goal="submitted",
    ),
    Youngster(
        given_name="Sofiane",
        family_name="Petit",
        email="sofiane@residents.example",
        born_on=date(2007, 6, 30),
        headline="",
        about="",
        job="G1602",
        skills=(),
        insee="59599",
        contracts=("immersion",),
        language=("Français", "C2"),
        spoken=("", "", "", ""),
        goal="draft",
    ),
)
