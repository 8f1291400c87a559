"""Makers of rows for tests: each takes the session first, flushes, and returns the row."""

from datetime import date, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contacts.models import Contact
from app.db import new_id
from app.directory.models import Favourite, Need, NeedProposal, SavedSearch
from app.people import factors
from app.people.models import Consent, GuardianAuthorisation, Membership, Organisation, Person
from app.people.passwords import HASHER
from app.people.queries import structure_of
from app.people.rules import CONSENT_OF, CONSENT_VERSION, luhn_holds
from app.places.models import Commune, Job
from app.profiles.models import Profile, Script, SoughtJob, WorkZone
from app.profiles.queries import script_of
from app.profiles.rules import KEEPS_VIDEO
from app.settings import Settings
from app.videos.models import Captions, Rendition, Video
from tests.conftest import START

PASSWORD = "une phrase pour les tests"
PASSWORD_HASH = HASHER.hash(PASSWORD)
NUMBERS = count(1)


def make_siret() -> str:
    """Return a SIRET that passes the check, a new one each time."""
    siren_start = f"{NUMBERS.__next__():08d}"
    siren = next(f"{siren_start}{digit}" for digit in range(10) if luhn_holds(f"{siren_start}{digit}"))
    return next(f"{siren}0001{digit}" for digit in range(10) if luhn_holds(f"{siren}0001{digit}"))


def make_person(session: Session, *, name: str = "Aïcha", **columns: object) -> Person:
    """Make an account with `PASSWORD`, without any role; `columns` are the row's own."""
    values = {
        "email": f"personne-{new_id().hex}@courrier.test",
        "given_name": name,
        "family_name": "Benali",
        "password_hash": PASSWORD_HASH,
        "created_at": START,
    }
    person = Person(**values | columns)
    session.add(person)
    session.flush()
    return person


def make_organisation(session: Session, kind: str, name: str, *, state: str = "verified") -> Organisation:
    """Make an organisation in Marseille; a company has a SIRET."""
    organisation = Organisation(
        kind=kind,
        name=name,
        siret=make_siret() if kind == "company" else None,
        city="Marseille",
        department="13",
        state=state,
        created_at=START,
        verified_at=START if state == "verified" else None,
        verification_method="Contrôle des tests" if state == "verified" else None,
        suspended_at=START if state == "suspended" else None,
        suspension_reason="Motif des tests" if state == "suspended" else None,
    )
    session.add(organisation)
    session.flush()
    return organisation


def make_structure(session: Session, name: str = "Mission locale du Nord") -> Organisation:
    """Make a verified structure."""
    return make_organisation(session, "structure", name)


def make_company(session: Session, state: str = "verified", name: str = "Boulangerie Roux") -> Organisation:
    """Make a company, `pending`, `verified` or `suspended`."""
    return make_organisation(session, "company", name, state=state)


def make_partner(session: Session, name: str = "Réseau Emploi Sud") -> Organisation:
    """Make a verified partner organisation."""
    return make_organisation(session, "partner", name)


def make_member(session: Session, role: str, organisation_id: UUID | None, **columns: object) -> Person:
    """Make an account with one role."""
    person = make_person(session, **columns)  # type: ignore[arg-type]  # `name` and the row's own columns
    session.add(Membership(person_id=person.id, organisation_id=organisation_id, role=role, created_at=START))
    session.flush()
    return person


def make_resident(
    session: Session, structure: Organisation | None = None, *, age: int = 20, **columns: object
) -> Person:
    """Make a resident of a structure (a new one without any), `age` years old when the tests start."""
    structure = structure or make_structure(session)
    values = {"born_on": date(START.year - age, 1, 15), "phone": "0612345678"} | columns
    return make_member(session, "resident", structure.id, **values)


def make_adviser(session: Session, structure: Organisation | None = None, **columns: object) -> Person:
    """Make an adviser of a structure, a new one without any."""
    structure = structure or make_structure(session)
    return make_member(session, "adviser", structure.id, **{"name": "Claire"} | columns)


def make_recruiter(session: Session, company: Organisation | None = None, **columns: object) -> Person:
    """Make a recruiter of a company, a new verified one without any."""
    company = company or make_company(session)
    return make_member(session, "recruiter", company.id, **{"name": "Marc"} | columns)


def make_funder(session: Session, **columns: object) -> Person:
    """Make a reader of the funder's figures."""
    funder = make_organisation(session, "funder", "Ministère")
    return make_member(session, "funder", funder.id, **{"name": "Hélène"} | columns)


def make_admin(session: Session, **columns: object) -> Person:
    """Make an operator."""
    return make_member(session, "admin", None, **{"name": "Omar"} | columns)


def make_factor(session: Session, person: Person, settings: Settings) -> str:
    """Give somebody a phone whose codes they sign in with, and return its secret."""
    factor = factors.draw_secret(session, person.id, START, settings)
    factor.confirmed_at = START
    session.flush()
    return factors.secret_of(factor, settings)


