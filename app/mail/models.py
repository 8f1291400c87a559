"""The table of mails to send: written in the business transaction, sent by a job, once."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from app.db import Base, Identified


class Mail(Identified, Base):
    """A mail to send; `values` is emptied once it has left, since links and names stood in it."""

    __tablename__ = "mail"

    recipient: Mapped[str]
    template: Mapped[str]
    values: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
