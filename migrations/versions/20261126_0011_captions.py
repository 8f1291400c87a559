"""Keep the captions of a video in a row of its own, from where they are served, and who signs in its own column."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_captions"
down_revision = "0010_takes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table video add column is_signed boolean not null default false")
    # Nothing has ever been written to it, or read from it.
    op.execute("-- squawk-ignore ban-drop-column\nalter table video drop column captions_key")
    op.create_table(
        "video_captions",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("cues", postgresql.JSONB(), nullable=False),
        sa.Column("shown_cues", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("is_sure", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "origin in ('script', 'typed', 'uploaded', 'automatic')",
            name=op.f("ck_video_captions_origin_known"),
        ),
        sa.ForeignKeyConstraint(
            ["validated_by"], ["people_person.id"], name=op.f("fk_video_captions_validated_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["video.id"], name=op.f("fk_video_captions_video_id_video"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_id", name=op.f("pk_video_captions")),
    )
    op.create_index(op.f("ix_video_captions_validated_by"), "video_captions", ["validated_by"])


def downgrade() -> None:
    op.drop_table("video_captions")
    op.add_column("video", sa.Column("captions_key", sa.Text(), nullable=True))
    op.drop_column("video", "is_signed")
