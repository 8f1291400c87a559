"""What a text message can hold: the letters of GSM, or sixteen bits a letter and less than half as many."""

import unicodedata

# Source: 3GPP TS 23.038, default alphabet and its extension table.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
GSM_MAX = 160
WIDE_MAX = 70
TYPOGRAPHY = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


def folded(words: str) -> str:
    """Return words in the letters of GSM wherever they have one: « ça » is « ca », « élève » is « éleve ».

    A name in another script stays as it is.
    """
    quoted = words.replace("«\u00a0", "«").replace("\u00a0»", "»")
    return "".join(map(_letter, unicodedata.normalize("NFC", quoted).translate(TYPOGRAPHY)))


def is_narrow(words: str) -> bool:
    """Tell whether every letter is one of GSM."""
    return set(words) <= BASIC | EXTENDED


def fits(words: str) -> bool:
    """Tell whether words go in one message."""
    if is_narrow(words):
        return len(words) + sum(letter in EXTENDED for letter in words) <= GSM_MAX
    return len(words.encode("utf-16-be")) // 2 <= WIDE_MAX


def _letter(letter: str) -> str:
    if letter in BASIC or letter in EXTENDED:
        return letter
    bare = unicodedata.normalize("NFD", letter)[0]
    return bare if bare in BASIC else letter
