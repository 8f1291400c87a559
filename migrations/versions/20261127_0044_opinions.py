"""Keep what recruiters say that watching somebody changed for them."""

import sqlalchemy as sa
from alembic import op

revision = "0044_opinions"
down_revision = "0043_beats"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "viewing_opinion",
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "said in ('confirmed', 'learned', 'changed')", name=op.f("ck_viewing_opinion_said_known")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_viewing_opinion_profile_id_profile")
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["people_person.id"], name=op.f("fk_viewing_opinion_viewer_id_people_person")
        ),
        sa.PrimaryKeyConstraint("viewer_id", "profile_id", name=op.f("pk_viewing_opinion")),
    )
    op.create_index(op.f("ix_viewing_opinion_profile_id"), "viewing_opinion", ["profile_id"], unique=False)


def downgrade() -> None:
    op.drop_table("viewing_opinion")
