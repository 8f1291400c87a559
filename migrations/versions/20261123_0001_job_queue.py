"""Install the job queue in a schema of its own.

Procrastinate ships its schema as a chain of migrations; this revision applies the chain up to a fixed link, so
that it gives the same tables whatever newer version is installed.  A later revision applies later links.
"""

from pathlib import Path
from typing import Any

from alembic import op
from procrastinate.schema import migrations_path

revision = "0001_job_queue"
down_revision = None
branch_labels = None
depends_on = None

LAST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def upgrade() -> None:
    op.execute("create schema jobs")
    op.execute("set local search_path to jobs")
    raw: Any = op.get_bind().connection.driver_connection
    for path in sorted(Path(migrations_path).glob("*.sql")):
        if path.name <= LAST:
            # The driver's own execute: SQLAlchemy's would read every % as a parameter.
            raw.execute(path.read_text(encoding="utf-8"))
    op.execute("set local search_path to public")


def downgrade() -> None:
    op.execute("drop schema jobs cascade")
