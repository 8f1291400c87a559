"""What people read: French marked where it stands, for Babel to find, and translated when it is shown."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Protocol, Self, cast

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment
from markupsafe import escape

FRENCH, ENGLISH = "fr", "en"
LANGUAGES = (FRENCH, ENGLISH)
LOCALE_DIR = Path(__file__).parent / "locale"

# Where French allows no new line: before high signs, inside quotes, after a number, in one.
# Source: Imprimerie nationale, Lexique des règles typographiques.  The thin space that it asks for before
# ; ! ? is in none of our fonts: the wide one, as most sentences are written, stands there too.
UNIT = r"(?:[kMG]o|octets|[cmk]?m|h|min|s|mois|(?:an|jour|heure|minute|seconde)s?)(?![\w’])|%(?!\()|€"
TIED = re.compile(
    r" (?=[;:!?»](?!\w|/))"
    r"|(?<=«) "
    r"|(?<=\d) (?=\d{3}\b)"
    rf"|(?:(?<=\d)|(?<=\)s)) (?={UNIT})"
)
KEPT_MAX = 10_000


@lru_cache(maxsize=KEPT_MAX)
def tied(sentence: str) -> str:
    """Return a French sentence with spaces at which no line breaks."""
    return TIED.sub("\u00a0", sentence)


class French(NullTranslations):
    """French as it is read: its own translation, set as printers do."""

    def gettext(self, message: str) -> str:
        """Return a sentence as it is read."""
        return tied(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return a sentence about `n` things as it is read: in French, none is one."""
        return tied(super().ngettext(msgid1, msgid2, max(n, 1)))


# What whoever reads understands.
LANGUAGE: ContextVar[NullTranslations] = ContextVar("language", default=French())  # noqa: B039 - it never changes


class Words(str):
    """French that remembers what it was made from: the text itself for programs, its translation for pages.

    Templates print the translation by themselves, `said` returns it for everything else.
    """

    __slots__ = ("msgid", "values")

    msgid: str
    values: Mapping[str, object]

    def __new__(cls, msgid: str, values: Mapping[str, object] | None = None) -> Self:
        """Fill `%(name)s` with `values`; without any, the text is taken as it is."""
        words = super().__new__(cls, msgid % values if values else msgid)
        words.msgid, words.values = msgid, values or {}
        return words

    def __html__(self) -> str:
        """Return the translation as a template prints it."""
        return str(escape(said(self)))

    def fill(self, **values: object) -> Self:
        """Return the same sentence with its values."""
        return type(self)(self.msgid, values)


def N_(msgid: str, /, **values: object) -> Words:  # noqa: N802 - the marker that Babel looks for
    """Mark French that people read; with values, a literal `%` is written `%%`."""
    return Words(msgid, values)


def said(words: str) -> str:
    """Return words in the language of whoever reads; those that were never marked as they are."""
    if not isinstance(words, Words):
        return words
    translated = gettext(words.msgid)
    if not words.values:
        return translated
    values = {name: said(value) if isinstance(value, str) else value for name, value in words.values.items()}
    return translated % values


def plain(words: str) -> str:
    """Return words in the language of whoever reads, for a file or a row: with spaces as programs know."""
    return said(words).replace("\u00a0", " ")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language as long as the block lasts; whoever speaks it already goes on."""
    if language == spoken():
        yield
        return
    before = LANGUAGE.set(translations(language))
    try:
        yield
    finally:
        LANGUAGE.reset(before)


def spoken() -> str:
    """Return the language that is spoken here and now, by its code."""
    return LANGUAGE.get().info().get("language", FRENCH)


@cache
def catalogue(language: str) -> Catalog:
    """Return the sentences of a language as translators wrote them; French has none."""
    path = LOCALE_DIR / language / "LC_MESSAGES" / "messages.po"
    if language == FRENCH:
        return Catalog(locale=FRENCH)
    with path.open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> NullTranslations:
    """Return a language as it is spoken; the catalogue is read once, nothing compiled can be stale."""
    if language == FRENCH:
        return French()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def gettext(msgid: str) -> str:
    """Return the translation of a sentence, as templates ask for it."""
    return LANGUAGE.get().gettext(msgid)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the translation of a sentence about `count` things, as templates ask for it."""
    return LANGUAGE.get().ngettext(one, many, count)


class _Translatable(Protocol):
    """What Jinja's i18n extension adds to an environment at run time."""

    def install_gettext_callables(
        self, gettext: Callable[[str], str], ngettext: Callable[[str, str, int], str], *, newstyle: bool
    ) -> None:
        """Translate every `_()` of the templates."""
        ...


def translate(env: Environment) -> None:
    """Have the templates of `env`, which has Jinja's i18n extension, speak the language of whoever reads."""
    cast("_Translatable", env).install_gettext_callables(gettext, ngettext, newstyle=True)
