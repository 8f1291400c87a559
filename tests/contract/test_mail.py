"""Both ways for mail to leave hand over the same message, or say that it has to be sent again."""

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from app.db import new_id
from app.mail import DirectoryTransport, MailUndeliverable, SmtpTransport, Transport, open_transport, render
from app.mail.models import Mail
from app.settings import Settings


class Mailbox:
    """Keeps what a mail server of the tests receives."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Keep one message."""
        del server, session
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        return "250 OK"


@dataclass(frozen=True)
class Way:
    """A transport, and how to read what it handed over."""

    transport: Transport
    arrived: Callable[[], list[bytes]]


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp() -> Iterator[Way]:
    """Open a mail server on this machine."""
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    url = SecretStr(f"smtp://127.0.0.1:{server.port}")
    yield Way(SmtpTransport(url), lambda: mailbox.received)
    server.stop()


@pytest.fixture
def directory(tmp_path: Path) -> Way:
    """Open a directory of messages."""
    files = tmp_path / "mails"
    return Way(DirectoryTransport(files), lambda: [file.read_bytes() for file in files.glob("*.eml")])


@pytest.fixture(params=["smtp", "directory"])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["smtp", "directory"])
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Transport:
    """Return a transport whose other side is away."""
    if request.param == "smtp":
        return SmtpTransport(SecretStr(f"smtp://127.0.0.1:{free_port()}"))
    (tmp_path / "mails").write_text("a file where the directory should be")
    return DirectoryTransport(tmp_path / "mails")


@pytest.fixture
def message(settings: Settings) -> EmailMessage:
    values = {"name": "Aïcha", "path": "/moi", "adviser": "Zoé", "word": "Plus près, « là » : œ, €"}
    mail = Mail(
        id=new_id(),
        recipient="aicha@courrier.test",
        template="changes_requested",
        values=values,
        language="fr",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return render(mail, settings)


def test_what_arrives_is_what_was_sent(way: Way, message: EmailMessage) -> None:
    way.transport.send(message)
    (raw,) = way.arrived()
    arrived = email.message_from_bytes(raw, policy=email.policy.default)
    for header in ("To", "From", "Subject", "Message-ID"):
        assert arrived[header] == message[header]
    for subtype in ("plain", "html"):
        here, there = message.get_body((subtype,)), arrived.get_body((subtype,))
        assert here is not None
        assert there is not None
        assert there.get_content().splitlines() == here.get_content().splitlines()


def test_mail_that_cannot_be_handed_over_is_undeliverable(broken: Transport, message: EmailMessage) -> None:
    with pytest.raises(MailUndeliverable):
        broken.send(message)


def test_undeliverable_never_repeats_an_address(broken: Transport, message: EmailMessage) -> None:
    with pytest.raises(MailUndeliverable) as refusal:
        broken.send(message)
    assert "@" not in str(refusal.value)


def test_a_repeat_leaves_one_file(directory: Way, message: EmailMessage) -> None:
    directory.transport.send(message)
    directory.transport.send(message)
    assert len(directory.arrived()) == 1


def test_without_a_server_mail_goes_to_the_data_directory(settings: Settings, message: EmailMessage) -> None:
    open_transport(settings).send(message)
    assert len(list((settings.data_dir / "mails").glob("*.eml"))) == 1


def test_a_server_by_the_wrong_kind_of_address_is_refused_at_start() -> None:
    settings = Settings(smtp_url=SecretStr("http://courrier.test"))
    with pytest.raises(ValueError, match="VISAVIS_SMTP_URL"):
        open_transport(settings)
