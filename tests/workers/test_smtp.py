"""A real mail server, kind or not: its answer decides whether a mail leaves, comes back or is given up."""

import email
import email.policy
import os
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as Conversation
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app import mail
from app.db import new_id
from app.mail.models import Mail
from app.mail.stopping import stop_path
from app.settings import Settings
from tests.gateway import free_ports
from tests.workers.crew import Crew
from workers import mails
from workers.desk import Desk, Running

READER = mail.Recipient(new_id(), "ines@courrier.test")
FINE = "250 OK"
OPEN_TRANSACTIONS = text(
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and xact_start is not null and pid <> pg_backend_pid()"
)


class Server:
    """A mail server that answers what it is told to, once each, and then accepts everything."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answers_to_recipient: list[str] = []
        self.answers_to_data: list[str] = []
        self.on_data: Callable[[], None] = lambda: None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, session: Conversation, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to a recipient."""
        del server, session, options
        answer = self.answers_to_recipient.pop(0) if self.answers_to_recipient else FINE
        if answer == FINE:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Conversation, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Answer to a message: an empty answer hangs up, though the message was taken."""
        del session
        answer = self.answers_to_data.pop(0) if self.answers_to_data else FINE
        if answer in {FINE, ""}:
            assert isinstance(envelope.content, bytes)
            self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.on_data()
        if not answer and server.transport is not None:
            server.transport.close()
        return answer or FINE


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """Open the mail server on this machine."""
    controller = Controller(server, hostname="127.0.0.1", port=free_ports(1)[0])
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def smtp_desk(desk: Desk, url: str) -> Desk:
    """Give the jobs that mail server."""
    return replace(desk, transport=mail.SmtpTransport(SecretStr(url)))


@pytest.fixture
def posted(session: Session, now: datetime) -> UUID:
    """Post a letter."""
    found = mail.post(session, READER, "published", {"name": "Inès", "path": "/moi"}, now)
    session.commit()
    return found.id


def is_kept(session: Session, mail_id: UUID) -> bool:
    """Tell whether a mail still waits to be sent."""
    found = session.get_one(Mail, mail_id, populate_existing=True)
    return found.sent_at is None and found.given_up_at is None


def test_an_alert_arrives_in_both_forms_with_what_stops_it_by_one_click(
    *, smtp_desk: Desk, server: Server, session: Session, now: datetime, settings: Settings
) -> None:
    stop = {"unsubscribe": f"/alertes/arret/{new_id()}"}
    values = {"name": "Zoé", "path": "/candidats", "search": "boulanger", "count": 2, "headlines": []}
    values |= stop | {"profiles": []}
    found = mail.post(session, READER, "search_news", values, now)
    session.commit()
    mails.send(smtp_desk, found.id, Running())
    (arrived,) = server.received
    assert arrived.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert arrived["List-Unsubscribe"] == f"<https://testserver{stop_path(settings, stop['unsubscribe'])}>"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived["Subject"] == "2 nouveaux profils pour « boulanger »"


def test_a_server_that_is_busy_gets_the_mail_later(
    smtp_desk: Desk, server: Server, session: Session, posted: UUID
) -> None:
    server.answers_to_recipient = ["451 4.3.0 Later"]
    with pytest.raises(mail.MailUndeliverable):
        mails.send(smtp_desk, posted, Running())
    assert is_kept(session, posted)
    mails.send(smtp_desk, posted, Running(runs_before=1))
    assert [arrived["Message-ID"] for arrived in server.received] == [f"<{posted}@testserver>"]
    assert not is_kept(session, posted)


def test_an_address_where_nobody_lives_is_not_tried_again_and_is_known(
    smtp_desk: Desk, server: Server, session: Session, posted: UUID
) -> None:
    server.answers_to_recipient = ["550 5.1.1 Nobody here"]
    mails.send(smtp_desk, posted, Running())
    assert not is_kept(session, posted)
    assert not mail.is_reachable(session, READER)
    mails.send(smtp_desk, posted, Running())
    assert server.received == []


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("answers_to_recipient", "550 5.7.1 We do not like you"),
        ("answers_to_data", "554 5.6.0 Not so"),
    ],
)
def test_a_refusal_that_is_not_about_the_address_ends_the_mail_and_leaves_its_reader_in_reach(
    smtp_desk: Desk, server: Server, session: Session, posted: UUID, at: str, answer: str
) -> None:
    setattr(server, at, [answer])
    mails.send(smtp_desk, posted, Running())
    assert not is_kept(session, posted)
    assert mail.is_reachable(session, READER)
    assert server.received == []


def test_a_line_that_breaks_while_the_mail_is_taken_gives_it_twice_under_one_identity(
    smtp_desk: Desk, server: Server, session: Session, posted: UUID
) -> None:
    server.answers_to_data = [""]
    with pytest.raises(mail.MailUndeliverable):
        mails.send(smtp_desk, posted, Running())
    assert is_kept(session, posted)
    mails.send(smtp_desk, posted, Running(runs_before=1))
    assert [arrived["Message-ID"] for arrived in server.received] == [f"<{posted}@testserver>"] * 2


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Make a certificate of this machine, and believe it."""
    key, crt = tmp_path / "key.pem", tmp_path / "crt.pem"
    subject = ["-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(crt)]
    subprocess.run(["openssl", "req", *made, *subject], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(crt))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(crt, key)
    return context


def knows(name: bytes, password: bytes) -> Callable[..., AuthResult]:
    """Return what lets one account in."""

    def authenticate(*conversation: object) -> AuthResult:
        given = conversation[-1]
        return AuthResult(success=given == LoginPassword(name, password), handled=False)

    return authenticate


@pytest.fixture
def guarded(server: Server, certificate: ssl.SSLContext) -> Iterator[int]:
    """Open the mail server to one account, over TLS alone; give its port."""
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=free_ports(1)[0],
        authenticator=knows(b"visavis", b"s@cret"),
        auth_required=True,
        tls_context=certificate,
        require_starttls=True,
    )
    controller.start()
    yield controller.port
    controller.stop()


