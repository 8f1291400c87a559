"""The world of the matrix: two structures, two companies, their people, and one thing of each kind.

What stands in an address is always the first structure's, the first resident's or the first company's: to the
second ones it is somebody else's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accompaniment.models import Task
from app.contacts.models import AnswerLink, Contact, Flag, FollowUp, Outcome
from app.directory import hearing, saved_searches
from app.directory.models import Need, NeedProposal, SavedSearch
from app.mail.stopping import stop_path
from app.partners import service as partners
from app.people.models import (
    EmailChange,
    EmailConfirmation,
    Invitation,
    Organisation,
    Person,
    SignInLink,
)
from app.people.sessions import open_session, standing_session
from app.profiles import queries as profiles
from app.profiles.documents import document_of
from app.profiles.models import Profile
from app.search import service as search
from app.settings import Settings
from app.signing import token_sha256
from app.storage import Storage
from app.uploads import service as uploads
from app.uploads.models import Upload
from app.uploads.rules import expiry
from app.videos.attempts import prefix_of
from app.videos.models import Video
from app.videos.playback import MASTER, PLAYLIST_TYPE, Ticket
from app.viewing.models import Viewing
from app.viewing.rules import POLICY
from tests.conftest import START
from tests.factories import (
    authorise,
    give_consent,
    give_files,
    make_admin,
    make_adviser,
    make_company,
    make_favourite,
    make_filled_profile,
    make_funder,
    make_need,
    make_need_proposal,
    make_partner,
    make_profile,
    make_recruiter,
    make_resident,
    make_saved_search,
    make_structure,
    make_video,
)
from tests.matrix.sequels import make_flag, make_task
from tests.outlines import make_qpv

INVITATION, LINK, BROWSER, PLAY = ("jeton-d-invitation", "jeton-de-lien", "navigateur", "jeton-de-lecture")
ADDRESS, ANSWER, CONFIRMATION_TOKEN = "jeton-d-adresse", "jeton-de-reponse", "jeton-de-confirmation"
UPLOAD_ID = UUID("01a20000-0000-4000-8000-00000000cafe")
UPLOAD_BYTES = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
MESSAGE = "Bonjour, message privé de la boulangerie."
# What must not be read by others, without spaces, and whom it belongs to: the first resident's details are
# her adviser's too, and open to no recruiter before she accepts.
PRIVATE = {
    **dict.fromkeys(("aicha.privee@courrier.test", "0698765432", "Nomprivé"), ("resident", "adviser")),
    **dict.fromkeys(("2006-04-27", "27/04/2006", "27avril2006"), ("resident", "adviser")),
    # The adviser stands by; the operator reads what is reported.
    "messageprivé": ("resident", "recruiter", "adviser", "admin"),
    "noteprivée": ("resident", "recruiter"),
    "soudeursecret": ("recruiter",),
}


@dataclass(frozen=True)
class World:
    """Everybody, by the name of their column, and the things that addresses name."""

    people: dict[str, Person]
    keys: dict[str, str]
    structure: Organisation
    company: Organisation
    waiting: Organisation
    idle_adviser: Person
    idle_recruiter: Person
    session_id: UUID
    profile: Profile
    profiles: tuple[Profile, ...]
    video: Video
    failed_video: Video
    sent_back: Video
    remade: Video
    contact: Contact
    held: Contact
    minor: Person
    outcome: Outcome
    flag: Flag
    task: Task
    viewing: Viewing
    followed: "Followed"
    ticket: str


@dataclass(frozen=True)
class Followed:
    """What a recruiter keeps and states: a search, a need with its answer, and what stops letters of both."""

    saved_search: SavedSearch
    stop_token: str
    silence_token: str
    need: Need
    proposal: NeedProposal


def make_world(session: Session, settings: Settings, storage: Storage) -> World:
    """Make everybody and everything; the caller commits."""
    people, (north, roux, blanc, neuf) = make_people(session)
    aicha, recruiter = people["resident"], people["recruiter"]
    shown = tuple(make_shown(session, people[name]) for name in ("resident", "other resident"))
    video = stored(session, storage, shown[0])
    invite(session, make_resident(session, north, password_hash=None), people["adviser"], north)
    register(session)
    make_qpv(session)
    send_link(session, make_contact(session, shown[0], people["other recruiter"], blanc))
    return World(
        people=people,
        keys=make_keys(session, aicha),
        structure=north,
        company=roux,
        waiting=neuf,
        idle_adviser=make_adviser(session, north, password_hash=None),
        idle_recruiter=make_recruiter(session, roux, password_hash=None),
        session_id=opened_by(session, aicha, settings),
        profile=shown[0],
        profiles=shown,
        video=video,
        failed_video=make_video(session, aicha, ready=False, state="failed", reason="panne"),
        sent_back=give_files(session, make_video(session, aicha, trim_start_s=2.0)),
        remade=make_video(session, aicha, state="processing"),
        **exchanged(session, make_contact(session, shown[0], recruiter, roux), north),
        viewing=make_viewing(session, shown[0], recruiter, roux),
        followed=follow(session, settings, shown[0], people),
        ticket=Ticket(video.id, 1, START + timedelta(minutes=5)).token(settings.secret_key),
    )


def stored(session: Session, storage: Storage, profile: Profile) -> Video:
    """Give the video of a profile its files, and the storage the playlist that is asked for."""
    video = give_files(session, session.get_one(Video, profile.current_video_id))
    storage.put_bytes(f"{prefix_of(video.id)}1/{MASTER}", b"#EXTM3U\n", PLAYLIST_TYPE)
    return video


def make_people(session: Session) -> tuple[dict[str, Person], tuple[Organisation, ...]]:
    """Make who asks, with the first structure, the first company and the one that waits."""
    north, south = make_structure(session), make_structure(session, "Mission locale du Sud")
    roux, blanc = make_company(session), make_company(session, name="Atelier Blanc")
    neuf = make_company(session, state="pending", name="Atelier Neuf")
    aicha = make_resident(session, north, email="aicha.privee@courrier.test", phone="0698765432")
    aicha.family_name, aicha.born_on = "Nomprivé", date(2006, 4, 27)
    return {
        "resident": aicha,
        "other resident": make_resident(session, south, name="Karim"),
        "recruiter": make_recruiter(session, roux),
        "other recruiter": make_recruiter(session, blanc),
        "waiting recruiter": make_recruiter(session, neuf),
        "adviser": make_adviser(session, north),
        "other adviser": make_adviser(session, south),
        "funder": make_funder(session),
        "admin": make_admin(session),
    }, (north, roux, blanc, neuf)


def follow(session: Session, settings: Settings, profile: Profile, people: dict[str, Person]) -> Followed:
    """Keep the resident with a note, save a search, state a need for which the adviser proposes them."""
    recruiter = people["recruiter"]
    make_favourite(session, profile, recruiter, skills_note="Note privée.", noted_at=START)
    saved = make_saved_search(session, recruiter, asked="mots=soudeursecret")
    need = make_need(session, recruiter)
    proposal = make_need_proposal(session, need, profile, people["adviser"])
    stop = token_of(settings, saved_searches.stop_page_path(saved.id))
    silence = token_of(settings, hearing.stop_page_path(people["adviser"].id))
    return Followed(saved, stop, silence, need, proposal)


def token_of(settings: Settings, page: str) -> str:
    """Return what a letter adds to the address of the page that stops it."""
    return stop_path(settings, page).rpartition("/")[2]


def make_shown(session: Session, person: Person) -> Profile:
    """Make a whole profile, published with its video, and found by search."""
    profile = make_filled_profile(session, person)
    give_consent(session, person)
    profile.state, profile.current_video_id = "published", make_video(session, person).id
    profile.current_script, profile.published_at = profiles.script_of(profile), START
    session.flush()
    search.index(session, document_of(session, profile))
    return profile


def make_keys(session: Session, shared: Person) -> dict[str, str]:
    """Make the keys of two partners' programs; the resident agrees to the first partner."""
    keys = {}
    for name in ("program", "other program"):
        partner = make_partner(session, name)
        key, keys[name] = partners.mint(session, partner.id, ("profiles:read", "media:read"), START, 90)
        key.last_used_at = START
        if name == "program":
            give_consent(session, shared, "partner", partner)
    return keys


