"""Keep what bilans count: who was met in which month, the totals, and how far the journal has been read."""

import sqlalchemy as sa
from alembic import op

revision = "0042_rollups"
down_revision = "0041_convention"
branch_labels = None
depends_on = None

WHERE = ("territory", "department", "qpv")


def upgrade() -> None:
    who = ("convention", "measure", "who", "month", *WHERE)
    make("presence", who, who)
    total = ("convention", "territory", "period", "measure", "department", "qpv")
    make("total", total, total, sa.Column("count", sa.BigInteger(), nullable=False))
    make(
        "progress",
        ("convention",),
        ("convention",),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=False),
    )
    for table in ("presence", "progress"):
        op.add_column(f"reports_{table}", sa.Column("seq", sa.BigInteger(), nullable=False))


def make(name: str, texts: tuple[str, ...], key: tuple[str, ...], *columns: sa.Column[object]) -> None:
    """Make a table of codes, found by a key of them."""
    op.create_table(
        f"reports_{name}",
        *(sa.Column(text, sa.Text(), nullable=False) for text in texts),
        *columns,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_reports_{name}")),
    )


def downgrade() -> None:
    for name in ("progress", "total", "presence"):
        op.drop_table(f"reports_{name}")