def test_an_account_is_used_over_tls(
    desk: Desk, server: Server, session: Session, posted: UUID, guarded: int
) -> None:
    url = SecretStr(f"smtp+starttls://visavis:s%40cret@127.0.0.1:{guarded}")
    mails.send(replace(desk, transport=mail.SmtpTransport(url)), posted, Running())
    assert len(server.received) == 1
    assert not is_kept(session, posted)


@pytest.mark.parametrize("start", ["smtp+starttls://visavis:wrong", "smtp://visavis:s%40cret"])
def test_a_wrong_password_and_a_line_in_the_clear_keep_the_mail_waiting_for_the_operator(
    desk: Desk, session: Session, posted: UUID, guarded: int, start: str
) -> None:
    transport = mail.SmtpTransport(SecretStr(f"{start}@127.0.0.1:{guarded}"))
    with pytest.raises(mail.MailUndeliverable):
        mails.send(replace(desk, transport=transport), posted, Running())
    assert is_kept(session, posted)


def test_no_transaction_is_open_while_a_server_takes_a_mail(
    committed: Engine, desk: Desk, server: Server, url: str, now: datetime
) -> None:
    with Session(committed) as session, session.begin():
        posted = mail.post(session, READER, "published", {"name": "Inès", "path": "/moi"}, now).id
    seen: list[int] = []

    def look() -> None:
        with Session(committed) as session:
            seen.append(session.execute(OPEN_TRANSACTIONS).scalar_one())

    server.on_data = look
    transport = mail.SmtpTransport(SecretStr(url))
    mails.send(replace(desk, transport=transport, unit=sessionmaker(committed).begin), posted, Running())
    assert seen == [0]


def test_a_worker_killed_between_sending_and_noting_leaves_a_repeat_that_can_be_recognised(
    committed: Engine, settings: Settings, server: Server, url: str, now: datetime
) -> None:
    with Session(committed) as session, session.begin():
        posted = mail.post(session, READER, "published", {"name": "Inès", "path": "/moi"}, now).id
    crew = Crew(committed, settings)
    more = {"VISAVIS_SMTP_URL": url, "VISAVIS_WORKER_STALLED_AFTER_S": "3"}
    with crew.worker(**more) as first:
        server.on_data = lambda: os.kill(first.pid, signal.SIGKILL)
        crew.wait_until(lambda: first.poll() is not None)
    server.on_data = lambda: None
    assert crew.value("select sent_at from mail") is None
    with crew.worker(**more):
        crew.wait_until(lambda: crew.value("select sent_at from mail") is not None)
    assert [arrived["Message-ID"] for arrived in server.received] == [f"<{posted}@127.0.0.1>"] * 2
