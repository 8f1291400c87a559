"""Give search its vocabulary, what it proposes while somebody types, counts by job, and finer statistics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_search"
down_revision = "0013_trimming"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_lexeme",
        sa.Column("lexeme", sa.Text(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("lexeme", name=op.f("pk_search_lexeme")),
    )
    op.create_table(
        "search_word",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("trigrams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_search_word")),
    )
    op.create_index(
        "ix_search_word_trigrams", "search_word", ["trigrams"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "search_suggestion",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("folded", "kind", "value", "label", name=op.f("pk_search_suggestion")),
    )
    op.create_index(
        "ix_search_suggestion_folded",
        "search_suggestion",
        ["folded"],
        unique=False,
        postgresql_ops={"folded": "text_pattern_ops"},
    )
    op.create_table(
        "search_job_count",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("profiles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_search_job_count")),
    )
    # How often each of thousands of tags and stems occurs decides which plan is the quick one.
    op.execute("alter table search_profile alter column tsv set statistics 1000")
    op.execute("alter table search_profile alter column tags set statistics 1000")


def downgrade() -> None:
    op.execute("alter table search_profile alter column tags set statistics -1")
    op.execute("alter table search_profile alter column tsv set statistics -1")
    op.drop_table("search_job_count")
    op.drop_index(
        "ix_search_suggestion_folded",
        table_name="search_suggestion",
        postgresql_ops={"folded": "text_pattern_ops"},
    )
    op.drop_table("search_suggestion")
    op.drop_index("ix_search_word_trigrams", table_name="search_word", postgresql_using="gin")
    op.drop_table("search_word")
    op.drop_table("search_lexeme")
