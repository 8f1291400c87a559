"""The French words of the path: each step, and what is next."""

from typing import NamedTuple


class Next(NamedTuple):
    """What the big button says: a title, a sentence, the button (none when there is nothing to do)."""

    title: str
    sentence: str
    button: str = ""
    href: str = ""
    icon: str = "arrow-right"


STEP_LABELS = {
    "agreement": ("Accord", "/moi/accord"),
    "profile": ("Profil", "/moi/profil"),
    "script": ("Texte", "/moi/texte"),
    "video": ("Vidéo", "/moi/video"),
    "review": ("Relecture", "/moi/envoi"),
}
NEXT = {
    "agreement": Next(
        "Pour commencer : ton accord",
        "Tu lis, tu choisis ce que tu veux bien montrer. Tu peux changer d’avis quand tu veux.",
        "Donner mon accord",
        "/moi/accord",
        "shield-check",
    ),
    "headline": Next(
        "Dis qui tu es, en une phrase",
        "C’est la première chose que lit une entreprise.",
        "Remplir mon profil",
        "/moi/profil",
        "id-card",
    ),
    "jobs": Next(
        "Quel métier cherches-tu ?",
        "Un seul suffit, trois au plus.",
        "Choisir mes métiers",
        "/moi/profil/metiers",
        "briefcase",
    ),
    "contracts": Next(
        "Quel contrat t’intéresse ?",
        "CDI, stage, alternance : coche tout ce qui te va.",
        "Choisir mes contrats",
        "/moi/profil/metiers",
        "briefcase",
    ),
    "zones": Next(
        "Où veux-tu travailler ?",
        "Une ville et jusqu’où tu peux aller. Jamais ton adresse.",
        "Choisir mes lieux",
        "/moi/profil/zones",
        "map-pin",
    ),
    "script": Next(
        "Prépare ton texte",
        "Quatre petites parties, comme tu parles. Dix minutes suffisent.",
        "Écrire mon texte",
        "/moi/texte",
        "pencil",
    ),
    "video": Next(
        "À toi de jouer : la vidéo",
        "De 30 à 90 secondes, avec ton téléphone. Tu peux recommencer autant que tu veux.",
        "Faire ma vidéo",
        "/moi/video",
        "video",
    ),
    "processing": Next(
        "On prépare ta vidéo",
        "Tu peux fermer cette page : on continue sans toi.",
        "Voir où ça en est",
        "/moi/video",
        "hourglass",
    ),
    "send": Next(
        "Tout est prêt !",
        "Envoie ta présentation à la personne qui t’accompagne. Elle la relit, puis la met en ligne.",
        "Envoyer à relire",
        "/moi/envoi",
        "send",
    ),
    "send_newer": Next(
        "Ta nouvelle présentation est prête",
        "Fais-la relire : l’ancienne reste en ligne jusque-là.",
        "Envoyer à relire",
        "/moi/envoi",
        "send",
    ),
    "changes": Next(
        "Presque : il y a quelque chose à reprendre",
        "La personne qui t’accompagne t’a laissé un mot.",
        "Lire et reprendre",
        "/moi/envoi",
        "undo-2",
    ),
    "waiting": Next(
        "C’est en relecture",
        "La personne qui t’accompagne regarde. Tu recevras un mot.",
        "Voir mon envoi",
        "/moi/envoi",
        "hourglass",
    ),
    "guardian": Next(
        "Tout ce que tu peux préparer est prêt",
        "Tu as moins de 18 ans, ou on ne connaît pas ton âge. Pour filmer, envoyer et publier, il faudra "
        "l’autorisation signée d’un parent ou responsable : parles-en avec la personne qui t’accompagne.",
    ),
    "published": Next(
        "Tu es en ligne",
        "Les entreprises vérifiées voient ta présentation. On te dit qui l’a regardée.",
        "Qui m’a vu ?",
        "/moi/vues",
        "eye",
    ),
    "paused": Next(
        "Tu es en pause",
        "Les entreprises ne te voient pas. Reviens quand tu veux, en bas de cette page.",
    ),
    "placed": Next(
        "Bravo, tu as trouvé !",
        "Ton profil n’est plus montré. Si tu cherches à nouveau, renvoie-le à relire.",
        "Chercher à nouveau",
        "/moi/envoi",
        "refresh-cw",
    ),
}
