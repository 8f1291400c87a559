"""What people read: French marked where it stands, for Babel to find, and translated when it is shown."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from gettext import NullTranslations
from typing import Protocol, Self, cast

from jinja2 import Environment
from markupsafe import escape

# The catalogue of whoever reads; without one, French is its own translation.
LANGUAGE: ContextVar[NullTranslations] = ContextVar("language", default=NullTranslations())  # noqa: B039 - it never changes


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
