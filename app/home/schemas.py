"""The French words of the path: each step, and what is next."""

from typing import NamedTuple

from app.words import N_


class Next(NamedTuple):
    """What the big button says: a title, a sentence, the button (none when there is nothing to do).

    `posts` says that the button does it at once, instead of leading to a page.
    """

    title: str
    sentence: str
    button: str = ""
    href: str = ""
    icon: str = "arrow-right"
    posts: bool = False


STEP_LABELS = {
    "agreement": (N_("Accord"), "/moi/accord"),
    "profile": (N_("Profil"), "/moi/profil"),
    "script": (N_("Texte"), "/moi/texte"),
    "video": (N_("Vidéo"), "/moi/video"),
    "review": (N_("Relecture"), "/moi/envoi"),
}
# How the step of the video is called for whoever presents themselves otherwise.
OTHERWISE = {
    "text": (N_("Sans vidéo"), "/moi/presentation"),
    "voice": (N_("Voix"), "/moi/video"),
}
NEXT = {
    "agreement": Next(
        N_("Pour commencer : ton accord"),
        N_("Tu lis, tu choisis ce que tu veux bien montrer. Tu peux changer d’avis quand tu veux."),
        N_("Donner mon accord"),
        "/moi/accord",
        "shield-check",
    ),
    "agreement_missing": Next(
        "Il manque ton accord",
        N_("Sans ton oui, rien n’est montré. Tu relis, tu choisis, et tu peux changer d’avis quand tu veux."),
        N_("Donner mon accord"),
        "/moi/accord",
        "shield-check",
    ),
    "headline": Next(
        N_("Dis qui tu es, en une phrase"),
        N_("C’est la première chose que lit une entreprise."),
        N_("Remplir mon profil"),
        "/moi/profil",
        "id-card",
    ),
    "jobs": Next(
        N_("Quel métier cherches-tu ?"),
        N_("Un seul suffit, trois au plus."),
        N_("Choisir mes métiers"),
        "/moi/profil/metiers",
        "briefcase",
    ),
    "contracts": Next(
        N_("Quel contrat t’intéresse ?"),
        N_("CDI, stage, alternance : coche tout ce qui te va."),
        N_("Choisir mes contrats"),
        "/moi/profil/metiers",
        "briefcase",
    ),
    "zones": Next(
        N_("Où veux-tu travailler ?"),
        N_("Une ville et jusqu’où tu peux aller. Jamais ton adresse."),
        N_("Choisir mes lieux"),
        "/moi/profil/zones",
        "map-pin",
    ),
    "script": Next(
        N_("Prépare ton texte"),
        N_("Quatre petites parties, comme tu parles. Dix minutes suffisent."),
        N_("Écrire mon texte"),
        "/moi/texte",
        "pencil",
    ),
    "video": Next(
        N_("À toi de jouer : la vidéo"),
        N_("De 30 à 90 secondes, avec ton téléphone. Tu peux recommencer autant que tu veux."),
        N_("Faire ma vidéo"),
        "/moi/video",
        "video",
    ),
    "processing": Next(
        N_("On prépare ta vidéo"),
        N_("Tu peux fermer cette page : on continue sans toi."),
        N_("Voir où ça en est"),
        "/moi/video",
        "hourglass",
    ),
    "voice": Next(
        N_("À toi de jouer : ta voix"),
        N_("De 30 à 90 secondes, sans image. Tu peux recommencer autant que tu veux."),
        N_("Enregistrer ma voix"),
        "/moi/video",
        "mic",
    ),
    "processing_voice": Next(
        N_("On prépare ta voix"),
        N_("Tu peux fermer cette page : on continue sans toi."),
        N_("Voir où ça en est"),
        "/moi/video",
        "hourglass",
    ),
    "captions": Next(
        N_("Tes sous-titres : lis-les, corrige, valide"),
        N_(
            "Beaucoup d’entreprises regardent sans le son. Sans sous-titres validés, rien n’est mis en ligne."
        ),
        N_("Voir mes sous-titres"),
        "/moi/video/sous-titres",
        "captions",
    ),
    "send": Next(
        N_("Tout est prêt !"),
        N_("Envoie ta présentation à la personne qui t’accompagne. Elle la relit, puis la met en ligne."),
        N_("Envoyer à relire"),
        "/moi/envoi",
        "send",
    ),
    "send_newer": Next(
        N_("Ta nouvelle présentation est prête"),
        N_("Fais-la relire : l’ancienne reste en ligne jusque-là."),
        N_("Envoyer à relire"),
        "/moi/envoi",
        "send",
    ),
    "changes": Next(
        N_("Presque : il y a quelque chose à reprendre"),
        N_("La personne qui t’accompagne t’a laissé un mot."),
        N_("Lire et reprendre"),
        "/moi/envoi",
        "undo-2",
    ),
    "waiting": Next(
        N_("C’est en relecture"),
        N_("La personne qui t’accompagne regarde. Tu recevras un mot."),
        N_("Voir mon envoi"),
        "/moi/envoi",
        "hourglass",
    ),
    "guardian": Next(
        N_("Tout ce que tu peux préparer est prêt"),
        N_("Bravo, c’est fait. Tu peux encore relire et changer ton texte quand tu veux."),
        N_("Relire mon texte"),
        "/moi/texte",
        "file-text",
    ),
    "published": Next(
        N_("Tu es en ligne"),
        N_("Les entreprises vérifiées voient ta présentation. On te dit qui l’a regardée."),
        N_("Qui m’a vu ?"),
        "/moi/vues",
        "eye",
    ),
    "paused": Next(
        "Tu es en pause",
        "Les entreprises ne te voient pas. Tu reviens quand tu veux.",
        N_("Revenir en ligne"),
        "/moi/reprise",
        "play",
        posts=True,
    ),
    "return": Next(
        N_("Bravo, tu as trouvé !"),
        N_(
            "Ton profil n’est plus montré. C’est parti trop vite, ou tu cherches encore ? Reviens en ligne "
            "tel quel, sans nouvelle relecture."
        ),
        N_("Revenir en ligne"),
        "/moi/reprise",
        "undo-2",
        posts=True,
    ),
    "placed": Next(
        N_("Bravo, tu as trouvé !"),
        N_("Ton profil n’est plus montré. Si tu cherches à nouveau, envoie-le à relire."),
        N_("Chercher à nouveau"),
        "/moi/envoi",
        "refresh-cw",
    ),
}
