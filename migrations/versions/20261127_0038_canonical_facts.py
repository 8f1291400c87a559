"""Facts have one canonical form, a seal over what they keep to themselves, and a place in a Merkle tree."""

import sqlalchemy as sa
from alembic import op

revision = "0038_canonical_facts"
down_revision = "0037_contact_words"
branch_labels = None
depends_on = None

APPEND_ONLY = ("evidence_node",)

REFUSAL = """
create or replace function evidence_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: a correction is a new fact', tg_table_name
    using errcode = 'integrity_constraint_violation';
end
$$
"""

# Facts from before have no leaf: they go through the sequencer again, in their order.
AGAIN = """
insert into evidence_outbox (source, statement)
select source, jsonb_build_object(
  'convention', convention, 'kind', kind, 'at', at, 'axis', axis, 'rule', rule, 'subject', subject,
  'actor', actor, 'organisation', organisation, 'territory', territory, 'department', department,
  'measures', measures, 'ref', '', 'seal', '')
from evidence_fact order by seq
"""


def upgrade() -> None:
    op.execute(REFUSAL)
    op.execute(AGAIN)
    op.execute('update evidence_outbox set statement = \'{"ref": "", "seal": ""}\'::jsonb || statement')
    empty_facts()
    op.add_column("evidence_fact", sa.Column("ref", sa.Text(), server_default="", nullable=False))
    op.add_column("evidence_fact", sa.Column("seal", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "evidence_fact",
        sa.Column("leaf", sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False),
    )
    op.create_index("ix_evidence_fact_ref", "evidence_fact", ["ref"], postgresql_where=sa.text("ref <> ''"))
    op.create_table(
        "evidence_opening",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("clear_source", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_evidence_opening")),
    )
    for column in ("subject_id", "actor_id"):
        op.create_index(op.f(f"ix_evidence_opening_{column}"), "evidence_opening", [column])
    op.create_table(
        "evidence_node",
        sa.Column("convention", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("convention", "level", "position", name=op.f("pk_evidence_node")),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table} "
            "for each row execute function evidence_refuse_change()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function evidence_refuse_change()"
        )


def empty_facts() -> None:
    """Empty the table of facts, whose triggers refuse it."""
    for table in ("evidence_fact", "evidence_fact_face_2026"):
        op.execute(f"alter table {table} disable trigger {table}_no_truncate")
    op.execute("truncate evidence_fact")
    for table in ("evidence_fact", "evidence_fact_face_2026"):
        op.execute(f"alter table {table} enable trigger {table}_no_truncate")


def downgrade() -> None:
    op.drop_table("evidence_node")
    op.drop_table("evidence_opening")
    op.drop_index("ix_evidence_fact_ref", table_name="evidence_fact")
    for column in ("leaf", "seal", "ref"):
        op.drop_column("evidence_fact", column)
