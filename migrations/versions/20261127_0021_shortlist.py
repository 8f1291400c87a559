"""Keep favourites with their notes, and saved searches with what they told."""

import sqlalchemy as sa
from alembic import op

revision = "0021_shortlist"
down_revision = "0019_mail_once_and_sms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_saved_search",
        sa.Column("recruiter_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "frequency in ('daily', 'weekly')", name=op.f("ck_directory_saved_search_frequency_known")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["people_organisation.id"],
            name=op.f("fk_directory_saved_search_company_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["people_person.id"],
            name=op.f("fk_directory_saved_search_recruiter_id_people_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_saved_search")),
        sa.UniqueConstraint(
            "recruiter_id", "asked", name=op.f("uq_directory_saved_search_recruiter_id_asked")
        ),
    )
    op.create_index(
        op.f("ix_directory_saved_search_next_at"), "directory_saved_search", ["next_at"], unique=False
    )
    op.create_table(
        "directory_favourite",
        sa.Column("recruiter_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("skills_note", sa.Text(), nullable=False),
        sa.Column("availability_note", sa.Text(), nullable=False),
        sa.Column("motivation_note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["people_organisation.id"],
            name=op.f("fk_directory_favourite_company_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_directory_favourite_profile_id_profile")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"],
            ["people_person.id"],
            name=op.f("fk_directory_favourite_recruiter_id_people_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_favourite")),
        sa.UniqueConstraint(
            "recruiter_id", "profile_id", name=op.f("uq_directory_favourite_recruiter_id_profile_id")
        ),
    )
    op.create_index(
        op.f("ix_directory_favourite_expires_at"), "directory_favourite", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_directory_favourite_profile_id"), "directory_favourite", ["profile_id"], unique=False
    )
    op.create_table(
        "directory_told_profile",
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_directory_told_profile_profile_id_profile")
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["directory_saved_search.id"],
            name=op.f("fk_directory_told_profile_search_id_directory_saved_search"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("search_id", "profile_id", name=op.f("pk_directory_told_profile")),
    )
    op.create_index(
        op.f("ix_directory_told_profile_profile_id"), "directory_told_profile", ["profile_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("directory_told_profile")
    op.drop_table("directory_saved_search")
    op.drop_table("directory_favourite")
