"""Keep what bilans count: who was met in which month, the totals, and how far the journal has been read."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0041_rollups"
down_revision = "0040_convention"
branch_labels = None
depends_on = None

INSTANTS = ("first_at", "dated_at")
WHERE = ("territory", "department", "qpv")


def upgrade() -> None:
    who = ("convention", "measure", "who", "month", *WHERE)
    make("presence", who, who, number("seq"))
    total = ("convention", "territory", "period", "measure", "department", "qpv")
    make("total", total, total, number("count"))
    instants = (sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in INSTANTS)
    make("progress", ("convention",), ("convention",), number("seq"), *instants)


def number(name: str) -> sa.Column[int]:
    """Return a column of numbers of facts, or of counts of them."""
    return sa.Column(name, sa.BigInteger(), nullable=False)


def make(name: str, texts: tuple[str, ...], key: tuple[str, ...], *columns: sa.Column[Any]) -> None:
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
