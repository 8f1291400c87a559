"""The audit log: what people did with the power of their role, noted where it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session, joinedload

from app.people.models import AuditEntry
from app.people.queries import audit_entries
from app.settings import Settings
from app.words import N_

# What each tag (subject:action:result) says to the operator who reads it.
LABELS = {
    "structure:open:done": N_("a ouvert la structure"),
    "organisation:verify-sirene:done": N_("a vérifié l’organisation : annuaire, puis appel"),
    "organisation:verify-convention:done": N_("a vérifié l’organisation : signataire d’une convention"),
    "organisation:verify-visit:done": N_("a vérifié l’organisation : rencontre ou visite"),
    "organisation:verify-adviser:done": N_("a vérifié l’organisation : connue d’une structure"),
    "organisation:suspend:done": N_("a suspendu l’organisation"),
    "organisation:refuse:done": N_("n’a pas pu vérifier l’entreprise"),
    "organisation:suspend-mistaken:done": N_("a suspendu l’organisation, vérifiée par erreur"),
    "company:recommend:done": N_("a recommandé l’entreprise"),
    "colleague:invite:done": N_("a invité comme collègue"),
    "exchanges:take-over:done": N_("a repris les conversations de"),
    "colleague:remove:done": N_("a retiré l’accès d’un collègue"),
    "account:close:done": N_("a fermé son compte"),
    "account:export:done": N_("a emporté ses données"),
    "adviser:invite:done": N_("a invité"),
    "adviser:invite-again:done": N_("a donné un nouveau lien à"),
    "adviser:invite-again:refused": N_("s’est vu refuser un nouveau lien pour"),
    "member:suspend:done": N_("a suspendu l’accès de"),
    "member:reinstate:done": N_("a rendu son accès à"),
    "member:reset-code:done": N_("a remis à zéro le code de connexion de"),
    "guardian:record:done": N_("a enregistré l’autorisation du responsable de"),
    "guardian:withdraw:done": N_("a mis fin à l’autorisation du responsable de"),
    "contact:forward:done": N_("a transmis un message à"),
    "contact:keep-back:done": N_("a décliné un message à la place de"),
    "contact:answer-with:done": N_("a répondu à un message avec"),
    "outcome:declare:done": N_("a dit ce qu’un échange a donné pour"),
    "outcome:answer:done": N_("a répondu de la suite d’un échange avec"),
    "flag:kept:done": N_("n’a rien retiré après un signalement de"),
    "flag:profile_withdrawn:done": N_("a retiré, après un signalement, le profil de"),
    "flag:company_suspended:done": N_("a suspendu une entreprise après un signalement de"),
    "resident:birth:done": N_("a corrigé la date de naissance de"),
    "resident:neighbourhood:done": N_("a dit si habite un quartier prioritaire"),
    "resident:details:done": N_("a corrigé le téléphone ou l’e-mail de"),
    "notes:read:done": N_("a lu ce que les recruteurs ont noté sur"),
    "evidence:export:done": N_("a donné un paquet de preuves"),
    "evidence:sample:done": N_("a ouvert des faits pour un contrôle"),
    "resident:invite-again:done": N_("a donné un nouveau lien à"),
}

VERIFICATIONS = tuple(tag for tag in LABELS if tag.startswith("organisation:verify-"))
# What the operator decided of an organisation, which its own page lists.
DECISIONS = (
    *VERIFICATIONS,
    *("organisation:suspend:done", "organisation:suspend-mistaken:done", "organisation:refuse:done"),
)


@dataclass(frozen=True)
class Act:
    """Who acts (None: an operator at the console), in which request, when."""

    person_id: UUID | None
    reference: str
    now: datetime


def note(
    session: Session, act: Act, tag: str, about_id: UUID | None = None, organisation_id: UUID | None = None
) -> None:
    """Write one entry; `tag` is one of LABELS, `about_id` the person whom it was done to, if anybody."""
    session.add(
        AuditEntry(
            at=act.now,
            tag=tag,
            actor_id=act.person_id,
            about_id=about_id,
            organisation_id=organisation_id,
            reference=act.reference,
        )
    )
    session.flush()


def decisions_about(session: Session, organisation_id: UUID) -> Sequence[AuditEntry]:
    """Return what operators decided of an organisation, with who did, newest first."""
    about = AuditEntry.organisation_id == organisation_id, AuditEntry.tag.in_(DECISIONS)
    named = audit_entries().where(*about).options(joinedload(AuditEntry.actor))
    return session.scalars(named).all()


def sweep(session: Session, settings: Settings, now: datetime) -> int:
    """Delete the entries that were kept long enough; return how many.

    How and when an organisation was verified stays as long as it does: what was seen rests on it.
    """
    old = delete(AuditEntry).where(
        AuditEntry.at < now - timedelta(days=settings.audit_kept_days), AuditEntry.tag.not_in(VERIFICATIONS)
    )
    return len(session.scalars(old.returning(AuditEntry.id)).all())


def forget_person(session: Session, person_id: UUID) -> None:
    """Name a person no more, neither as who acted nor as whom it was about."""
    for column in (AuditEntry.actor_id, AuditEntry.about_id):
        session.execute(update(AuditEntry).where(column == person_id).values({column: None}))
