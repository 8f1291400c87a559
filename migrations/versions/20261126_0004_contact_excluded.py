"""Keep with a contact why it never counts: its answers do not count either."""

from alembic import op

revision = "0004_contact_excluded"
down_revision = "0003_append_only_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "alter table contact add column excluded text constraint ck_contact_excluded_known check (excluded in "
        "('owner', 'staff', 'own_structure', 'unverified_company', 'test_account'))"
    )
    # What test accounts sent before was not stated either.
    op.execute(
        "update contact set excluded = 'test_account' from people_person "
        "where people_person.id = contact.recruiter_id and people_person.email ilike '%.invalid'"
    )


def downgrade() -> None:
    op.drop_column("contact", "excluded")
