"""A text becomes captions that are read at a glance, and loses nothing."""

from hypothesis import given
from hypothesis import strategies as st

from app.videos.captions import LINE_MAX_CHARACTERS, LINES_MAX
from app.videos.cutting import blocks

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=90)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "  ", "\n", "\n\n", ", ", ". ", "\u00a0: "]))).map(
    lambda pairs: "".join(word + blank for word, blank in pairs)
)


def bare(text: str) -> str:
    """Leave the ASCII blanks out."""
    return "".join(text.split(" ")).replace("\n", "")


@given(TEXTS)
def test_no_sign_is_lost_and_none_changes_its_place(text: str) -> None:
    assert "".join(map(bare, blocks(text))) == bare(text)


@given(TEXTS)
def test_every_caption_has_at_most_two_lines_of_forty_two_characters(text: str) -> None:
    for block in blocks(text):
        lines = block.split("\n")
        assert 1 <= len(lines) <= LINES_MAX
        assert all(0 < len(line) <= LINE_MAX_CHARACTERS for line in lines)


@given(st.lists(st.text("abcdé’", min_size=1, max_size=42), max_size=60))
def test_a_word_that_a_line_can_hold_is_not_cut(words: list[str]) -> None:
    assert [word for block in blocks(" ".join(words)) for word in block.split()] == words


def test_a_caption_ends_where_one_breathes() -> None:
    text = (
        "Depuis deux ans, je travaille le samedi dans une boulangerie à Roubaix, "
        "où je sers les clients et je tiens la caisse. J’aime parler avec les gens."
    )
    assert blocks(text) == (
        "Depuis deux ans, je travaille le samedi\ndans une boulangerie à Roubaix,",
        "où je sers les clients\net je tiens la caisse.",
        "J’aime parler avec les gens.",
    )


def test_a_paragraph_begins_a_caption() -> None:
    assert blocks("Bonjour\nje m’appelle Aïcha") == ("Bonjour", "je m’appelle Aïcha")


def test_a_small_word_stays_with_what_follows() -> None:
    text = "je suis disponible tout de suite pour un contrat dans la vente et la restauration à Lille"
    assert all(len(block.split()[-1]) > 3 for block in blocks(text))


def test_short_sentences_share_a_caption() -> None:
    assert blocks("Oui. Merci. Voilà !") == ("Oui. Merci. Voilà !",)


def test_a_text_of_blanks_has_no_captions() -> None:
    assert blocks(" \n \n") == ()
