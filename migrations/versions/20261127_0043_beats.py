"""Keep what each play said, beat by beat, so that what it was credited can be recomputed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0043_beats"
down_revision = "0042_qpv"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("viewing", sa.Column("beats", JSONB(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("viewing", sa.Column("duration_s", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("viewing", "duration_s")
    op.drop_column("viewing", "beats")
