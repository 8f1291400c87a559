"""Keep the outlines of priority neighbourhoods, of both vintages, with what finds them quickly."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0042_qpv"
down_revision = "0041_rollups"
branch_labels = None
depends_on = None

SIDES = ("west", "south", "east", "north")


def upgrade() -> None:
    op.create_table(
        "place_qpv",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("communes", ARRAY(sa.Text()), nullable=False),
        *(sa.Column(side, sa.Float(), nullable=False) for side in SIDES),
        sa.Column("outline", JSONB(), nullable=False),
        sa.CheckConstraint("vintage in (2015, 2024)", name=op.f("ck_place_qpv_vintage_known")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place_qpv")),
    )
    op.create_index("ix_place_qpv_bounds", "place_qpv", ["vintage", *SIDES])


def downgrade() -> None:
    op.drop_table("place_qpv")
