"""Who listens to the news of the rooms: the one table from a kind to what follows from it.

Listeners of one piece of news share a transaction: all of them have heard it, or it is told again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import mail, queue
from app.accompaniment import out_of_reach, relaying, tasks
from app.contacts import colleagues, flags, following, outcomes, returning, telling
from app.contacts import queries as contacts
from app.contacts.models import Outcome
from app.contacts.rules import COMPANY_ANSWERS_WITHIN, WAITING_STATES, is_held
from app.directory import shortlist, unsent
from app.directory import telling as needs_telling
from app.paris import day_of
from app.people import queries as people
from app.people.reaching import Message, write, write_to_advisers
from app.profiles import queries as profiles
from app.profiles import service as profile_service
from app.profiles.models import Profile
from app.videos import service as videos
from app.words import N_
from workers.desk import Desk

# What first tells of a proposal: its resident, or their advisers.
FIRST_LETTERS = ("contact_received", "contact_to_forward")

Listener = Callable[[Session, UUID, datetime], None]


def deliver(desk: Desk, kind: str, about: UUID, job_id: int | None = None) -> None:
    """Tell every listener what happened to `about`; news that nobody listens to are fine.

    The same job again tells nobody twice: what follows is idempotent, and each letter has its key.
    """
    with desk.unit() as session:
        if job_id is not None:
            queue.hear(session, job_id)
        for listener in LISTENERS.get(kind, ()):
            listener(session, about, desk.clock.now())


def mail_proposal(session: Session, contact_id: UUID, now: datetime) -> None:
    """Tell the resident that a company wrote, or the advisers of one who cannot be reached."""
    found = contacts.exchange(session, contact_id)
    if found is None:
        return
    if is_held(found.contact.route, found.contact.forwarded_at):
        letter = "contact_to_forward"
        relaying.ask_advisers(session, found, letter, f"contact:{contact_id}", now)
        return
    relaying.tell(session, found, telling.proposal(session, found, "contact_received", now), now)


def ask_instead(session: Session, contact_id: UUID, now: datetime) -> None:
    """Ask the advisers of a resident whom no reminder reaches to tell them, today."""
    found = contacts.exchange(session, contact_id)
    if found is not None and found.contact.state in WAITING_STATES and not found.is_gone:
        relaying.relay(session, found, "contact_reminder", f"contact:{contact_id}", now)


def mail_again(session: Session, profile_id: UUID, now: datetime) -> None:
    """Tell a resident who is back from a break of the proposals whose letter did not leave because of it.

    An older one is left to its reminders: nothing would tell whether its letter was written.
    """
    for contact in contacts.waiting_for(session, profile_id, now):
        is_recent = (contact.forwarded_at or contact.sent_at) > now - mail.REMEMBERED
        if is_recent and not mail.is_written(session, f"contact:{contact.id}", FIRST_LETTERS):
            mail_proposal(session, contact.id, now)


def mail_acceptance(session: Session, contact_id: UUID, now: datetime) -> None:
    """Tell the recruiter that the resident agreed to meet."""
    found = contacts.exchange(session, contact_id)
    if found is not None:
        until = day_of(found.contact.company_due_at or now + COMPANY_ANSWERS_WITHIN)
        telling.tell_recruiter(session, found, "contact_accepted", now, {"until": until})


def mail_expired(session: Session, contact_id: UUID, now: datetime) -> None:
    """Tell the recruiter that nobody answered in time, and that nothing more comes of it."""
    found = contacts.exchange(session, contact_id)
    if found is not None:
        telling.tell_recruiter(session, found, "contact_expired", now)


def mail_forsaken(session: Session, contact_id: UUID, now: datetime) -> None:
    """Tell a resident who saw a proposal that its company answers no more."""
    tell_of_company(session, contact_id, "company_gone", now)


def mail_resumed(session: Session, contact_id: UUID, now: datetime) -> None:
    """Tell a resident who saw a proposal that its company may answer again."""
    tell_of_company(session, contact_id, "company_back", now)


def tell_of_company(session: Session, contact_id: UUID, letter: str, now: datetime) -> None:
    """Tell a resident who saw a proposal what became of its company, or their advisers for them."""
    found = contacts.exchange(session, contact_id)
    if found is not None and not is_held(found.contact.route, found.contact.forwarded_at):
        path, values = f"/moi/messages/{contact_id}", {"company": found.company.name, "resident": ""}
        relaying.tell(session, found, Message(letter, f"contact:{contact_id}", path, values), now)


def mail_taken_back(session: Session, contact_id: UUID, now: datetime) -> None:
    """Tell the recruiter that the yes was a slip."""
    found = contacts.exchange(session, contact_id)
    if found is not None:
        telling.tell_recruiter(session, found, "contact_taken_back", now)


def mail_word(session: Session, contact_id: UUID, now: datetime) -> None:
    """Tell the resident what the company answered to their yes."""
    found = contacts.exchange(session, contact_id)
    if found is not None:
        path, values = f"/moi/messages/{contact_id}", {"company": found.company.name}
        said = Message("company_answered", f"contact:{contact_id}", path, values)
        relaying.tell(session, found, said, now)


def mail_disowned(session: Session, contact_id: UUID, now: datetime) -> None:
    """Ask the advisers for the right address of a resident whose messages reach somebody else."""
    found = contacts.exchange(session, contact_id)
    if found is not None:
        path, values = (
            f"/accompagnement/{found.resident.id}/coordonnees",
            {"resident": found.profile.shown_name},
        )
        said = Message("disowned", f"contact:{contact_id}", path, values, about=(found.resident.id,))
        write_to_advisers(session, found.profile.structure_id, said, now)


def mail_withdrawal(session: Session, profile_id: UUID, now: datetime) -> None:
    """Give the resident a receipt of what was withdrawn."""
    write_to_owner(session, profile_id, Message("withdrawn", f"profile:{profile_id}", "/moi/retrait"), now)


def end_contacts(session: Session, profile_id: UUID, now: datetime) -> None:
    """End what is open with a resident who left, and tell those who wait."""
    profile = session.get(Profile, profile_id)
    if profile is not None:
        following.leave(session, profile, now)


def mail_outcome(session: Session, outcome_id: UUID, now: datetime) -> None:
    """Ask the other side whether what was said of an exchange is so, unless it ended the exchange or left."""
    outcome = session.get(Outcome, outcome_id)
    found = contacts.exchange(session, outcome.contact_id) if outcome else None
    if outcome is None or found is None or outcome.state != "declared" or not outcomes.goes_on(found):
        return
    key = f"outcome:{outcome_id}"
    if outcome.declared_side == "recruiter":
        path, values = f"/moi/messages/{outcome.contact_id}/suite", {"who": found.company.name}
        said = Message("outcome_told", key, path, values)
        relaying.tell(session, found, said, now)
    else:
        path, values = f"/messages/{outcome.contact_id}/suite", {"who": found.profile.shown_name}
        said = Message("outcome_to_confirm", key, path, values, about=(found.resident.id,))
        telling.tell_company(session, found, said, now)


def mail_follow_up(session: Session, outcome_id: UUID, now: datetime) -> None:
    """Ask the resident, or the advisers of one who cannot be reached, whether they are still there."""
    outcome = session.get(Outcome, outcome_id)
    found = contacts.exchange(session, outcome.contact_id) if outcome else None
    if outcome is None or found is None or not outcomes.goes_on(found):
        return
    key, path = f"outcome:{outcome_id}", f"/moi/messages/{outcome.contact_id}/suite"
    said = Message("follow_up", key, path, {"company": found.company.name})
    relaying.tell(session, found, said, now)


def mail_decision(session: Session, flag_id: UUID, now: datetime) -> None:
    """Tell both sides of a report what was decided, and why; neither learns who the other is by it."""
    found = flags.reported(session, flag_id)
    if found is None or not found.flag.decision:
        return
    values = {"decision": found.flag.decision, "word": found.flag.decision_word, "is_reporter": True}
    said = Message("flag_decided", f"flag:{flag_id}", "/signaler", values)
    write(session, found.reporter, said, now)
    # Nobody is told of a report that led nowhere: it would only be guessed who wrote it.
    if found.flag.decision != "kept":
        write(session, found.about, replace(said, values=values | {"is_reporter": False}), now)


def mail_changes(session: Session, profile_id: UUID, now: datetime) -> None:
    """Tell the resident what the adviser asks for."""
    reviews = profiles.reviews_of(session, profile_id)
    if not reviews:
        return
    reviewer = people.person(session, reviews[0].reviewer_id)
    adviser = reviewer.given_name if reviewer else N_("La personne qui t’accompagne")
    values = {"adviser": adviser, "word": reviews[0].word}
    about = (reviewer.id,) if reviewer else ()
    said = Message("changes_requested", f"profile:{profile_id}", "/moi/envoi", values, about)
    write_to_owner(session, profile_id, said, now)


def mail_publication(session: Session, profile_id: UUID, now: datetime) -> None:
    """Tell the resident that companies can see the presentation."""
    write_to_owner(session, profile_id, Message("published", f"profile:{profile_id}", "/moi"), now)


def mail_submission(session: Session, profile_id: UUID, now: datetime) -> None:
    """Tell the advisers that a presentation waits to be looked at."""
    profile = session.get(Profile, profile_id)
    if profile is not None:
        path, values = f"/relecture/{profile_id}", {"resident": profile.shown_name}
        said = Message("submitted", f"profile:{profile_id}", path, values, about=(profile.person_id,))
        write_to_advisers(session, profile.structure_id, said, now)


def end_videos(session: Session, person_id: UUID, _: datetime) -> None:
    """Delete the videos that somebody no longer agrees to show."""
    videos.end_agreement(session, person_id)


def write_to_owner(session: Session, profile_id: UUID, said: Message, now: datetime) -> None:
    """Write to whose profile it is."""
    profile = session.get(Profile, profile_id)
    person = people.person(session, profile.person_id) if profile else None
    if person is not None:
        write(session, person, said, now)


LISTENERS: Mapping[str, tuple[Listener, ...]] = {
    "contact.sent": (mail_proposal, tasks.note_proposal),
    "contact.forwarded": (mail_proposal, tasks.note_forwarded),
    "contact.accepted": (mail_acceptance, tasks.note_moved),
    "contact.declined": (tasks.note_moved,),
    "contact.expired": (mail_expired, tasks.note_moved),
    "contact.taken_back": (mail_taken_back, tasks.note_taken_back),
    "contact.company_answered": (mail_word, tasks.note_moved),
    "contact.forsaken": (mail_forsaken, tasks.note_moved, tasks.note_forsaken),
    "contact.untold": (ask_instead,),
    "contact.resumed": (mail_resumed, tasks.note_resumed),
    "member.left": (colleagues.note_departure,),
    "member.back": (returning.note_return,),
    "contact.disowned": (mail_disowned, tasks.note_disowned),
    "outcome.declared": (mail_outcome,),
    "outcome.unanswered": (mail_outcome,),
    "outcome.disputed": (tasks.note_dispute,),
    "outcome.asked_again": (mail_follow_up,),
    "flag.raised": (tasks.note_flag,),
    "flag.decided": (mail_decision,),
    "captions.validated": (profile_service.note_captions,),
    "profile.changes_requested": (mail_changes,),
    "profile.published": (mail_publication,),
    "profile.submitted": (mail_submission,),
    "profile.withdrawn": (
        end_contacts,
        mail_withdrawal,
        shortlist.forget_withdrawn,
        unsent.take_out_hidden,
    ),
    "profile.resumed": (mail_again, needs_telling.tell_agreed_again),
    "profile.placed": (end_contacts, unsent.take_out_hidden),
    "profile.paused": (unsent.take_out_hidden,),
    "profile.blocked": (unsent.take_out_hidden,),
    "company.suspended": (colleagues.note_suspension,),
    "company.verified": (needs_telling.tell_verified, returning.resume),
    "need.published": (needs_telling.tell_advisers,),
    "need.proposed": (needs_telling.tell_resident, out_of_reach.note_proposed),
    "need.agreed": (needs_telling.tell_agreed, out_of_reach.note_answered),
    "need.declined": (out_of_reach.note_answered,),
    "need.answered": (needs_telling.tell_company,),
    "need.ends_soon": (needs_telling.ask_whether_it_stands,),
    "consent.withdrawn": (profile_service.end_agreement, end_videos),
}
