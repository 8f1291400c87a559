"""Keep what legal guardians signed, and the companies for which a person does not exist."""

import sqlalchemy as sa
from alembic import op

revision = "0023_guardians_and_blocks"
down_revision = "0022_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_guardian",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_name", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("checked_how", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "checked_how in ('in_person', 'paper_and_call', 'institution_letter')",
            name=op.f("ck_people_guardian_checked_how_known"),
        ),
        sa.CheckConstraint(
            "relation in ('mother', 'father', 'tutor', 'institution')",
            name=op.f("ck_people_guardian_relation_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_guardian_person_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people_person.id"], name=op.f("fk_people_guardian_recorded_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["people_person.id"], name=op.f("fk_people_guardian_withdrawn_by_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_guardian")),
    )
    op.create_index(op.f("ix_people_guardian_person_id"), "people_guardian", ["person_id"], unique=False)
    op.create_index(
        "uq_people_guardian_standing",
        "people_guardian",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.create_table(
        "people_block",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_block_company_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_block_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "company_id", name=op.f("pk_people_block")),
    )
    op.create_index(op.f("ix_people_block_company_id"), "people_block", ["company_id"], unique=False)


def downgrade() -> None:
    op.drop_table("people_block")
    op.drop_table("people_guardian")
