"""Keep that an address is somebody else's where it outlives the message that said so."""

from alembic import op

revision = "0033_disowned_addresses"
down_revision = "0032_contact_colleagues"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create table mail_disowned ("
        "person_id uuid not null,"
        " address_sha256 bytea not null,"
        " disowned_at timestamp with time zone not null,"
        " constraint pk_mail_disowned primary key (person_id, address_sha256))"
    )
    # A number was hashed as it was typed until now: only mailboxes are known again.
    op.execute(
        "insert into mail_disowned (person_id, address_sha256, disowned_at)"
        " select contact.resident_id, link.address_sha256, min(link.disowned_at)"
        " from contact_answer_link link join contact on contact.id = link.contact_id"
        " where link.disowned_at is not null and link.channel = 'mail' group by 1, 2"
    )


def downgrade() -> None:
    op.execute("drop table mail_disowned")
