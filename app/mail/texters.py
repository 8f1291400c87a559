"""How text messages leave: files, or the worker's own log; a gateway is one more class with one verb."""

import logging
from pathlib import Path
from typing import Protocol

from app.mail.texts import TextMessage
from app.mail.transports import MailRefused, MailUndeliverable
from app.settings import Settings

logger = logging.getLogger("visavis.sms")


class Texter(Protocol):
    """Hands a text message over, or raises MailUndeliverable, MailRefused or RecipientRefused."""

    def send(self, message: TextMessage) -> None:
        """Send one text message; its id lets a gateway recognise a repeat."""
        ...


class DirectoryTexter:
    """A directory of .txt files, for development: one a message, however often it is sent."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def send(self, message: TextMessage) -> None:
        """Write one text message; a repeat replaces it."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            written = f"{message.number}\n\n{message.words}\n"
            (self.directory / f"{message.id}.txt").write_text(written, encoding="utf-8")
        except OSError as error:
            raise MailUndeliverable(type(error).__name__) from error


class ConsoleTexter:
    """The worker's log, for a demonstration: no number and no link stays anywhere else."""

    def send(self, message: TextMessage) -> None:
        """Say one text message."""
        logger.info("%s\n\n%s", message.number, message.words)


class NoTexter:
    """A service without text messages: what was written before it was so is given up."""

    def send(self, _: TextMessage) -> None:
        """Raise MailRefused."""
        raise MailRefused("off")


def open_texter(settings: Settings) -> Texter:
    """Return the way that the settings give text messages: none, the console, or `sms/` under the data."""
    if not sends_texts(settings):
        return NoTexter()
    return ConsoleTexter() if settings.sms == "console" else DirectoryTexter(settings.data_dir / "sms")


def sends_texts(settings: Settings) -> bool:
    """Tell whether text messages leave: in production none does, since nobody would get a file."""
    return settings.environment != "production" and settings.sms != "off"
