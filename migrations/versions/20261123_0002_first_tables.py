"""Create the first tables of every room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_first_tables"
down_revision = "0001_job_queue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_fact",
        sa.Column("convention", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("axis", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("convention", "seq", name=op.f("pk_evidence_fact")),
        postgresql_partition_by="LIST (convention)",
    )
    op.create_index(op.f("ix_evidence_fact_kind"), "evidence_fact", ["kind"], unique=False)
    op.create_table(
        "evidence_outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("statement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_outbox")),
    )
    op.create_table(
        "evidence_person_key",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_evidence_person_key")),
    )
    op.create_table(
        "evidence_source",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_evidence_source")),
    )
    op.create_table(
        "mail",
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_table(
        "people_limit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("arrival_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_people_limit")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "place_commune",
        sa.Column("insee", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("insee", name=op.f("pk_place_commune")),
    )
    op.create_index(op.f("ix_place_commune_department"), "place_commune", ["department"], unique=False)
    op.create_index(
        "ix_place_commune_folded",
        "place_commune",
        ["folded"],
        unique=False,
        postgresql_ops={"folded": "text_pattern_ops"},
    )
    op.create_table(
        "place_job",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place_job")),
    )
    op.create_table(
        "place_job_title",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("label", name=op.f("pk_place_job_title")),
    )
    op.create_index(op.f("ix_place_job_title_code"), "place_job_title", ["code"], unique=False)
    op.create_table(
        "search_profile",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zones", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tsv", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("pk_search_profile")),
    )
    op.create_index("ix_search_profile_recency", "search_profile", ["updated_at", "profile_id"], unique=False)
    op.create_index(
        "ix_search_profile_tsv_tags",
        "search_profile",
        ["tsv", "tags"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "people_person",
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("home_commune", sa.Text(), nullable=True),
        sa.Column("lives_in_qpv", sa.Boolean(), nullable=True),
        sa.Column("qpv_code", sa.Text(), nullable=True),
        sa.Column("qpv_vintage", sa.Integer(), nullable=True),
        sa.Column("qpv_known_by", sa.Text(), nullable=True),
        sa.Column("qpv_frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "qpv_known_by in ('declared', 'attested', 'computed')",
            name=op.f("ck_people_person_qpv_known_by_known"),
        ),
        sa.ForeignKeyConstraint(
            ["home_commune"],
            ["place_commune.insee"],
            name=op.f("fk_people_person_home_commune_place_commune"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person")),
    )
    op.create_index(
        "uq_people_person_email", "people_person", [sa.literal_column("lower(email)")], unique=True
    )
    op.create_table(
        "people_organisation",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("verification_method", sa.Text(), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspension_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('company', 'structure', 'partner', 'funder')",
            name=op.f("ck_people_organisation_kind_known"),
        ),
        sa.CheckConstraint(
            "state in ('pending', 'verified', 'suspended')", name=op.f("ck_people_organisation_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"],
            ["people_person.id"],
            name=op.f("fk_people_organisation_verified_by_people_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_organisation")),
        sa.UniqueConstraint("siret", name=op.f("uq_people_organisation_siret")),
    )
    op.create_table(
        "people_session",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_session_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_people_session_token_sha256")),
    )
    op.create_index(op.f("ix_people_session_person_id"), "people_session", ["person_id"], unique=False)
    op.create_table(
        "people_sign_in_link",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("browser_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_sign_in_link_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_sign_in_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_people_sign_in_link_token_sha256")),
    )
    op.create_index(
        op.f("ix_people_sign_in_link_person_id"), "people_sign_in_link", ["person_id"], unique=False
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("length_bytes", sa.BigInteger(), nullable=True),
        sa.Column("tus_metadata", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("writer_token", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('receiving', 'complete', 'ingested', 'expired', 'refused')",
            name=op.f("ck_upload_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_upload_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_person_id"), "upload", ["person_id"], unique=False)
    op.create_table(
        "video",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("warnings", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("remaining_s", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column("storage_prefix", sa.Text(), nullable=True),
        sa.Column("preview_key", sa.Text(), nullable=True),
        sa.Column("poster_key", sa.Text(), nullable=True),
        sa.Column("captions_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("original_deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind in ('video', 'voice')", name=op.f("ck_video_kind_known")),
        sa.CheckConstraint(
            "state in ('received', 'checking', 'processing', 'ready', 'refused', 'failed')",
            name=op.f("ck_video_state_known"),
        ),
        sa.CheckConstraint(
            "step in ('waiting', 'check', 'preview', 'listen', 'ladder', 'verify', 'ship', 'done')",
            name=op.f("ck_video_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_video_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video")),
    )
    op.create_index(op.f("ix_video_person_id"), "video", ["person_id"], unique=False)
    op.create_index(op.f("ix_video_state_heartbeat_at"), "video", ["state", "heartbeat_at"], unique=False)
    op.create_table(
        "partner_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["people_organisation.id"],
            name=op.f("fk_partner_key_partner_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_key")),
    )
    op.create_index(op.f("ix_partner_key_partner_id"), "partner_key", ["partner_id"], unique=False)
    op.create_table(
        "people_consent",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_how", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('image_and_voice', 'voice', 'text', 'recontact_2y', 'partner', 'showcase')",
            name=op.f("ck_people_consent_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["people_person.id"], name=op.f("fk_people_consent_given_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_consent_partner_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_consent_person_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["people_person.id"], name=op.f("fk_people_consent_withdrawn_by_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_consent")),
    )
    op.create_index(
        op.f("ix_people_consent_person_id_kind"), "people_consent", ["person_id", "kind"], unique=False
    )
    op.create_table(
        "people_invitation",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["people_person.id"], name=op.f("fk_people_invitation_invited_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_invitation_person_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_invitation_structure_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_people_invitation_token_sha256")),
    )
    op.create_index(op.f("ix_people_invitation_person_id"), "people_invitation", ["person_id"], unique=False)
    op.create_table(
        "people_membership",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role in ('resident', 'recruiter', 'adviser', 'funder', 'admin')",
            name=op.f("ck_people_membership_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_membership_organisation_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_membership_person_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_membership")),
    )
    op.create_index(
        op.f("ix_people_membership_organisation_id"), "people_membership", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_people_membership_person_id"), "people_membership", ["person_id"], unique=False)
    op.create_index(
        "uq_people_membership_person_id_organisation_id_role",
        "people_membership",
        ["person_id", "organisation_id", "role"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "profile",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("structure_id", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shown_name", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("competences", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("contract_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("education_level", sa.Text(), nullable=True),
        sa.Column("available_on", sa.Date(), nullable=True),
        sa.Column("presentation", sa.Text(), nullable=False),
        sa.Column("current_video_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_video_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "education_level in ('none', 'cap_bep', 'bac', 'bac_2', 'bac_3', 'bac_5')",
            name=op.f("ck_profile_education_level_known"),
        ),
        sa.CheckConstraint(
            "presentation in ('video', 'voice', 'text')", name=op.f("ck_profile_presentation_known")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'changes_requested', 'published', 'paused', 'placed', 'withdrawn', 'erased')",
            name=op.f("ck_profile_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["current_video_id"], ["video.id"], name=op.f("fk_profile_current_video_id_video")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_profile_person_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_video_id"], ["video.id"], name=op.f("fk_profile_proposed_video_id_video")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["people_organisation.id"],
            name=op.f("fk_profile_structure_id_people_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("person_id", name=op.f("uq_profile_person_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_profile_slug")),
    )
    op.create_index(op.f("ix_profile_structure_id_state"), "profile", ["structure_id", "state"], unique=False)
    op.create_index(op.f("ix_profile_updated_at_id"), "profile", ["updated_at", "id"], unique=False)
    op.create_table(
        "video_rendition",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=True),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["video.id"], name=op.f("fk_video_rendition_video_id_video"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_rendition")),
    )
    op.create_index(
        op.f("ix_video_rendition_video_id_name"), "video_rendition", ["video_id", "name"], unique=True
    )
    op.create_table(
        "video_take",
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_video_take_upload_id_upload")),
        sa.ForeignKeyConstraint(
            ["video_id"], ["video.id"], name=op.f("fk_video_take_video_id_video"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_take")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_video_take_upload_id")),
    )
    op.create_index(
        op.f("ix_video_take_video_id_position"), "video_take", ["video_id", "position"], unique=True
    )
    op.create_table(
        "contact",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("recruiter_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "decline_reason in ('not_interested', 'too_far', 'already_placed', 'not_available', 'other')",
            name=op.f("ck_contact_decline_reason_known"),
        ),
        sa.CheckConstraint(
            "kind in ('interview', 'immersion', 'internship', 'alternance', 'job')",
            name=op.f("ck_contact_kind_known"),
        ),
        sa.CheckConstraint(
            "state in ('sent', 'read', 'accepted', 'declined', 'expired', 'answered', 'company_silent', 'closed')",
            name=op.f("ck_contact_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["people_organisation.id"], name=op.f("fk_contact_company_id_people_organisation")
        ),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_contact_profile_id_profile")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["people_person.id"], name=op.f("fk_contact_recruiter_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["people_person.id"], name=op.f("fk_contact_resident_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_company_id"), "contact", ["company_id"], unique=False)
    op.create_index(op.f("ix_contact_profile_id"), "contact", ["profile_id"], unique=False)
    op.create_index(op.f("ix_contact_recruiter_id"), "contact", ["recruiter_id"], unique=False)
    op.create_index(op.f("ix_contact_resident_id"), "contact", ["resident_id"], unique=False)
    op.create_index(
        "uq_contact_open",
        "contact",
        ["recruiter_id", "profile_id"],
        unique=True,
        postgresql_where=sa.text("state in ('sent', 'read', 'accepted')"),
    )
    op.create_table(
        "profile_job",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["place_job.code"], name=op.f("fk_profile_job_code_place_job")),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_profile_job_profile_id_profile"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "code", name=op.f("pk_profile_job")),
    )
    op.create_table(
        "profile_language",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "level in ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')", name=op.f("ck_profile_language_level_known")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profile.id"],
            name=op.f("fk_profile_language_profile_id_profile"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", "language", name=op.f("pk_profile_language")),
    )
    op.create_table(
        "profile_review",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=True),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "verdict in ('approved', 'changes_requested')", name=op.f("ck_profile_review_verdict_known")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profile.id"],
            name=op.f("fk_profile_review_profile_id_profile"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["people_person.id"], name=op.f("fk_profile_review_reviewer_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["video.id"], name=op.f("fk_profile_review_video_id_video"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_review")),
    )
    op.create_index(op.f("ix_profile_review_profile_id"), "profile_review", ["profile_id"], unique=False)
    op.create_table(
        "profile_script",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("who_i_am", sa.Text(), nullable=False),
        sa.Column("experience", sa.Text(), nullable=False),
        sa.Column("strengths", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profile.id"],
            name=op.f("fk_profile_script_profile_id_profile"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("pk_profile_script")),
    )
    op.create_table(
        "profile_zone",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("insee", sa.Text(), nullable=False),
        sa.Column("radius_km", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["insee"], ["place_commune.insee"], name=op.f("fk_profile_zone_insee_place_commune")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profile.id"],
            name=op.f("fk_profile_zone_profile_id_profile"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", "insee", name=op.f("pk_profile_zone")),
    )
    op.create_table(
        "viewing",
        sa.Column("video_id", sa.Uuid(), nullable=True),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spans", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("credited_s", sa.Double(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("qualified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excluded", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_viewing_organisation_id_people_organisation"),
        ),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_viewing_profile_id_profile")),
        sa.ForeignKeyConstraint(
            ["video_id"], ["video.id"], name=op.f("fk_viewing_video_id_video"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["people_person.id"], name=op.f("fk_viewing_viewer_id_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewing")),
    )
    op.create_index(op.f("ix_viewing_profile_id"), "viewing", ["profile_id"], unique=False)
    op.create_index(op.f("ix_viewing_video_id"), "viewing", ["video_id"], unique=False)
    op.create_index(op.f("ix_viewing_viewer_id"), "viewing", ["viewer_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_viewing_viewer_id"), table_name="viewing")
    op.drop_index(op.f("ix_viewing_video_id"), table_name="viewing")
    op.drop_index(op.f("ix_viewing_profile_id"), table_name="viewing")
    op.drop_table("viewing")
    op.drop_table("profile_zone")
    op.drop_table("profile_script")
    op.drop_index(op.f("ix_profile_review_profile_id"), table_name="profile_review")
    op.drop_table("profile_review")
    op.drop_table("profile_language")
    op.drop_table("profile_job")
    op.drop_index(
        "uq_contact_open",
        table_name="contact",
        postgresql_where=sa.text("state in ('sent', 'read', 'accepted')"),
    )
    op.drop_index(op.f("ix_contact_resident_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_recruiter_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_profile_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_company_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(op.f("ix_video_take_video_id_position"), table_name="video_take")
    op.drop_table("video_take")
    op.drop_index(op.f("ix_video_rendition_video_id_name"), table_name="video_rendition")
    op.drop_table("video_rendition")
    op.drop_index(op.f("ix_profile_updated_at_id"), table_name="profile")
    op.drop_index(op.f("ix_profile_structure_id_state"), table_name="profile")
    op.drop_table("profile")
    op.drop_index(
        "uq_people_membership_person_id_organisation_id_role",
        table_name="people_membership",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(op.f("ix_people_membership_person_id"), table_name="people_membership")
    op.drop_index(op.f("ix_people_membership_organisation_id"), table_name="people_membership")
    op.drop_table("people_membership")
    op.drop_index(op.f("ix_people_invitation_person_id"), table_name="people_invitation")
    op.drop_table("people_invitation")
    op.drop_index(op.f("ix_people_consent_person_id_kind"), table_name="people_consent")
    op.drop_table("people_consent")
    op.drop_index(op.f("ix_partner_key_partner_id"), table_name="partner_key")
    op.drop_table("partner_key")
    op.drop_index(op.f("ix_video_state_heartbeat_at"), table_name="video")
    op.drop_index(op.f("ix_video_person_id"), table_name="video")
    op.drop_table("video")
    op.drop_index(op.f("ix_upload_person_id"), table_name="upload")
    op.drop_table("upload")
    op.drop_index(op.f("ix_people_sign_in_link_person_id"), table_name="people_sign_in_link")
    op.drop_table("people_sign_in_link")
    op.drop_index(op.f("ix_people_session_person_id"), table_name="people_session")
    op.drop_table("people_session")
    op.drop_table("people_organisation")
    op.drop_index("uq_people_person_email", table_name="people_person")
    op.drop_table("people_person")
    op.drop_index(
        "ix_search_profile_tsv_tags",
        table_name="search_profile",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_index("ix_search_profile_recency", table_name="search_profile")
    op.drop_table("search_profile")
    op.drop_index(op.f("ix_place_job_title_code"), table_name="place_job_title")
    op.drop_table("place_job_title")
    op.drop_table("place_job")
    op.drop_index(
        "ix_place_commune_folded",
        table_name="place_commune",
        postgresql_ops={"folded": "text_pattern_ops"},
    )
    op.drop_index(op.f("ix_place_commune_department"), table_name="place_commune")
    op.drop_table("place_commune")
    op.drop_table("people_limit")
    op.drop_table("mail")
    op.drop_table("evidence_source")
    op.drop_table("evidence_person_key")
    op.drop_table("evidence_outbox")
    op.drop_index(op.f("ix_evidence_fact_kind"), table_name="evidence_fact")
    op.drop_table("evidence_fact")
