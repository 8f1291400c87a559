"""The texts that people agree to, by version: what is agreed stays readable after the next one is written."""

from dataclasses import dataclass

from app.words import N_

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


WHO_SEES = N_("la personne qui m’accompagne, puis les entreprises vérifiées, connectées à leur compte.")
WHAT_FOR = N_("sur Vis-à-vis, pour m’aider à trouver un emploi, un stage ou une formation.")

# What the page of a resident shows, in this order.
TEXTS: tuple[ConsentText, ...] = (
    ConsentText(
        kind="image_and_voice",
        version=NOVEMBER_2026,
        title=N_("Ma vidéo : mon image et ma voix"),
        agreed=N_(
            "J’accepte que ma vidéo soit enregistrée, préparée et montrée %(what_for)s", what_for=WHAT_FOR
        ),
        follows=(
            N_("Qui la voit : %(who_sees)s", who_sees=WHO_SEES),
            N_("Son texte, une fois relu, est montré à côté : pour qui n’entend pas, ou préfère lire."),
            N_("Elle n’est ni vendue, ni analysée par une machine qui jugerait mon visage ou ma voix."),
            N_("La vidéo d’origine est effacée dès que ma présentation est approuvée."),
        ),
        word=N_("Oui, pour ma vidéo"),
    ),
    ConsentText(
        kind="voice",
        version=NOVEMBER_2026,
        title=N_("Ma voix seule, sans image"),
        agreed=N_(
            "J’accepte que ma voix soit enregistrée, préparée et écoutée %(what_for)s", what_for=WHAT_FOR
        ),
        follows=(
            N_("Qui l’écoute : %(who_sees)s", who_sees=WHO_SEES),
            N_("Son texte, une fois relu, est montré à côté : pour qui n’entend pas, ou préfère lire."),
            N_("Aucune image de moi n’est demandée."),
        ),
        word=N_("Oui, pour ma voix"),
    ),
    ConsentText(
        kind="text",
        version=NOVEMBER_2026,
        title=N_("Mon texte"),
        agreed=N_("J’accepte que mon profil et mon texte soient montrés %(what_for)s", what_for=WHAT_FOR),
        follows=(
            N_("Qui le lit : %(who_sees)s", who_sees=WHO_SEES),
            N_("Mon nom de famille n’est pas montré en entier."),
            N_("Mon téléphone et mon e-mail restent cachés tant que je n’ai pas dit oui à une entreprise."),
        ),
        word=N_("Oui, pour mon texte"),
    ),
)

PARTNER_TEXT = ConsentText(
    kind="partner",
    version=NOVEMBER_2026,
    title=N_("Les partenaires"),
    agreed=N_(
        "Un partenaire est un organisme qui aide à trouver du travail. Si tu lui dis oui, il reçoit ce que "
        "les entreprises voient de ton profil et peut le montrer à ses propres recruteurs."
    ),
    follows=(
        N_("Tu choisis un par un. Dire non ne change rien pour toi ici."),
        N_("Ton téléphone, ton e-mail, ta date de naissance et ton adresse ne leur sont jamais donnés."),
    ),
    word=N_("Oui"),
)
