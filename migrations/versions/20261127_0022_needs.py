"""Keep what companies look for, and whom advisers propose."""

import sqlalchemy as sa
from alembic import op

revision = "0022_needs"
down_revision = "0021_shortlist"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_need",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("job_code", sa.Text(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("insee", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "contract in ('cdi', 'cdd', 'interim', 'alternance', 'internship', 'immersion')",
            name=op.f("ck_directory_need_contract_known"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'filled', 'closed', 'expired')", name=op.f("ck_directory_need_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people_person.id"], name=op.f("fk_directory_need_author_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["people_organisation.id"],
            name=op.f("fk_directory_need_company_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["insee"], ["place_commune.insee"], name=op.f("fk_directory_need_insee_place_commune")
        ),
        sa.ForeignKeyConstraint(
            ["job_code"], ["place_job.code"], name=op.f("fk_directory_need_job_code_place_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_need")),
    )
    op.create_index(op.f("ix_directory_need_author_id"), "directory_need", ["author_id"], unique=False)
    op.create_index(op.f("ix_directory_need_company_id"), "directory_need", ["company_id"], unique=False)
    op.create_index(
        op.f("ix_directory_need_department_state"), "directory_need", ["department", "state"], unique=False
    )
    op.create_index(op.f("ix_directory_need_expires_at"), "directory_need", ["expires_at"], unique=False)
    op.create_table(
        "directory_need_proposal",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=False),
        sa.Column("adviser_id", sa.Uuid(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adviser_id"],
            ["people_person.id"],
            name=op.f("fk_directory_need_proposal_adviser_id_people_person"),
        ),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["directory_need.id"],
            name=op.f("fk_directory_need_proposal_need_id_directory_need"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_directory_need_proposal_profile_id_profile")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["people_organisation.id"],
            name=op.f("fk_directory_need_proposal_structure_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_need_proposal")),
        sa.UniqueConstraint(
            "need_id", "profile_id", name=op.f("uq_directory_need_proposal_need_id_profile_id")
        ),
    )
    op.create_index(
        op.f("ix_directory_need_proposal_adviser_id"), "directory_need_proposal", ["adviser_id"], unique=False
    )
    op.create_index(
        op.f("ix_directory_need_proposal_profile_id"), "directory_need_proposal", ["profile_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("directory_need_proposal")
    op.drop_table("directory_need")
