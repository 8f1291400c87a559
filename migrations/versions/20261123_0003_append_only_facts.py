"""Keep the facts append-only: a partition for the convention, and a trigger that refuses every change."""

from alembic import op

revision = "0003_append_only_facts"
down_revision = "0002_first_tables"
branch_labels = None
depends_on = None

REFUSAL = """
create function evidence_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'evidence_fact is append-only: a correction is a new fact'
    using errcode = 'integrity_constraint_violation';
end
$$
"""


def upgrade() -> None:
    op.execute("create table evidence_fact_face_2026 partition of evidence_fact for values in ('face-2026')")
    op.execute(REFUSAL)
    op.execute(
        "create trigger evidence_fact_append_only before update or delete on evidence_fact "
        "for each row execute function evidence_refuse_change()"
    )
    for table in ("evidence_fact", "evidence_fact_face_2026"):
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table} "
            "for each statement execute function evidence_refuse_change()"
        )


def downgrade() -> None:
    op.execute("drop table evidence_fact_face_2026")
    op.execute("drop trigger evidence_fact_append_only on evidence_fact")
    op.execute("drop trigger evidence_fact_no_truncate on evidence_fact")
    op.execute("drop function evidence_refuse_change()")
