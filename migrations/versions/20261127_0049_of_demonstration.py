"""Mark the organisations of a demonstration that was made before they said so themselves."""

from alembic import op

revision = "0049_of_demonstration"
down_revision = "0048_public_packs"
branch_labels = None
depends_on = None

# Verified by the demonstration's own operator: nobody from outside can be one.
MARK = """
update people_organisation set verification_method = 'demonstration'
where right(name, 7) = ' (démo)' and verified_by in (
  select person.id from people_person person
  join people_membership membership on membership.person_id = person.id
  where membership.role = 'admin' and person.email = 'admin@visavis.example'
)
"""
UNMARK = """
update people_organisation set verification_method = case kind when 'company' then 'sirene' else 'operator' end
where verification_method = 'demonstration'
"""


def upgrade() -> None:
    op.execute(MARK)


def downgrade() -> None:
    op.execute(UNMARK)
