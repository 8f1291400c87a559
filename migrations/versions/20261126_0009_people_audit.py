"""Keep what people did with the power of their role."""

import sqlalchemy as sa
from alembic import op

revision = "0009_people_audit"
down_revision = "0008_email_change"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_audit",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["people_person.id"], name=op.f("fk_people_audit_about_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people_person.id"], name=op.f("fk_people_audit_actor_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_audit_organisation_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_audit")),
    )
    op.create_index(op.f("ix_people_audit_about_id"), "people_audit", ["about_id"], unique=False)
    op.create_index(op.f("ix_people_audit_actor_id"), "people_audit", ["actor_id"], unique=False)
    op.create_index(op.f("ix_people_audit_at_id"), "people_audit", ["at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("people_audit")
