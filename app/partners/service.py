"""Verbs of partners: give a key, end it, recognise it."""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, NotFound, NotSignedIn
from app.partners import queries
from app.partners.models import PartnerKey
from app.partners.rules import LIFE_DEFAULT_DAYS, read_key, write_key
from app.people.models import Organisation
from app.profiles.models import Profile
from app.signing import token_sha256
from app.words import N_


class KeyRefused(NotSignedIn):
    """No key, or one that is unknown, expired or revoked, or whose holder is suspended."""

    slug = "cle-refusee"
    title = N_("Clé d’API absente ou refusée")
    challenge = 'Bearer realm="visavis"'


class ScopeMissing(Forbidden):
    """The key stands, and does not allow this."""

    slug = "portee-manquante"
    title = N_("Cette clé ne permet pas cette action")


class ProfileNotShared(NotFound):
    """The profile does not exist, or not for this partner, or no longer."""

    slug = "profil-non-partage"
    title = N_("Ce profil n’est pas, ou plus, partagé avec vous")


class KeyUnknown(NotFound):
    """No key has this id."""


class PartnerSuspended(Conflict):
    """A suspended partner gets no key."""

    slug = "partenaire-suspendu"
    title = N_("Ce partenaire est suspendu")


@dataclass(frozen=True)
class Client:
    """A partner's program that proved itself: which partner, by which key, allowed what."""

    partner_id: UUID
    key_id: str
    scopes: frozenset[str]
    last_used_at: datetime | None


def open_partner(session: Session, name: str, now: datetime) -> Organisation:
    """Return the partner of this name; make one, verified by the operator who asks, when there is none.

    Raise PartnerSuspended.
    """
    partner = queries.partner_named(session, name)
    if partner is not None and partner.state != "verified":
        raise PartnerSuspended(N_("Lever d’abord la suspension."))
    if partner is None:
        partner = Organisation(
            kind="partner",
            name=name,
            state="verified",
            created_at=now,
            verified_at=now,
            verification_method="operator",
        )
        session.add(partner)
        session.flush()
    return partner


def mint(
    session: Session,
    partner_id: UUID,
    scopes: Collection[str],
    now: datetime,
    life_days: int = LIFE_DEFAULT_DAYS,
) -> tuple[PartnerKey, str]:
    """Make a key; return its row and the key itself, which nobody can read again afterwards."""
    secret = secrets.token_hex(32)
    key = PartnerKey(
        id=secrets.token_hex(6),
        partner_id=partner_id,
        secret_sha256=token_sha256(secret),
        scopes=sorted(scopes),
        created_at=now,
        expires_at=now + timedelta(days=life_days),
    )
    session.add(key)
    session.flush()
    return key, write_key(key.id, secret)


def revoke(session: Session, key_id: str, now: datetime) -> PartnerKey:
    """End a key from its holder's next request on; one that ended keeps its date.  Raise KeyUnknown."""
    key = session.get(PartnerKey, key_id, with_for_update=True)
    if key is None:
        raise KeyUnknown
    key.revoked_at = key.revoked_at or now
    session.flush()
    return key


def recognise(session: Session, text: str, now: datetime) -> Client:
    """Return who holds the key `text`; raise KeyRefused.  Why is told to those alone who know the secret."""
    key_id, secret = read_key(text) or ("", "")
    found = queries.key_and_partner(session, key_id)
    if found is None or not hmac.compare_digest(found[0].secret_sha256, token_sha256(secret)):
        raise KeyRefused(N_("Envoyer « Authorization: Bearer vav_live_… » avec une clé valable."))
    key, partner = found
    if key.revoked_at is not None:
        raise KeyRefused(N_("Cette clé a été révoquée."))
    if key.expires_at <= now:
        raise KeyRefused(N_("Cette clé a expiré : en demander une nouvelle."))
    if partner.state != "verified":
        raise KeyRefused(N_("L’accès de votre organisme est suspendu."))
    return Client(partner.id, key.id, frozenset(key.scopes), key.last_used_at)


def note_use(session: Session, key_id: str, now: datetime) -> None:
    """Note that a key was used now."""
    session.execute(update(PartnerKey).where(PartnerKey.id == key_id).values(last_used_at=now))


def require_scope(client: Client, scope: str) -> None:
    """Raise ScopeMissing unless the client's key allows `scope`."""
    if scope not in client.scopes:
        refusal = ScopeMissing(N_("Il faut une clé qui a la portée « %(scope)s ».", scope=scope))
        refusal.challenge = f'Bearer realm="visavis", error="insufficient_scope", scope="{scope}"'
        raise refusal


def shared_profile(session: Session, client: Client, profile_id: UUID) -> Profile:
    """Return one profile that exists for the client; raise ProfileNotShared."""
    profile = queries.shared_profile(session, client.partner_id, profile_id)
    if profile is None:
        raise ProfileNotShared(N_("Effacez la copie que vous en avez peut-être."))
    return profile
