"""Tables of mail: what is to be sent, whom it is about, what was said once, and who cannot be reached."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Identified, one_of
from app.words import FRENCH, LANGUAGES

CHANNELS = ("mail", "sms")


class Mail(Identified, Base):
    """A mail or a text message to send, to an address or a number.

    `values` is emptied once it has left or was given up: links and names stood in it.  `concerns` is what it
    is about (« contact:<id> »): whether somebody still wants to hear of it is asked when it leaves.
    """

    __tablename__ = "mail"
    __table_args__ = (one_of("language", LANGUAGES), one_of("channel", CHANNELS))

    channel: Mapped[str] = mapped_column(default="mail", server_default="mail")
    recipient: Mapped[str]
    template: Mapped[str]
    values: Mapped[dict[str, Any]]
    concerns: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default=FRENCH, server_default=FRENCH)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


class MailPerson(Base):
    """Somebody to whom a mail is addressed, or whom its words name: it is erased with each of them.

    Accounts stand above mail: their ids are only kept here.
    """

    __tablename__ = "mail_person"

    mail_id: Mapped[UUID] = mapped_column(ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    is_recipient: Mapped[bool]


class Told(Base):
    """What somebody was told and is never told again; it outlives the mail that said so."""

    __tablename__ = "mail_told"

    key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    told_at: Mapped[datetime]


class Unreachable(Base):
    """An address or a number of somebody that refuses what is sent to it, until something arrives there."""

    __tablename__ = "mail_unreachable"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True, index=True)
    refused_at: Mapped[datetime]


class Disowned(Base):
    """An address or a number of somebody of which somebody else said that it is theirs.

    Only its hash is kept, since it is of neither account.  It outlives the message that said so, until its
    mailbox answers for this person.
    """

    __tablename__ = "mail_disowned"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    address_sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    disowned_at: Mapped[datetime]
