"""A calendar file (.ics) of one appointment, or of the day by which an answer is owed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

LINE_MAX_BYTES = 75
LENGTH = timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """What a calendar shows: an hour from an instant, or a whole day (Paris)."""

    about: UUID
    at: datetime | date
    title: str
    place: str = ""


def written(event: Event, now: datetime) -> str:
    """Return the file of one event.

    Source: RFC 5545, 3.1 (lines of 75 bytes at most, ended by CRLF) and 3.3.11 (what is escaped in texts).
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vis-a-vis//FR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event.about}@visavis",
        f"DTSTAMP:{instant(now)}",
        *span(event.at),
        f"SUMMARY:{escaped(event.title)}",
        f"LOCATION:{escaped(event.place)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines if not line.endswith(":"))


def instant(at: datetime) -> str:
    """Write an instant in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def span(at: datetime | date) -> list[str]:
    """Return when an event begins and ends."""
    if isinstance(at, datetime):
        return [f"DTSTART:{instant(at)}", f"DTEND:{instant(at + LENGTH)}"]
    return [f"DTSTART;VALUE=DATE:{at:%Y%m%d}", f"DTEND;VALUE=DATE:{at + timedelta(days=1):%Y%m%d}"]


def escaped(text: str) -> str:
    """Return a text as a property holds it."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, none of which splits a sign."""
    pieces = [""]
    for sign in line:
        if len((pieces[-1] + sign).encode()) > LINE_MAX_BYTES - (len(pieces) > 1):
            pieces.append("")
        pieces[-1] += sign
    return "\r\n ".join(pieces)
