"""Say whom a mail is addressed to and whom it is about: it is erased with each of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005_mail_person"
down_revision = "0004_contact_excluded"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_person",
        sa.Column("mail_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("is_recipient", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name=op.f("fk_mail_person_mail_id_mail"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mail_id", "person_id", name=op.f("pk_mail_person")),
    )
    op.create_index(op.f("ix_mail_person_person_id"), "mail_person", ["person_id"], unique=False)
    # Whom the mails of before are about, nobody knows any more: they go with the sweep.
    op.execute(
        "insert into mail_person (mail_id, person_id, is_recipient) "
        "select mail.id, people_person.id, true from mail "
        "join people_person on lower(people_person.email) = lower(mail.recipient)"
    )


def downgrade() -> None:
    op.drop_table("mail_person")
