"""Keep the second step of professionals, recovery codes, and mailboxes that have yet to answer."""

import sqlalchemy as sa
from alembic import op

revision = "0015_second_step"
down_revision = "0014_search"
branch_labels = None
depends_on = None

# Whoever needs no second step stays signed in; professionals sign in again, and prove it.
KEEP_RESIDENTS = """
update people_session set proved_at = created_at where not exists (
    select from people_membership where people_membership.person_id = people_session.person_id
    and people_membership.ended_at is null and people_membership.role <> 'resident')
"""


def upgrade() -> None:
    op.add_column("people_session", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(KEEP_RESIDENTS)
    op.create_table(
        "people_factor",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_factor_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_factor")),
    )
    for name, state in (("confirmed", "is not null"), ("waiting", "is null")):
        op.create_index(
            f"uq_people_factor_person_id_{name}",
            "people_factor",
            ["person_id"],
            unique=True,
            postgresql_where=sa.text(f"confirmed_at {state}"),
        )
    op.create_table(
        "people_recovery_code",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_recovery_code_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_recovery_code")),
    )
    op.create_index(
        op.f("ix_people_recovery_code_person_id"), "people_recovery_code", ["person_id"], unique=False
    )
    op.create_table(
        "people_email_confirmation",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people_person.id"],
            name=op.f("fk_people_email_confirmation_person_id_people_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_email_confirmation")),
        sa.UniqueConstraint("person_id", name=op.f("uq_people_email_confirmation_person_id")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_people_email_confirmation_token_sha256")),
    )


def downgrade() -> None:
    for table in ("people_email_confirmation", "people_recovery_code", "people_factor"):
        op.drop_table(table)
    op.drop_column("people_session", "proved_at")
