"""What a card quotes of somebody: their strengths in their own words, without what is nobody's business."""

import re

from app.search.private import says_who

LONGEST = 180  # signs; about two lines of a card
SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
# An age, and where somebody comes from: words that only together say so.
OF_ONESELF = re.compile(r"\b(?:ans|(?:viens|venue?) d(?:e|es|u|[’']))\b", re.IGNORECASE)


def strengths_said(text: str) -> str:
    """Return the first sentences of a text that fit a card, empty when none does."""
    sentences = (found.strip() for found in SENTENCE.findall(" ".join(text.split())))
    kept = ""
    for sentence in sentences:
        if not sentence or says_who(sentence) or OF_ONESELF.search(sentence):
            continue
        longer = f"{kept} {sentence}".strip()
        if len(longer) > LONGEST:
            break
        kept = longer
    return kept
