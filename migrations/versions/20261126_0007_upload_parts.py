"""Let uploads be parts of a file, or files made of parts (tus concatenation)."""

from alembic import op

revision = "0007_upload_parts"
down_revision = "0006_approved_script"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "alter table upload add column kind text not null default 'whole' "
        "constraint ck_upload_kind_known check (kind in ('whole', 'partial', 'final'))"
    )
    op.execute("alter table upload add column tus_concat text not null default ''")


def downgrade() -> None:
    op.drop_column("upload", "tus_concat")
    op.drop_column("upload", "kind")
