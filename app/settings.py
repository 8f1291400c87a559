"""Every setting of the service, from `VISAVIS_…` variables; docs/operations.md describes each."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PLACEHOLDER = "developpement-seulement"
# Whether a letter was written is asked of the letters that are kept, for so long at the least.
MAIL_KEPT_DAYS = 14


class PlaceholderSecret(ValueError):
    """A secret still has the value that stands in the source, outside development."""


class SecondFactorSpared(ValueError):
    """Production would let professionals in by a password alone."""


def networks_of(listed: str) -> list[IPv4Network | IPv6Network]:
    """Return the networks of a list with commas, an address being a network of one; raise ValueError."""
    found = []
    for name in filter(None, map(str.strip, listed.split(","))):
        try:
            found.append(ip_network(name))
        except ValueError as strange:
            raise ValueError(
                f"« {name} » n’est ni une adresse ni un réseau (10.0.0.7, 172.16.0.0/12)"
            ) from strange
    return found


class Settings(BaseSettings):
    """Frozen, built once by the composition root and passed down."""

    model_config = SettingsConfigDict(env_prefix="VISAVIS_", frozen=True, extra="forbid")

    environment: Literal["development", "test", "production"] = "development"
    public_url: str = "http://127.0.0.1:8000"
    data_dir: Path = Path("var")
    secret_key: SecretStr = SecretStr(PLACEHOLDER)
    listen_host: str = "127.0.0.1"
    trusted_proxies: str = "127.0.0.1"

    database_url: SecretStr | None = None
    # More connections than threads (anyio's forty) would never all be used.
    database_pool_size: int = Field(default=20, ge=1, le=40)
    # What plans reckon a page with (app/db.py); 0 leaves that to the server.
    database_page_cost: float = Field(default=0.1, ge=0)

    storage: Literal["local", "s3"] = "local"
    storage_link_life_s: int = 300
    s3_bucket: str = "visavis"
    s3_region: str = "us-east-1"
    s3_endpoint_url: str | None = None
    s3_public_endpoint_url: str | None = None
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    s3_path_style: bool = True
    s3_checksums: Literal["when_required", "when_supported"] = "when_required"

    smtp_url: SecretStr | None = None
    mail_from: str = "Vis-à-vis <ne-pas-repondre@visavis.example>"
    contact_email: str = "equipe@visavis.example"
    mail_kept_days: int = Field(default=MAIL_KEPT_DAYS, ge=MAIL_KEPT_DAYS)
    sms: Literal["off", "directory", "console"] = "directory"

    upload_max_bytes: int = 1_000_000_000
    upload_day_max_bytes: int = 4_000_000_000
    upload_splice: bool = True
    upload_idle_max_s: int = Field(default=30, ge=2)
    # Slower than the oldest mobile network: a line held open on purpose.
    upload_rate_min_bytes_per_s: int = Field(default=1024, ge=0)
    upload_life_days: int = 14
    upload_free_disk_min_bytes: int = 500_000_000

    video_min_s: int = 5
    video_max_s: int = 180
    captions_model_dir: Path | None = None
    sandbox: Literal["auto", "required", "off"] = "auto"
    worker_concurrency: int = 1
    worker_stalled_after_s: int = 6

    session_idle_days: int = 14
    session_life_days: int = 60
    invitation_desk_minutes: int = 10
    invitation_post_days: int = 7
    sign_in_link_minutes: int = 15
    email_change_hours: int = 24
    registration_days: int = 7
    # « optional » spares the demonstration's accounts, whose password everybody knows anyway.
    second_factor: Literal["required", "optional"] = "required"

    audit_kept_days: int = 365

    # The key that signs the journal of evidence, and who gets each day's closing.
    evidence_key_file: Path | None = None
    evidence_witnesses: str = ""

    contact_expiry_days: int = 15
    contacts_per_day: int = 30
    contacts_per_company_day: int = 60
    contact_close_days: int = 30
    contact_kept_days: int = 90
    verification_days: int = 3

    favourite_kept_days: int = 90
    need_open_days: int = 60
    need_reminder_days: int = 14

    @field_validator("trusted_proxies")
    @classmethod
    def check_proxies(cls, listed: str) -> str:
        """Refuse what is no address or network: the server would silently believe nobody, or everybody."""
        networks_of(listed)
        return listed

    @model_validator(mode="after")
    def refuse_placeholders(self) -> Self:
        """Raise PlaceholderSecret when production would start with a secret that everybody can read."""
        if self.environment == "production" and self.secret_key.get_secret_value() == PLACEHOLDER:
            raise PlaceholderSecret(
                "VISAVIS_SECRET_KEY doit être défini en production (openssl rand -hex 32)."
            )
        return self

    @model_validator(mode="after")
    def refuse_one_step(self) -> Self:
        """Raise SecondFactorSpared when production would spare professionals the second step."""
        if self.environment == "production" and self.second_factor != "required":
            raise SecondFactorSpared("VISAVIS_SECOND_FACTOR=optional n’est permis qu’en développement.")
        return self

    @property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        """Who is believed when they say from where, and how, a request came to them."""
        return networks_of(self.trusted_proxies)

    @property
    def evidence_key_path(self) -> Path:
        """Where the key that signs the journal of evidence lies."""
        return self.evidence_key_file or self.data_dir / "evidence" / "key.json"

    @property
    def witnesses(self) -> list[str]:
        """The addresses that get each day's closing of the journal."""
        return [address for address in map(str.strip, self.evidence_witnesses.split(",")) if address]

    @property
    def spool_dir(self) -> Path:
        """Directory of the uploads on their way."""
        return self.data_dir / "spool"

    @property
    def storage_dir(self) -> Path:
        """Directory of the local object storage."""
        return self.data_dir / "storage"

    @property
    def work_dir(self) -> Path:
        """Directory where workers transcode."""
        return self.data_dir / "work"
