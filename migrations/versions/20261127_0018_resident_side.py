"""Keep how a resident wants to be told that somebody writes, and how they found, when they say it."""

from alembic import op

revision = "0018_resident_side"
down_revision = "0017_contact_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "alter table people_person add column reached_by text not null default 'mail'"
        " constraint ck_people_person_reached_by_known check (reached_by in ('mail', 'sms', 'both'))"
    )
    op.execute(
        "alter table profile add column placed_how text constraint ck_profile_placed_how_known"
        " check (placed_how in ('company_here', 'adviser', 'elsewhere'))"
    )


def downgrade() -> None:
    op.drop_column("profile", "placed_how")
    op.drop_column("people_person", "reached_by")
