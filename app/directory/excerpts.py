"""What a card quotes of somebody: their strengths in their own words, without what is nobody's business."""

import re

LONGEST = 180  # signs; about two lines of a card
SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
# Sentences about oneself that say an age, an origin, a home or a family: not on a card, whoever says them.
PRIVATE = re.compile(
    r"\b(?:ans|née?|viens d\w*|originaires?|origines?|nationalité|pays|habit\w*|quartiers?|cité|qpv"
    r"|femmes?|hommes?|filles?|garçons?|mariée?|mères?|pères?|famil\w*|enceinte|handicap\w*|malad\w*|relig\w*|voile|musulman\w*"
    r"|chrétien\w*|jui(?:f|fs|ve|ves))\b",
    re.IGNORECASE,
)


def strengths_said(text: str) -> str:
    """Return the first sentences of a text that fit a card, empty when none does."""
    sentences = (found.strip() for found in SENTENCE.findall(" ".join(text.split())))
    kept = ""
    for sentence in sentences:
        if not sentence or PRIVATE.search(sentence):
            continue
        longer = f"{kept} {sentence}".strip()
        if len(longer) > LONGEST:
            break
        kept = longer
    return kept