def invite(session: Session, person: Person, inviter: Person, structure: Organisation) -> None:
    """Write an invitation, a sign-in link and a change of address, whose tokens the tests know."""
    session.add(
        Invitation(
            person_id=person.id,
            structure_id=structure.id,
            invited_by=inviter.id,
            token_sha256=token_sha256(INVITATION),
            created_at=START,
            expires_at=START + timedelta(days=7),
        )
    )
    session.add(
        SignInLink(
            person_id=person.id,
            token_sha256=token_sha256(LINK),
            browser_sha256=token_sha256(BROWSER),
            created_at=START,
            expires_at=START + timedelta(minutes=15),
        )
    )
    session.add(
        EmailChange(
            person_id=person.id,
            email="confirmee@courrier.test",
            token_sha256=token_sha256(ADDRESS),
            created_at=START,
            expires_at=START + timedelta(hours=24),
        )
    )
    session.flush()


def register(session: Session) -> None:
    """Write a registration whose mailbox has yet to answer, by a token that the tests know."""
    company = make_company(session, state="pending", name="Atelier Muet")
    session.add(
        EmailConfirmation(
            person_id=make_recruiter(session, company).id,
            token_sha256=token_sha256(CONFIRMATION_TOKEN),
            created_at=START,
            expires_at=START + timedelta(hours=24),
        )
    )
    session.flush()


