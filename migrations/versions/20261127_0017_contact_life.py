"""Keep the whole life of a contact: slots, what was chosen, the company's word, links that answer, reminders."""

from alembic import op

revision = "0017_contact_life"
down_revision = "0016_companies"
branch_labels = None
depends_on = None

INSTANTS = (
    "settled_at",
    "meets_at",
    "company_due_at",
    "company_answered_at",
    "ended_at",
    "withdrawn_at",
)


def upgrade() -> None:
    op.execute("alter table contact add column slots timestamp with time zone[] not null default '{}'")
    # A day without an hour was all that could be proposed: it is nine o'clock in Paris.
    op.execute(
        "update contact set slots = array[(proposed_on + time '09:00') at time zone 'Europe/Paris']"
        " where proposed_on is not null"
    )
    # Nothing of a release reads it: there has been none.
    op.execute("-- squawk-ignore ban-drop-column\nalter table contact drop column proposed_on")
    for column in INSTANTS:
        op.execute(f"alter table contact add column {column} timestamp with time zone")
    for column in ("meets_where", "company_message"):
        op.execute(f"alter table contact add column {column} text not null default ''")
    op.execute(
        "alter table contact add column company_word text constraint ck_contact_company_word_known check ("
        "company_word in ('appointment', 'reply', 'not_retained'))"
    )
    # What was answered before was stated then, and what is finished ended when it was answered, or too old.
    op.execute("update contact set settled_at = answered_at")
    op.execute(
        "update contact set company_due_at = answered_at + interval '10 days' where state = 'accepted'"
    )
    op.execute(
        "update contact set ended_at = coalesce(answered_at, expires_at) where state in ('declined', 'expired')"
    )
    create_links()
    create_reminders()


def create_links() -> None:
    op.execute(
        "create table contact_answer_link ("
        "id uuid not null constraint pk_contact_answer_link primary key,"
        " contact_id uuid not null constraint fk_contact_answer_link_contact_id_contact"
        " references contact (id) on delete cascade,"
        " token_sha256 bytea not null constraint uq_contact_answer_link_token_sha256 unique,"
        " channel text not null constraint ck_contact_answer_link_channel_known"
        " check (channel in ('mail', 'sms')),"
        " address_sha256 bytea not null,"
        " created_at timestamp with time zone not null,"
        " expires_at timestamp with time zone not null,"
        " disowned_at timestamp with time zone)"
    )
    op.execute("create index ix_contact_answer_link_contact_id on contact_answer_link (contact_id)")


def create_reminders() -> None:
    op.execute(
        "create table contact_reminder ("
        "contact_id uuid not null constraint fk_contact_reminder_contact_id_contact"
        " references contact (id) on delete cascade,"
        " kind text not null constraint ck_contact_reminder_kind_known"
        " check (kind in ('resident_5', 'resident_10', 'company_5', 'company_10')),"
        " sent_at timestamp with time zone not null,"
        " constraint pk_contact_reminder primary key (contact_id, kind))"
    )


def downgrade() -> None:
    op.drop_table("contact_reminder")
    op.drop_table("contact_answer_link")
    for column in ("company_word", "company_message", "meets_where", *reversed(INSTANTS)):
        op.drop_column("contact", column)
    op.execute("alter table contact add column proposed_on date")
    op.execute("update contact set proposed_on = (slots[1] at time zone 'Europe/Paris')::date")
    op.drop_column("contact", "slots")