def give_consent(
    session: Session, person: Person, kind: str = "image_and_voice", partner: Organisation | None = None
) -> Consent:
    """Give an agreement in the person's name, to the current text."""
    consent = Consent(
        person_id=person.id,
        kind=kind,
        text_version=CONSENT_VERSION,
        partner_id=partner.id if partner else None,
        given_at=START,
        given_by=person.id,
        given_how="page",
    )
    session.add(consent)
    session.flush()
    return consent


def authorise(session: Session, person: Person, adviser: Person | None = None) -> GuardianAuthorisation:
    """Write down that the mother of somebody under 18 signed for them."""
    authorisation = GuardianAuthorisation(
        person_id=person.id,
        guardian_name="Nadia Benali",
        relation="mother",
        signed_on=START.date(),
        checked_how="in_person",
        text_version=CONSENT_VERSION,
        recorded_at=START,
        recorded_by=(adviser or make_adviser(session)).id,
    )
    session.add(authorisation)
    session.flush()
    return authorisation


def make_video(session: Session, person: Person, *, ready: bool = True, **columns: object) -> Video:
    """Make a video of a minute, playable or just received; its objects are not in any storage.

    One that is ready has captions that its person validated, unless `captioned` says that it has none.
    """
    values: dict[str, object] = {"created_at": START, "takes": [], "renditions": []}
    captioned = columns.pop("captioned", ready)
    if ready:
        values |= {
            "state": "ready",
            "step": "done",
            "percent": 100,
            "duration_s": 60.0,
            "ready_at": START,
            "storage_prefix": f"videos/{new_id()}/1",
        }
    video = Video(person_id=person.id, **values | columns)
    session.add(video)
    session.flush()
    if captioned:
        make_captions(session, video, validated_at=START, validated_by=person.id)
    return video


def make_captions(session: Session, video: Video, *said: str, **columns: object) -> Captions:
    """Make the captions of a video, five seconds each, as a worker does; validated ones are shown."""
    cues = [
        {"start_s": 5.0 * at, "end_s": 5.0 * at + 4, "text": text}
        for at, text in enumerate(said or ("Bonjour !",))
    ]
    values: dict[str, object] = {"origin": "script", "is_sure": True, "made_at": START, "cues": cues}
    if columns.get("validated_at"):
        values["shown_cues"] = cues
    captions = Captions(video_id=video.id, **values | columns)
    session.add(captions)
    session.flush()
    return captions


def give_files(session: Session, video: Video) -> Video:
    """Give a ready video of a minute the rows of its files, upright; none of them is in any storage."""
    prefix = f"videos/{video.id}/1/"
    video.storage_prefix, video.poster_key = prefix, f"{prefix}poster.jpg"
    sizes: dict[str, tuple[int | None, int | None]] = {
        "720p.mp4": (720, 1280),
        "360p.mp4": (360, 640),
        "video.mp4": (360, 640),
        "poster.jpg": (720, 1280),
    }
    sizes |= {"storyboard.jpg": (540, 800), "storyboard.vtt": (None, None)}
    for name, (width_px, height_px) in sizes.items():
        row = Rendition(
            name=name, key=f"{prefix}{name}", content_type="video/mp4", width_px=width_px, height_px=height_px
        )
        session.add(row)
        row.video_id, row.size_bytes = video.id, 1
    session.flush()
    session.expire(video, ["renditions"])
    return video


def make_profile(
    session: Session, person: Person | None = None, *, published: bool = True, **columns: object
) -> Profile:
    """Make the profile of a resident (a new one without any); a published one has its agreement and media."""
    person = person or make_resident(session)
    values: dict[str, object] = {
        "structure_id": structure_of(session, person.id),
        "slug": new_id().hex,
        "shown_name": f"{person.given_name} {person.family_name[0]}.",
        "headline": "Vendeuse en boulangerie",
        "created_at": START,
        "updated_at": START,
        "jobs": [],
        "languages": [],
        "zones": [],
        "script": None,
    }
    if published:
        kind = "voice" if columns.get("presentation") == "voice" else "video"
        give_consent(session, person, CONSENT_OF[kind])
        values |= {
            "state": "published",
            "current_video_id": make_video(session, person, kind=kind).id,
            "current_script": {},
            "published_at": START,
        }
    profile = Profile(person_id=person.id, **values | columns)
    session.add(profile)
    session.flush()
    return profile


def make_commune(session: Session, insee: str = "13055", name: str = "Marseille") -> Commune:
    """Make a commune of Provence, once."""
    found = session.get(Commune, insee)
    if found is None:
        found = Commune(
            insee=insee, name=name, department=insee[:2], postal_code="13001", latitude=43.3, longitude=5.4
        )
        session.add(found)
        session.flush()
    return found


