"""The parts of a script are found in what is said, even when it was said a little otherwise."""

import pytest

from app.directory.spoken_parts import chapters_said
from app.videos.schemas import Spoken

PARTS = [
    ("Qui je suis", "Bonjour, je m’appelle Aïcha. J’ai un CAP vente."),
    ("Mes points forts", "Je suis ponctuelle et souriante."),
    ("Ce que je cherche", "Je cherche un contrat. À bientôt !"),
]


def lines(*texts: str) -> list[Spoken]:
    """Say each line for two seconds."""
    return [Spoken(start_s=2 * at, end_s=2 * at + 2, text=text) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            [
                *("Bonjour, je m’appelle Aïcha.", "J’ai un CAP vente."),
                *("Je suis ponctuelle et souriante.", "Je cherche un contrat.", "À bientôt !"),
            ],
            [("Qui je suis", 0), ("Mes points forts", 4), ("Ce que je cherche", 6)],
        ),
        (
            ["Euh, salut, moi je m’appelle Aïcha, j’ai un CAP.", "Donc je suis ponctuelle."],
            [("Qui je suis", 0), ("Mes points forts", 2)],
        ),
        (["Bonjour, je m’appelle Aïcha.", "Merci."], []),
        (["Tout autre chose, sans rapport."], []),
        ([], []),
    ],
    ids=["as written", "a little otherwise", "one part alone", "something else", "nothing"],
)
def test_each_part_begins_where_its_first_words_are_said(
    said: list[str], expected: list[tuple[str, int]]
) -> None:
    found = chapters_said(PARTS, lines(*said))
    assert [(chapter.title, chapter.start_s) for chapter in found] == expected


def test_parts_said_in_another_order_never_go_back_in_time() -> None:
    said = lines("Je cherche un contrat. À bientôt !", "Bonjour, je m’appelle Aïcha. J’ai un CAP vente.")
    starts = [chapter.start_s for chapter in chapters_said(PARTS, said)]
    assert starts == sorted(starts)
