"""Text messages: the words, the values that each needs, and one message that fits in 160 letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from app.mail import alphabet
from app.mail.drafts import Draft
from app.mail.letters import LetterIncomplete, address_on
from app.mail.models import Mail
from app.settings import Settings
from app.words import N_, Words, said, speaking

# Below this a name says nothing any more.
VALUE_MIN = 8
# Whoever holds the phone reads what is on it: no text message carries a link that opens an account.
SIGN_IN_PATHS = ("/connexion", "/invitation", "/compte")


class TextTooLong(ValueError):
    """The words of a text message leave no room for its values and its link."""


@dataclass(frozen=True)
class TextMessage:
    """What leaves: to a number as networks write it, in letters that they take."""

    id: UUID
    number: str
    words: str


@dataclass(frozen=True)
class Text:
    """One kind of text message: a sentence that ends with `%(url)s`, and its values.

    Each value has a stand-in, for a name in a script that would not fit.
    """

    words: Words
    stand_ins: Mapping[str, Words]


TEXTS: Mapping[str, Text] = {
    "contact_received": Text(
        N_("Vis-à-vis : %(company)s t’écrit. Lis et réponds : %(url)s"),
        {"company": N_("une entreprise")},
    ),
    "contact_reminder": Text(
        N_("Vis-à-vis : %(company)s attend ta réponse, oui ou non : %(url)s"),
        {"company": N_("une entreprise")},
    ),
    "company_answered": Text(
        N_("Vis-à-vis : %(company)s t’a répondu. Lis ici : %(url)s"),
        {"company": N_("une entreprise")},
    ),
    "company_gone": Text(
        N_("Vis-à-vis : %(company)s ne répond plus. Lis ici : %(url)s"),
        {"company": N_("une entreprise")},
    ),
    "company_back": Text(
        N_("Vis-à-vis : %(company)s est de retour. Lis ici : %(url)s"),
        {"company": N_("une entreprise")},
    ),
    "outcome_told": Text(
        N_("Vis-à-vis : %(who)s dit ce qui a suivi. C’est vrai ? %(url)s"),
        {"who": N_("une entreprise")},
    ),
    "follow_up": Text(
        N_("Vis-à-vis : toujours chez %(company)s ? Dis-le ici : %(url)s"),
        {"company": N_("l’entreprise")},
    ),
    "need_proposed": Text(
        N_("Vis-à-vis : on te propose à %(company)s. Ça te va ? %(url)s"),
        {"company": N_("une entreprise")},
    ),
}


def check(draft: Draft) -> None:
    """Raise LetterIncomplete unless the values are the ones needed, and the link signs nobody in."""
    if draft.template not in TEXTS:
        raise LetterIncomplete(f"No text {draft.template}: {sorted(TEXTS)}")
    needed = {"path", *TEXTS[draft.template].stand_ins}
    if wrong := needed ^ draft.values.keys():
        raise LetterIncomplete(f"Text {draft.template}, missing or unknown values: {sorted(wrong)}")
    if str(draft.values["path"]).startswith(SIGN_IN_PATHS):
        raise LetterIncomplete(f"Text {draft.template}: a link by text message signs nobody in")


def shortened(draft: Draft) -> Draft:
    """Return the draft of the text message of this name, with those values of a letter that it needs."""
    needed = {"path", *TEXTS[draft.template].stand_ins}
    return draft._replace(values={name: draft.values[name] for name in needed})


def render(mail: Mail, settings: Settings) -> TextMessage:
    """Return the text message of a mail; raise TextTooLong."""
    with speaking(mail.language):
        url = address_on(settings, mail.values["path"])
        return TextMessage(mail.id, mail.recipient, fitted(TEXTS[mail.template], mail.values, url))


def fitted(text: Text, values: Mapping[str, object], url: str) -> str:
    """Return the words with their values and the link, as many letters of each as fit; raise TextTooLong."""
    whole = {name: alphabet.folded(str(values[name])) for name in text.stand_ins}
    plain = {
        name: value if alphabet.is_narrow(value) else alphabet.folded(said(text.stand_ins[name]))
        for name, value in whole.items()
    }
    for candidate in chain([whole], shorter(plain)):
        words = alphabet.folded(said(text.words.fill(**candidate, url=url)))
        if alphabet.fits(words):
            return words
    raise TextTooLong(text.words.msgid)


def shorter(values: Mapping[str, str]) -> Iterable[dict[str, str]]:
    """Yield the values shorter and shorter, the longest first, while each still says something."""
    left = dict(values)
    yield left
    while max(map(len, left.values()), default=0) > VALUE_MIN:
        longest = max(left, key=lambda name: len(left[name]))
        left = left | {longest: left[longest].removesuffix("...")[:-1].rstrip() + "..."}
        yield left
