"""Keep which advisers want no letter when a company says whom it looks for."""

import sqlalchemy as sa
from alembic import op

revision = "0047_need_silence"
down_revision = "0046_presences_of_structures"
branch_labels = None
depends_on = None

# Letters that wait to leave meanwhile name the page that stops them, and sign it as they leave.
OF_NEEDS = """
update mail set "values" = "values" || jsonb_build_object('unsubscribe', '/besoins/arret/' || person_id)
from mail_person
where mail_id = mail.id and is_recipient and template = 'need_published' and sent_at is null and given_up_at is null
"""
OF_ALERTS = """
update mail set "values" = "values" || jsonb_build_object(
    'unsubscribe', substring("values" ->> 'unsubscribe' from '^/alertes/arret/[^/]+')
)
where template = 'search_news' and sent_at is null and given_up_at is null
"""


def upgrade() -> None:
    op.create_table(
        "directory_need_silence",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people_person.id"],
            name=op.f("fk_directory_need_silence_person_id_people_person"),
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_directory_need_silence")),
    )
    op.execute(OF_NEEDS)
    op.execute(OF_ALERTS)


def downgrade() -> None:
    op.drop_table("directory_need_silence")
