"""Mail: services post a letter's name and its values; a job renders and sends it, once."""

from app.mail.letters import LETTERS, LetterIncomplete, render
from app.mail.outbox import (
    Recipient,
    erase_person,
    export_person,
    mark_sent,
    post,
    sweep,
    unsent,
)
from app.mail.transports import (
    DirectoryTransport,
    MailUndeliverable,
    SmtpTransport,
    Transport,
    open_transport,
)

__all__ = [
    "LETTERS",
    "DirectoryTransport",
    "LetterIncomplete",
    "MailUndeliverable",
    "Recipient",
    "SmtpTransport",
    "Transport",
    "erase_person",
    "export_person",
    "mark_sent",
    "open_transport",
    "post",
    "render",
    "sweep",
    "unsent",
]
