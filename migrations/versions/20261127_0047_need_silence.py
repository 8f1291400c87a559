"""Keep which advisers want no letter when a company says whom it looks for."""

import sqlalchemy as sa
from alembic import op

revision = "0047_need_silence"
down_revision = "0046_presences_of_structures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_need_silence",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people_person.id"],
            name=op.f("fk_directory_need_silence_person_id_people_person"),
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_directory_need_silence")),
    )


def downgrade() -> None:
    op.drop_table("directory_need_silence")
