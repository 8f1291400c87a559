"""How dates, numbers, sizes and durations are written for people, in their language and in Paris time."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import ceil

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from app.paris import PARIS, weekday
from app.words import ENGLISH, FRENCH, said, spoken, tied

LOCALES = {FRENCH: "fr_FR", ENGLISH: "en_GB"}
DATETIMES = {FRENCH: "d MMMM y 'à' H'\u00a0h\u00a0'mm", ENGLISH: "d MMMM y 'at' HH:mm"}
HARD_SPACE = "\u00a0"
# A verb and its pronoun; other words with hyphens may be too long for a phone.
INVERTED = re.compile(
    r"\w+(?:-t)?-(?:tu|toi|moi|il|elle|on|nous|vous|ils|elles|le|la|les|lui|leur|en|y|ce)\b"
)
SIZES = {
    FRENCH: (("Go", 1_000_000_000), ("Mo", 1_000_000), ("ko", 1_000), ("octets", 0)),
    ENGLISH: (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("bytes", 0)),
}
WAITS = {
    FRENCH: (("heure", 3600), ("minute", 60), ("seconde", 1)),
    ENGLISH: (("hour", 3600), ("minute", 60), ("second", 1)),
}


def locale() -> str:
    """Return the locale of whoever reads."""
    return LOCALES[spoken()]


def in_paris(at: datetime) -> datetime:
    """Return the same instant on a clock in Paris; `at` is aware."""
    return at.astimezone(PARIS)


def long_date(on: date) -> str:
    """Write « 23 novembre 2026 », « 1er novembre 2026 »; an instant gives its day in Paris."""
    return first_told(format_date(_day(on), "d MMMM y", locale=locale()))


def first_told(written: str) -> str:
    """Write the first of a month as French does: « 1er »."""
    return re.sub("^1 ", "1er ", written) if spoken() == FRENCH else written


def short_date(on: date) -> str:
    """Write « 23/11/2026 », for tables."""
    return format_date(_day(on), "dd/MM/y", locale=locale())


def month(on: date) -> str:
    """Write « novembre 2026 »; an instant gives its month in Paris."""
    return format_date(_day(on), "MMMM y", locale=locale())


def long_datetime(at: datetime) -> str:
    """Write « 23 novembre 2026 à 14 h 05 »."""
    return first_told(format_datetime(in_paris(at), DATETIMES[spoken()], locale=locale()))


def meeting(at: datetime) -> str:
    """Write « mardi 1er décembre à 10 h », what one meets at: the year is plain."""
    here = in_paris(at)
    if spoken() == ENGLISH:
        return format_datetime(here, "EEEE d MMMM 'at' HH:mm", locale=locale())
    minutes = f"{HARD_SPACE}{here:%M}" if here.minute else ""
    return f"{weekday(here.date())} à {here.hour}{HARD_SPACE}h{minutes}"


def local_instant(at: datetime) -> str:
    """Write « 2026-12-01T10:00 », as the field of a day and an hour holds it."""
    return f"{in_paris(at):%Y-%m-%dT%H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """Write « il y a 3 jours », or « dans 2 heures » for what is to come."""
    return tied(format_timedelta(at - now, add_direction=True, locale=locale()))


def number(value: float, decimals: int = 0) -> str:
    """Write « 1 234 » or « 3,5 »."""
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=locale())


def percent(ratio: float) -> str:
    """Write « 42 % » for 0.42."""
    return format_percent(ratio, locale=locale())


def duration(length_s: float) -> str:
    """Write « 1 min 25 s », « 45 s » or « 2 h 10 min »."""
    left_s = round(length_s)
    hours, minutes, seconds = left_s // 3600, left_s // 60 % 60, left_s % 60
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else seconds, "s")]
    written = [f"{count}{HARD_SPACE}{unit}" for count, unit in parts if count]
    return " ".join(written) or f"0{HARD_SPACE}s"


def wait(length_s: float) -> str:
    """Write « 45 secondes », « 2 minutes » or « 10 heures », never less than the time there is to wait."""
    units = WAITS[spoken()]
    unit, unit_s = next((known for known in units if length_s >= known[1]), units[-1])
    count = ceil(length_s / unit_s)
    return f"{count}{HARD_SPACE}{unit}{'s' if count > 1 else ''}"


def timecode(length_s: float) -> str:
    """Write « 1:25 », as players do."""
    return str(timedelta(seconds=int(length_s))).removeprefix("0:").removeprefix("0")


def size(length_bytes: int) -> str:
    """Write « 12,4 Mo », with the decimal units that phones show."""
    unit, unit_bytes = next(known for known in SIZES[spoken()] if length_bytes >= known[1])
    return f"{number(length_bytes / (unit_bytes or 1), 1)}{HARD_SPACE}{unit}"


def phone(digits: str) -> str:
    """Write « 06 12 34 56 78 », and numbers of other countries as they came."""
    if len(digits) != len("0612345678") or not digits.isdigit():
        return digits
    return HARD_SPACE.join(digits[start : start + 2] for start in range(0, len(digits), 2))


def listing(words: list[str]) -> str:
    """Write « Lyon, Bron et Vénissieux »."""
    return format_list(words, locale=locale())


def own_name(language: str) -> str:
    """Write the name of a language as its speakers do: « Français », « English »."""
    return str(Locale(language).get_language_name(language)).capitalize()


def about(sentence: str, label: str) -> str:
    """Write « SIRET : à remplir » from what is to be done about a field and how the field is called."""
    sentence = said(sentence)
    if not label or not sentence:
        return sentence or label
    if label.endswith("?"):
        return escape(label) + f" {sentence}"
    before_colon = HARD_SPACE if spoken() == FRENCH else ""
    return escape(label) + f"{before_colon}: {sentence[0].lower()}{sentence[1:]}"


def whole_words(text: str) -> Markup:
    """Keep « veux-tu » on one line: large letters would break it at its hyphen."""
    return Markup(INVERTED.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


def _day(on: date) -> date:
    return in_paris(on).date() if isinstance(on, datetime) else on


FILTERS: dict[str, Callable[..., str]] = {
    "date": long_date,
    "short_date": short_date,
    "month": month,
    "datetime": long_datetime,
    "meeting": meeting,
    "local_instant": local_instant,
    "ago": ago,
    "number": number,
    "percent": percent,
    "duration": duration,
    "wait": wait,
    "timecode": timecode,
    "size": size,
    "phone": phone,
    "listing": listing,
    "own_name": own_name,
    "about": about,
    "whole_words": whole_words,
}
