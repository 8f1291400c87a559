"""Keep what advisers have to do, by when, and who did it."""

import sqlalchemy as sa
from alembic import op

revision = "0025_tasks"
down_revision = "0024_contact_sequels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accompaniment_task",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('forward', 'unreachable', 'unanswered', 'company_silent', 'disputed', 'flagged')",
            name=op.f("ck_accompaniment_task_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_accompaniment_task_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["people_person.id"], name=op.f("fk_accompaniment_task_done_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_accompaniment_task_person_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["people_organisation.id"],
            name=op.f("fk_accompaniment_task_structure_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accompaniment_task")),
    )
    op.create_index(
        op.f("ix_accompaniment_task_contact_id"), "accompaniment_task", ["contact_id"], unique=False
    )
    op.create_index(
        "ix_accompaniment_task_open",
        "accompaniment_task",
        ["structure_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_index(
        op.f("ix_accompaniment_task_person_id"), "accompaniment_task", ["person_id"], unique=False
    )
    op.create_index("uq_accompaniment_task_source", "accompaniment_task", ["kind", "source_id"], unique=True)


def downgrade() -> None:
    op.drop_table("accompaniment_task")
