"""Keep how a proposal comes to a resident, what came of it, and what is reported to the operator."""

import sqlalchemy as sa
from alembic import op

revision = "0024_contact_sequels"
down_revision = "0023_guardians_and_blocks"
branch_labels = None
depends_on = None

KNOWN = {
    "route": "'direct', 'structure', 'adviser_first'",
    "helped_how": "'phone', 'desk'",
    "stopped_by": "'resident', 'recruiter', 'adviser'",
}
KINDS = {"route": "text not null default 'direct'", "helped_how": "text", "stopped_by": "text"}


def upgrade() -> None:
    for column, values in KNOWN.items():
        known = f"constraint ck_contact_{column}_known check ({column} in ({values}))"
        op.execute(f"alter table contact add column {column} {KINDS[column]} {known}")
    for column in ("forwarded_at", "stopped_at"):
        op.execute(f"alter table contact add column {column} timestamp with time zone")
    for column in ("forwarded_by", "helped_by"):
        key = f"constraint fk_contact_{column}_people_person references people_person (id)"
        # The column is new: there is no row to look at.
        ignored = "-- squawk-ignore adding-foreign-key-constraint"
        op.execute(f"{ignored}\nalter table contact add column {column} uuid {key}")
    op.create_table(
        "contact_flag",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("profile_id", sa.Uuid(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_word", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "decision in ('kept', 'profile_withdrawn', 'company_suspended')",
            name=op.f("ck_contact_flag_decision_known"),
        ),
        sa.CheckConstraint(
            "reason in ('insulting', 'discriminating', 'fraud', 'not_a_job', 'private_life', 'other')",
            name=op.f("ck_contact_flag_reason_known"),
        ),
        sa.CheckConstraint(
            "subject in ('message', 'profile', 'person')", name=op.f("ck_contact_flag_subject_known")
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["people_person.id"], name=op.f("fk_contact_flag_about_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["people_organisation.id"],
            name=op.f("fk_contact_flag_company_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_flag_contact_id_contact"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people_person.id"], name=op.f("fk_contact_flag_decided_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_contact_flag_profile_id_profile")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["people_person.id"], name=op.f("fk_contact_flag_reporter_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_flag")),
    )
    op.create_index(op.f("ix_contact_flag_about_id"), "contact_flag", ["about_id"], unique=False)
    op.create_index(op.f("ix_contact_flag_reporter_id"), "contact_flag", ["reporter_id"], unique=False)
    op.create_index(
        "uq_contact_flag_waiting",
        "contact_flag",
        ["reporter_id", "about_id", "subject"],
        unique=True,
        postgresql_where=sa.text("decided_at is null"),
    )
    op.create_table(
        "contact_outcome",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contract_type", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_side", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_side", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "answered_side in ('resident', 'recruiter', 'adviser')",
            name=op.f("ck_contact_outcome_answered_side_known"),
        ),
        sa.CheckConstraint(
            "contract_type in ('cdi', 'cdd', 'interim', 'alternance')",
            name=op.f("ck_contact_outcome_contract_type_known"),
        ),
        sa.CheckConstraint(
            "declared_side in ('resident', 'recruiter', 'adviser')",
            name=op.f("ck_contact_outcome_declared_side_known"),
        ),
        sa.CheckConstraint(
            "kind in ('interview', 'immersion', 'internship', 'training', 'job')",
            name=op.f("ck_contact_outcome_kind_known"),
        ),
        sa.CheckConstraint(
            "state in ('declared', 'confirmed', 'disputed')", name=op.f("ck_contact_outcome_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people_person.id"], name=op.f("fk_contact_outcome_answered_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_outcome_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["people_person.id"], name=op.f("fk_contact_outcome_declared_by_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_outcome")),
    )
    op.create_index(op.f("ix_contact_outcome_contact_id"), "contact_outcome", ["contact_id"], unique=False)
    op.create_index(
        "uq_contact_outcome_standing",
        "contact_outcome",
        ["contact_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state <> 'disputed'"),
    )
    op.create_table(
        "contact_follow_up",
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("is_still_there", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people_person.id"], name=op.f("fk_contact_follow_up_answered_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["contact_outcome.id"],
            name=op.f("fk_contact_follow_up_outcome_id_contact_outcome"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("outcome_id", "months", name=op.f("pk_contact_follow_up")),
    )


def downgrade() -> None:
    for table in ("contact_follow_up", "contact_outcome", "contact_flag"):
        op.drop_table(table)
    for column in (
        "stopped_by",
        "stopped_at",
        "helped_how",
        "helped_by",
        "forwarded_by",
        "forwarded_at",
        "route",
    ):
        op.drop_column("contact", column)
