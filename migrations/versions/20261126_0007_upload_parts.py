"""Let uploads be parts of a file, or files made of parts (tus concatenation)."""

import sqlalchemy as sa
from alembic import op

revision = "0007_upload_parts"
down_revision = "0006_approved_script"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload", sa.Column("kind", sa.Text(), server_default="whole", nullable=False))
    op.add_column("upload", sa.Column("tus_concat", sa.Text(), server_default="", nullable=False))
    op.alter_column("upload", "kind", server_default=None)
    op.alter_column("upload", "tus_concat", server_default=None)
    op.create_check_constraint(
        op.f("ck_upload_kind_known"),
        "upload",
        "kind in ('whole', 'partial', 'final')",
        postgresql_not_valid=True,
    )
    op.execute("alter table upload validate constraint ck_upload_kind_known")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_upload_kind_known"), "upload")
    op.drop_column("upload", "tus_concat")
    op.drop_column("upload", "kind")
