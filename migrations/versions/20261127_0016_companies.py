"""Keep what a company says of itself, who recommends it, and verifications that were a mistake."""

import sqlalchemy as sa
from alembic import op

revision = "0016_companies"
down_revision = "0015_second_step"
branch_labels = None
depends_on = None

COLUMNS = {
    "mistaken_at": "timestamp with time zone",
    "about": "text",
    "engagement": "text constraint ck_people_organisation_engagement_known"
    " check (engagement in ('contrat_de_ville', 'charter', 'none'))",
    "engagement_name": "text",
    "engaged_on": "date",
}


def upgrade() -> None:
    for column, kind in COLUMNS.items():
        op.execute(f"alter table people_organisation add column {column} {kind}")
    op.execute("alter table people_organisation add column sectors text[] not null default '{}'")
    op.execute("alter table people_membership add column answers boolean not null default false")
    op.create_table(
        "people_recommendation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("adviser_id", sa.Uuid(), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_recommendation_organisation_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["adviser_id"],
            ["people_person.id"],
            name=op.f("fk_people_recommendation_adviser_id_people_person"),
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_recommendation_structure_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_recommendation")),
    )
    op.create_index(
        "uq_people_recommendation_organisation_id_adviser_id",
        "people_recommendation",
        ["organisation_id", "adviser_id"],
        unique=True,
    )
    op.create_index(
        op.f("ix_people_recommendation_adviser_id"), "people_recommendation", ["adviser_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("people_recommendation")
    op.drop_column("people_membership", "answers")
    op.drop_column("people_organisation", "sectors")
    for column in reversed(COLUMNS):
        op.drop_column("people_organisation", column)
