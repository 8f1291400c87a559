"""Mail and text messages: services post words by name with their values; a job sends them, once."""

from app.mail.drafts import Concern, Draft, Recipient
from app.mail.letters import LETTERS, LetterIncomplete, render
from app.mail.once import is_told
from app.mail.outbox import (
    REMEMBERED,
    concern,
    drop,
    give_up,
    given_up_since,
    is_said_otherwise,
    is_stuck,
    is_written,
    mark_sent,
    post,
    post_once,
    post_sms,
    sweep,
    unsent,
)
from app.mail.persons import erase_person, export_person, name_no_more, reader_of, unsent_about
from app.mail.reach import address_sha256, disown, forget_refusal, is_disowned, is_reachable, own
from app.mail.stopping import may_stop
from app.mail.texters import ConsoleTexter, DirectoryTexter, Texter, open_texter, sends_texts
from app.mail.texts import TEXTS, TextMessage, shortened
from app.mail.transports import (
    DirectoryTransport,
    MailRefused,
    MailUndeliverable,
    RecipientRefused,
    SmtpTransport,
    Transport,
    open_transport,
)

__all__ = [
    "LETTERS",
    "REMEMBERED",
    "TEXTS",
    "Concern",
    "ConsoleTexter",
    "DirectoryTexter",
    "DirectoryTransport",
    "Draft",
    "LetterIncomplete",
    "MailRefused",
    "MailUndeliverable",
    "Recipient",
    "RecipientRefused",
    "SmtpTransport",
    "TextMessage",
    "Texter",
    "Transport",
    "address_sha256",
    "concern",
    "disown",
    "drop",
    "erase_person",
    "export_person",
    "forget_refusal",
    "give_up",
    "given_up_since",
    "is_disowned",
    "is_reachable",
    "is_said_otherwise",
    "is_stuck",
    "is_told",
    "is_written",
    "mark_sent",
    "may_stop",
    "name_no_more",
    "open_texter",
    "open_transport",
    "own",
    "post",
    "post_once",
    "post_sms",
    "reader_of",
    "render",
    "sends_texts",
    "shortened",
    "sweep",
    "unsent",
    "unsent_about",
]
