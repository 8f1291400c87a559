"""Keep a new e-mail address apart until its mailbox has answered."""

import sqlalchemy as sa
from alembic import op

revision = "0008_email_change"
down_revision = "0007_upload_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_email_change",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_email_change_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_email_change")),
        sa.UniqueConstraint("person_id", name=op.f("uq_people_email_change_person_id")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_people_email_change_token_sha256")),
    )


def downgrade() -> None:
    op.drop_table("people_email_change")
