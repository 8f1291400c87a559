"""The clock of the people: days, months and hours are those of Paris, wherever the server stands."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.words import FRENCH, spoken

PARIS = ZoneInfo("Europe/Paris")


def day_of(at: datetime) -> str:
    """Return the day of an instant, as letters carry it: « 2026-12-01 »."""
    return at.astimezone(PARIS).date().isoformat()


def weekday(on: date) -> str:
    """Write « mardi 1er décembre », a day that is near: the year is plain."""
    written = format_date(on, "EEEE d MMMM", locale=spoken())
    return written.replace(" 1 ", " 1er ") if spoken() == FRENCH else written