def opened_by(session: Session, person: Person, settings: Settings) -> UUID:
    """Open a session of this person and return its id."""
    found = standing_session(session, open_session(session, person.id, "", START), START, settings)
    assert found is not None
    return found.id


def make_contact(session: Session, profile: Profile, recruiter: Person, company: Organisation) -> Contact:
    """Write the recruiter's message to the resident, not read yet."""
    contact = Contact(
        profile_id=profile.id,
        resident_id=profile.person_id,
        recruiter_id=recruiter.id,
        company_id=company.id,
        kind="job",
        message=MESSAGE,
        place="Marseille",
        sent_at=START,
        expires_at=START + timedelta(days=15),
    )
    session.add(contact)
    session.flush()
    return contact


def send_link(session: Session, contact: Contact) -> None:
    """Mail a link that answers a message to whoever holds it: what it opens is private to nobody here."""
    contact.message = "Bonjour, une autre proposition."
    session.add(
        AnswerLink(
            contact_id=contact.id,
            token_sha256=token_sha256(ANSWER),
            channel="mail",
            address_sha256=token_sha256("aicha.privee@courrier.test"),
            created_at=START,
            expires_at=contact.expires_at,
        )
    )
    session.flush()


def exchanged(session: Session, contact: Contact, structure: Organisation) -> dict[str, Any]:
    """Return an exchange with what came of it, and one of somebody under 18, by the names of the world."""
    minor, held = make_held(session, contact, structure)
    return {
        "contact": contact,
        "minor": minor,
        "held": held,
        "outcome": make_outcome(session, contact),
        "flag": make_flag(session, contact),
        "task": make_task(session, contact, structure),
    }


def make_held(session: Session, like: Contact, structure: Organisation) -> tuple[Person, Contact]:
    """Write the recruiter's message to somebody under 18, that waits for the adviser."""
    minor = make_resident(session, structure, age=16)
    recruiter = session.get_one(Person, like.recruiter_id)
    company = session.get_one(Organisation, like.company_id)
    contact = make_contact(session, make_profile(session, minor, published=False), recruiter, company)
    contact.route = "adviser_first"
    authorise(session, minor)
    return minor, contact


def make_outcome(session: Session, contact: Contact) -> Outcome:
    """Say, as the structure, that the message led to an interview, and ask again a month on."""
    outcome = Outcome(
        contact_id=contact.id,
        kind="interview",
        declared_at=START,
        declared_by=contact.recruiter_id,
        declared_side="adviser",
    )
    session.add(outcome)
    session.flush()
    session.add(FollowUp(outcome_id=outcome.id, months=1, asked_at=START))
    session.flush()
    return outcome


def make_viewing(session: Session, profile: Profile, viewer: Person, company: Organisation) -> Viewing:
    """Begin the recruiter's play of the resident's video."""
    viewing = Viewing(
        video_id=profile.current_video_id,
        profile_id=profile.id,
        viewer_id=viewer.id,
        organisation_id=company.id,
        token_sha256=token_sha256(PLAY),
        started_at=START,
        last_beat_at=START,
        policy=POLICY.version,
        qualified_at=START,
    )
    session.add(viewing)
    session.flush()
    return viewing


def make_upload(session: Session, settings: Settings, person_id: UUID, *, complete: bool) -> None:
    """Write the resident's upload with its bytes, all of them or not yet."""
    length_bytes = len(UPLOAD_BYTES) + (0 if complete else 1)
    session.add(
        Upload(
            id=UPLOAD_ID,
            person_id=person_id,
            state="complete" if complete else "receiving",
            length_bytes=length_bytes,
            tus_metadata="",
            created_at=START,
            completed_at=START if complete else None,
            expires_at=expiry(START, settings.upload_life_days),
        )
    )
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    uploads.spool_path(settings, UPLOAD_ID).write_bytes(UPLOAD_BYTES)