def make_job(session: Session, code: str = "D1106", label: str = "Vente en alimentation") -> Job:
    """Make a ROME job, once."""
    found = session.get(Job, code)
    if found is None:
        found = Job(code=code, label=label)
        session.add(found)
        session.flush()
    return found


def make_filled_profile(session: Session, person: Person | None = None, **columns: object) -> Profile:
    """Make a draft that lacks nothing but an agreement and a video: jobs, contracts, places, a script."""
    profile = make_profile(session, person, published=False, contract_types=["cdi"], **columns)
    job, commune = make_job(session), make_commune(session)
    profile.jobs = [SoughtJob(code=job.code, position=1, job=job)]
    profile.zones = [WorkZone(insee=commune.insee, radius_km=20, position=1, commune=commune)]
    profile.script = Script(
        who_i_am="Bonjour, je m’appelle Aïcha et j’ai un CAP vente.",
        experience="J’ai fait deux stages en boulangerie, où j’ai appris à accueillir et à encaisser.",
        strengths="Je suis ponctuelle : en six mois je n’ai jamais été en retard.",
        conclusion="Je cherche un contrat dès janvier.",
        updated_at=START,
    )
    if profile.state in KEEPS_VIDEO:
        profile.current_script = script_of(profile)
    session.flush()
    return profile


def make_contact(
    session: Session, profile: Profile | None = None, recruiter: Person | None = None, **columns: object
) -> Contact:
    """Make a proposal that waits for an answer, to a new profile and by a new recruiter without any."""
    profile, recruiter = profile or make_profile(session), recruiter or make_recruiter(session)
    company = session.scalars(select(Membership.organisation_id).filter_by(person_id=recruiter.id)).one()
    values: dict[str, object] = {
        "kind": "internship",
        "message": "Bonjour,\n\nvenez nous voir.",
        "place": "",
        "sent_at": START,
        "expires_at": START + timedelta(days=15),
    }
    contact = Contact(
        profile_id=profile.id,
        resident_id=profile.person_id,
        recruiter_id=recruiter.id,
        company_id=company,
        **values | columns,
    )
    session.add(contact)
    session.flush()
    return contact


def make_favourite(
    session: Session, profile: Profile | None = None, recruiter: Person | None = None, **columns: object
) -> Favourite:
    """Put a profile among the favourites of a recruiter, new ones without any, for ninety days."""
    profile, recruiter = profile or make_profile(session), recruiter or make_recruiter(session)
    values: dict[str, object] = {"created_at": START, "expires_at": START + timedelta(days=90)}
    favourite = Favourite(
        profile_id=profile.id,
        recruiter_id=recruiter.id,
        company_id=company_of(session, recruiter),
        **values | columns,
    )
    session.add(favourite)
    session.flush()
    return favourite


def company_of(session: Session, recruiter: Person) -> UUID:
    """Return the company of a recruiter of one."""
    own = select(Membership.organisation_id).filter_by(person_id=recruiter.id, role="recruiter")
    company_id = session.scalars(own).one()
    assert company_id is not None
    return company_id


def make_saved_search(session: Session, recruiter: Person | None = None, **columns: object) -> SavedSearch:
    """Save a search for everybody, looked at every day, due since the tests start."""
    recruiter = recruiter or make_recruiter(session)
    values: dict[str, object] = {
        "name": "Tous les profils",
        "asked": "",
        "frequency": "daily",
        "created_at": START - timedelta(days=1),
        "looked_at": START - timedelta(days=1),
        "next_at": START,
    }
    saved = SavedSearch(
        recruiter_id=recruiter.id, company_id=company_of(session, recruiter), **values | columns
    )
    session.add(saved)
    session.flush()
    return saved


def make_need(session: Session, recruiter: Person | None = None, **columns: object) -> Need:
    """State a need of a recruiter's company for somebody who sells food around Marseille."""
    recruiter = recruiter or make_recruiter(session)
    values: dict[str, object] = {
        "job_code": make_job(session).code,
        "department": "13",
        "word": "Une équipe de quatre, on apprend sur place.",
        "published_at": START,
        "expires_at": START + timedelta(days=60),
    }
    need = Need(author_id=recruiter.id, company_id=company_of(session, recruiter), **values | columns)
    session.add(need)
    session.flush()
    return need


def make_need_proposal(
    session: Session, need: Need, profile: Profile, adviser: Person | None = None, **columns: object
) -> NeedProposal:
    """Propose a resident for a need, in the name of their structure."""
    adviser_id = adviser.id if adviser else None
    values: dict[str, object] = {"structure_id": profile.structure_id, "proposed_at": START}
    proposal = NeedProposal(need_id=need.id, profile_id=profile.id, adviser_id=adviser_id, **values | columns)
    session.add(proposal)
    session.flush()
    return proposal
