"""The axes of the convention: what each one will be judged on, and which ones the service follows today.

`face-2026` is an example: its five axes are those of the agreement signed on 6 September 2016 between the
Fondation agir contre l’exclusion and the ministère de la Ville.
Source: gestionsociale.fr, « La Face et le ministère de la Ville mobilisent 5000 entreprises » (2016).
"""

from dataclasses import dataclass

from app.words import N_


@dataclass(frozen=True)
class Axis:
    """One axis: its number in facts, its title, what is counted, whether facts exist for it here."""

    number: int
    code: str
    title: str
    counted: str
    is_followed: bool


AXES = (
    Axis(
        1,
        "inclusion_numerique",
        N_("Inclusion numérique"),
        N_("Jeunes filmés, profils publiés, vues qualifiées, contacts et réponses."),
        is_followed=True,
    ),
    Axis(
        2,
        "insertion",
        N_("Insertion sociale et professionnelle"),
        N_("Personnes très éloignées de l’emploi qui suivent un accompagnement renforcé."),
        is_followed=False,
    ),
    Axis(
        3,
        "stages_de_troisieme",
        N_("Stages de troisième"),
        N_("Collégiens des quartiers accueillis en entreprise, et stages préparés avec eux."),
        is_followed=False,
    ),
    Axis(
        4,
        "innovation",
        N_("Innovation économique et sociale"),
        N_("Projets lauréats repris dans de nouveaux quartiers."),
        is_followed=False,
    ),
    Axis(
        5,
        "contrats_de_ville",
        N_("Entreprises engagées dans les contrats de ville"),
        N_("Entreprises du réseau engagées par écrit, et leurs actions par territoire."),
        is_followed=False,
    ),
)


def not_followed() -> tuple[Axis, ...]:
    """Return the axes for which the service records no fact yet."""
    return tuple(axis for axis in AXES if not axis.is_followed)
