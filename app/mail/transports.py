"""How mail leaves: SMTP, or files that one opens by hand where no server is set."""

import re
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from app.settings import Settings

TIMEOUT_S = 20
PERMANENT = 500
POLICY = re.compile(rb"\s*5\.7\.")
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailUndeliverable(Exception):
    """The message could not be handed over now; the same one may be sent again later."""


class MailRefused(Exception):
    """The other side will never take this message."""


class RecipientDisowned(MailRefused):
    """Somebody else said that the address is theirs: nothing leaves for it."""


class RecipientRefused(MailRefused):
    """Nor anything else for this address: nobody lives there."""


class Transport(Protocol):
    """Hands a message over, or raises MailUndeliverable, MailRefused or RecipientRefused."""

    def send(self, message: EmailMessage) -> None:
        """Send one message to whom it names."""
        ...


class SmtpTransport:
    """A mail server: `smtp://`, `smtp+starttls://` or `smtps://`, `user:password@host:port`."""

    def __init__(self, url: SecretStr) -> None:
        self.address = urlsplit(url.get_secret_value())
        if self.address.scheme not in DEFAULT_PORTS or not self.address.hostname:
            raise ValueError("VISAVIS_SMTP_URL : smtp://, smtp+starttls:// ou smtps://, puis l’hôte.")

    def send(self, message: EmailMessage) -> None:
        """Send one message by a connection of its own."""
        # The server's words may repeat the address: they go nowhere.
        try:
            with self.connect() as server:
                if self.address.scheme == "smtp+starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.address.username:
                    server.login(unquote(self.address.username), unquote(self.address.password or ""))
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise verdict(error)(type(error).__name__) from error

    def connect(self) -> smtplib.SMTP:
        """Return a connection, encrypted from its first word when the address says so."""
        host, scheme = self.address.hostname or "", self.address.scheme
        port = self.address.port or DEFAULT_PORTS[scheme]
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=TIMEOUT_S)


def verdict(error: Exception) -> type[Exception]:
    """Return what an error of SMTP means for the message: later, never, or never to this address.

    Source: RFC 5321 (5yz: not again in this form), RFC 3463 (5.7.x: their policy about us, not the mailbox).
    What they say of ourselves (sender, password, greeting) is for the operator to mend, and is tried again.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, said),) = error.recipients.values()
        if code >= PERMANENT:
            return MailRefused if POLICY.match(said) else RecipientRefused
    elif isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= PERMANENT:
        return MailRefused
    return MailUndeliverable


class DirectoryTransport:
    """A directory of .eml files, for development: one a mail, however often it is sent."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def send(self, message: EmailMessage) -> None:
        """Write one message; a repeat replaces it."""
        name = message["Message-ID"].strip("<>").partition("@")[0]
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            (self.directory / f"{name}.eml").write_bytes(message.as_bytes())
        except OSError as error:
            raise MailUndeliverable(type(error).__name__) from error


def open_transport(settings: Settings) -> Transport:
    """Return the way that the settings give mail: SMTP, or `mails/` under the data directory."""
    if settings.smtp_url is not None:
        return SmtpTransport(settings.smtp_url)
    return DirectoryTransport(settings.data_dir / "mails")
