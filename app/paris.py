"""The clock of the people: days, months and hours are those of Paris, wherever the server stands."""

from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
