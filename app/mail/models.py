"""Tables of mail: what is to be sent, written in the business transaction, and whom each mail is about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Identified


class Mail(Identified, Base):
    """A mail to send; `values` is emptied once it has left, since links and names stood in it."""

    __tablename__ = "mail"

    recipient: Mapped[str]
    template: Mapped[str]
    values: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class MailPerson(Base):
    """Somebody to whom a mail is addressed, or whom its words name: it is erased with each of them.

    Accounts stand above mail: their ids are only kept here.
    """

    __tablename__ = "mail_person"

    mail_id: Mapped[UUID] = mapped_column(ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    is_recipient: Mapped[bool]
