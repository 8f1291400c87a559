"""The texts that people agree to, by version: what is agreed stays readable after the next one is written."""

from dataclasses import dataclass

NOVEMBER_2026 = "2026-11"


@dataclass(frozen=True)
class ConsentText:
    """One text: its title, what one agrees to, what follows from it, and the word by which one agrees."""

    kind: str
    version: str
    title: str
    agreed: str
    follows: tuple[str, ...]
    word: str


WHO_SEES = "la personne qui m’accompagne, puis les entreprises vérifiées, connectées à leur compte."
WHAT_FOR = "sur Vis-à-vis, pour m’aider à trouver un emploi, un stage ou une formation."

# What the page of a resident shows, in this order.
TEXTS: tuple[ConsentText, ...] = (
    ConsentText(
        kind="image_and_voice",
        version=NOVEMBER_2026,
        title="Ma vidéo : mon image et ma voix",
        agreed=f"J’accepte que ma vidéo soit enregistrée, préparée et montrée {WHAT_FOR}",
        follows=(
            f"Qui la voit : {WHO_SEES}",
            "Son texte, une fois relu, est montré à côté : pour qui n’entend pas, ou préfère lire.",
            "Elle n’est ni vendue, ni analysée par une machine qui jugerait mon visage ou ma voix.",
            "La vidéo d’origine est effacée dès que ma présentation est approuvée.",
        ),
        word="Oui, pour ma vidéo",
    ),
    ConsentText(
        kind="voice",
        version=NOVEMBER_2026,
        title="Ma voix seule, sans image",
        agreed=f"J’accepte que ma voix soit enregistrée, préparée et écoutée {WHAT_FOR}",
        follows=(
            f"Qui l’écoute : {WHO_SEES}",
            "Son texte, une fois relu, est montré à côté : pour qui n’entend pas, ou préfère lire.",
            "Aucune image de moi n’est demandée.",
        ),
        word="Oui, pour ma voix",
    ),
    ConsentText(
        kind="text",
        version=NOVEMBER_2026,
        title="Mon texte",
        agreed=f"J’accepte que mon profil et mon texte soient montrés {WHAT_FOR}",
        follows=(
            f"Qui le lit : {WHO_SEES}",
            "Mon nom de famille n’est pas montré en entier.",
            "Mon téléphone et mon e-mail restent cachés tant que je n’ai pas dit oui à une entreprise.",
        ),
        word="Oui, pour mon texte",
    ),
)

PARTNER_TEXT = ConsentText(
    kind="partner",
    version=NOVEMBER_2026,
    title="Les partenaires",
    agreed=(
        "Un partenaire est un organisme qui aide à trouver du travail. Si tu lui dis oui, il reçoit ce que "
        "les entreprises voient de ton profil et peut le montrer à ses propres recruteurs."
    ),
    follows=(
        "Tu choisis un par un. Dire non ne change rien pour toi ici.",
        "Ton téléphone, ton e-mail, ta date de naissance et ton adresse ne leur sont jamais donnés.",
    ),
    word="Oui",
)
