"""The table of tasks: what an adviser has to do for a resident, by when, and who did it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accompaniment.rules import TASK_KINDS
from app.db import Base, Identified, one_of


class Task(Identified, Base):
    """One thing to do; `source_id` is what asks for it, once: a contact, an outcome, a report, a proposal."""

    __tablename__ = "accompaniment_task"
    __table_args__ = (
        one_of("kind", TASK_KINDS),
        Index("uq_accompaniment_task_source", "kind", "source_id", unique=True),
        Index(
            "ix_accompaniment_task_open", "structure_id", "due_on", postgresql_where=text("done_at is null")
        ),
    )

    kind: Mapped[str]
    source_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    structure_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
