"""How each address is asked: what stands in it, what is sent, and in which state things are found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.contacts.models import Contact, Outcome
from app.contacts.rules import COMPANY_ANSWERS_WITHIN
from app.profiles.models import Profile
from app.profiles.rules import SCRIPT_PARTS
from app.rights.schemas import CONFIRMATION
from app.settings import Settings
from app.storage import Storage
from app.uploads.tus import CONTENT_TYPE, VERSION
from tests.conftest import START
from tests.factories import PASSWORD, make_siret
from tests.matrix.states import blocked, no_captions, no_flag, not_authorised, replaced
from tests.matrix.world import (
    ADDRESS,
    ANSWER,
    CONFIRMATION_TOKEN,
    INVITATION,
    LINK,
    PLAY,
    UPLOAD_BYTES,
    UPLOAD_ID,
    World,
    make_upload,
)

# Nobody's: what it names does not exist.
NOBODY_S = UUID("01a20000-0000-7000-8000-000000000000")
PERSON = {"given_name": "Léa", "family_name": "Roy", "email": "lea@mission.test"}
MESSAGE = "Bonjour, venez nous voir à l’atelier."
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nBonjour."
FORMS: dict[str, dict[str, str]] = {
    "/connexion/lien": {"email": "lea@mission.test"},
    "/langue": {"language": "en"},
    "/invitation/{token}": {"password": PASSWORD},
    **{path: {"code": "123456"} for path in ("/connexion/code", "/compte/code", "/compte/code/secours")},
    "/compte/mot-de-passe": {"current": PASSWORD, "password": "une autre phrase de tests"},
    "/compte/coordonnees": {"phone": "0611223344", "email": "neuve@courrier.test", "current": PASSWORD},
    "/accompagnement/{person_id}/quartier": {"answer": "yes"},
    "/moi/quartier": {"answer": "no"},
    "/accompagnement/{person_id}/coordonnees": {"phone": "0611223344", "email": "neuve@courrier.test"},
    "/moi/accord": {"kind": "text"},
    "/moi/accord/retirer": {"kind": "text"},
    "/administration/structures/nouvelle": PERSON
    | {"structure": "Mission locale de l’Est", "city": "Metz", "department": "57"},
    "/administration/organisations/{organisation_id}/verifier": {"method": "sirene"},
    "/administration/organisations/{organisation_id}/suspendre": {"reason": "Fausse entreprise"},
    "/administration/organisations/{organisation_id}/refuser": {"reason": "Inconnue au numéro public"},
    "/administration/organisations/{organisation_id}/inviter": PERSON,
    "/inscription/confirmation": {"email": "neuve@courrier.test"},
    "/entreprise/{organisation_id}/presentation": {"city": "Marseille", "about": "Du pain, depuis 1950."},
    "/entreprise/{organisation_id}/collegues": PERSON,
    "/entreprises/{organisation_id}/recommandation": {"word": "Ils ont pris deux stagiaires."},
    "/moi/profil": {"headline": "Vendeuse", "about": "J’aime accueillir.", "education_level": "bac"},
    "/moi/profil/metiers": {"contract_types": "cdd", "available_on": "2027-01-04"},
    "/moi/profil/metiers/ajout": {"code": "", "job": "Vente en alimentation"},
    "/moi/profil/metiers/retrait": {"code": "D1106"},
    "/moi/profil/atouts": {"skills": "Encaisser", "competences": "teamwork"},
    "/moi/profil/atouts/langues": {"language": "Anglais", "level": "B1"},
    "/moi/profil/atouts/langues/retrait": {"language": "Anglais"},
    "/moi/profil/zones/ajout": {"insee": "", "commune": "Marseille", "radius_km": "20"},
    "/moi/profil/zones/retrait": {"insee": "13055"},
    "/moi/texte": dict.fromkeys(SCRIPT_PARTS, "Bonjour."),
    "/moi/presentation": {"presentation": "text"},
    "/moi/video/{video_id}/image": {"tile": "3"},
    "/moi/video/{video_id}/couper": {"start_s": "2.5", "end_s": "40"},
    "/relecture/{profile_id}/image": {"tile": "3"},
    "/relecture/{profile_id}/accord": {"encouragement": "Bravo."},
    "/relecture/{profile_id}/reprise": {"word": "Presque.", "notes": "0:12 Parle plus fort"},
    "/candidats/{slug}/contact": {
        "kind": "job",
        "message": MESSAGE,
        "place": "Lyon",
        "slots": "2026-12-01T10:00",
    },
    "/moi/messages/{contact_id}/accepter": {"slot": "1"},
    "/moi/messages/{contact_id}/refuser": {"reason": "other"},
    "/messages/{contact_id}/reponse": {
        "word": "appointment",
        "meets_at": "2026-12-01T10:00",
        "meets_where": "Lyon",
        "message": MESSAGE,
    },
    "/r/{token}/oui": {"slot": "1"},
    "/r/{token}/non": {"reason": "other"},
    "/compte/coordonnees/messages": {"reached_by": "sms"},
    "/moi/trouve/comment": {"how": "adviser"},
    "/moi/messages/{contact_id}/suite": {"kind": "job", "contract_type": "cdi", "starts_on": "2026-12-01"},
    "/messages/{contact_id}/suite": {"kind": "job", "contract_type": "cdi", "starts_on": "2026-12-01"},
    "/moi/messages/{contact_id}/suite/{outcome_id}": {"answer": "yes"},
    "/messages/{contact_id}/suite/{outcome_id}": {"answer": "yes"},
    "/signaler": {"subject": "person", "reason": "other", "word": "Un mot pour comprendre."},
    "/administration/signalements/{flag_id}": {"decision": "kept", "word": "Rien à reprocher ici."},
    "/accompagnement/{person_id}/responsable": {
        "guardian_name": "Nadia Roy",
        "relation": "mother",
        "signed_on": "2026-11-20",
        "checked_how": "in_person",
    },
    "/accompagnement/{person_id}/messages/{contact_id}/decliner": {"reason": "other"},
    "/accompagnement/{person_id}/messages/{contact_id}/reponse": {
        "how": "phone",
        "answer": "yes",
        "reason": "",
    },
    "/accompagnement/{person_id}/messages/{contact_id}/suite": {
        "kind": "job",
        "contract_type": "cdi",
        "starts_on": "2026-12-01",
    },
    "/accompagnement/{person_id}/messages/{contact_id}/suite/{outcome_id}": {"answer": "yes"},
    "/candidats/{slug}/avis": {"said": "changed"},
    "/favoris/{slug}": {"skills_note": "À former.", "availability_note": "", "motivation_note": ""},
    "/alertes": {"asked": "mots=vente"},
    "/alertes/{search_id}": {"name": "Vente", "frequency": "weekly"},
    "/besoins/nouveau": {"job": "Vente en alimentation", "department": "13", "posts": "1"},
    "/besoins/recherche": {"asked": "metier=D1106"},
    "/besoins/{need_id}": {"move": "fill"},
    "/accompagnement/inviter": PERSON
    | {"born_on": "2006-03-01", "phone": "0611223344", "lives_in_qpv": "yes", "way": "desk"}
    | {"structure": "", "commune": "Marseille", "insee": ""},
    "/accompagnement/{person_id}/naissance": {"born_on": "2006-04-28"},
    "/accompagnement/{person_id}/invitation": {"way": "desk"},
    "/sous-titres/{video_id}/texte": {"revision": "1", "text": CAPTIONS},
    "/sous-titres/{video_id}/fichier": {"revision": "1", "text": CAPTIONS},
    "/sous-titres/{video_id}/signe": {"signed": "true"},
    "/sous-titres/{video_id}/valider": {"revision": "1"},
    "/moi/donnees/effacer": {"word": CONFIRMATION},
    "/compte/donnees/fermer": {"current": PASSWORD},
}
ANSWER_PATHS = [
    f"/r/{{token}}{ending}" for ending in ("", "/oui", "/non", "/annuler", "/pas-moi", "/rendez-vous.ics")
]
QUERIES = {
    "/bilan/faits": "?chiffre=filmed",
    "/lieux/communes": "?q=mars",
    "/lieux/metiers": "?q=vente",
}
UPLOAD_HEADERS: dict[str, dict[str, str]] = {
    "POST": {"Upload-Length": "1000"},
    "PATCH": {"Upload-Offset": str(len(UPLOAD_BYTES)), "Content-Type": CONTENT_TYPE},
}


NEWS_PATHS = (
    "/moi/messages/{contact_id}/nouvelles",
    "/accompagnement/{person_id}/messages/{contact_id}/nouvelles",
)


@dataclass(frozen=True)
class Asking:
    """One request: `arguments` are those of the client."""

    method: str
    address: str
    arguments: dict[str, Any] = field(default_factory=dict)


def values_of(world: World, path: str) -> dict[str, object]:
    """Return what stands in an address: the first structure's, resident's or company's."""
    values: dict[str, object] = {
        "slug": world.profile.slug,
        "session_id": world.session_id,
        "organisation_id": world.structure.id,
        "person_id": world.people["resident"].id,
        "profile_id": world.profile.id,
        "video_id": world.video.id,
        "viewing_id": world.viewing.id,
        "contact_id": world.contact.id,
        "outcome_id": world.outcome.id,
        "flag_id": world.flag.id,
        "task_id": world.task.id,
        "search_id": world.followed.saved_search.id,
        "need_id": world.followed.need.id,
        "proposal_id": world.followed.proposal.id,
        "upload_id": UPLOAD_ID,
        "key": f"{world.video.storage_prefix}master.m3u8",
    }
    found = particular_to(world) | of_companies(world) | meeting(world)
    return values | found.get(path, {})


def particular_to(world: World) -> dict[str, dict[str, object]]:
    """Return what stands in an address where another thing of the kind is meant."""
    adviser: dict[str, object] = {"person_id": world.people["adviser"].id}
    silence = adviser | {"token": world.followed.silence_token}
    organisation = "/administration/organisations/{organisation_id}"
    return {
        "/problemes/{slug}": {"slug": "introuvable"},
        "/lieux/contours/{vintage}/{row}/{column}": {"vintage": 2024, "row": 433, "column": 53},
        "/invitation/{token}": {"token": INVITATION},
        "/connexion/lien/{token}": {"token": LINK},
        "/compte/adresse/{token}": {"token": ADDRESS},
        **{path: {"token": ANSWER} for path in ANSWER_PATHS},
        "/medias/{token}/sous-titres/{name}.vtt": {"token": world.ticket, "name": "valides"},
        "/alertes/arret/{search_id}/{token}": {"token": world.followed.stop_token},
        **{f"/besoins/arret/{{person_id}}/{{token}}{verb}": silence for verb in ("", "/reprise")},
        "/medias/{token}/{name}": {"token": world.ticket, "name": "master.m3u8"},
        "/moi/video/{video_id}/reessayer": {"video_id": world.failed_video.id},
        "/moi/video/{video_id}/supprimer": {"video_id": world.failed_video.id},
        "/sous-titres/{video_id}/valider": {"video_id": world.sent_back.id},
        "/moi/video/{video_id}/couper": {"video_id": world.sent_back.id},
        "/moi/video/{video_id}/entiere": {"video_id": world.sent_back.id},
        "/moi/video/{video_id}/garder": {"video_id": world.remade.id},
        f"{organisation}/verifier": {"organisation_id": world.waiting.id},
        f"{organisation}/refuser": {"organisation_id": world.waiting.id},
        "/inscription/confirmation/{token}": {"token": CONFIRMATION_TOKEN},
        f"{organisation}/suspendre": {"organisation_id": world.company.id},
        f"{organisation}/inviter/{{person_id}}": {"person_id": world.idle_adviser.id},
        f"{organisation}/membres/{{person_id}}/suspendre": adviser,
        f"{organisation}/membres/{{person_id}}/retablir": adviser,
        f"{organisation}/membres/{{person_id}}/code": adviser,
    }


def of_companies(world: World) -> dict[str, dict[str, object]]:
    """Return what stands in the addresses of companies: the first one, its recruiter who has not come yet."""
    own: dict[str, object] = {"organisation_id": world.company.id}
    idle, company = own | {"person_id": world.idle_recruiter.id}, "/entreprise/{organisation_id}"
    return {
        f"{company}/presentation": own,
        f"{company}/collegues": own,
        f"{company}/collegues/{{person_id}}/inviter": idle,
        f"{company}/collegues/{{person_id}}/retirer": idle,
        "/entreprises/{organisation_id}": own,
        "/entreprises/{organisation_id}/recommandation": {"organisation_id": world.waiting.id},
    }


def meeting(world: World) -> dict[str, dict[str, object]]:
    """Return what stands in the addresses of exchanges where somebody under 18, or the company, is meant."""
    resident = "/accompagnement/{person_id}"
    minor: dict[str, object] = {"person_id": world.minor.id, "contact_id": world.held.id}
    company: dict[str, object] = {"organisation_id": world.company.id}
    return {
        f"{resident}/responsable": minor,
        f"{resident}/responsable/retirer": minor,
        f"{resident}/messages/{{contact_id}}/transmettre": minor,
        f"{resident}/messages/{{contact_id}}/decliner": minor,
        "/moi/entreprises/{organisation_id}/bloquer": company,
        "/messages/collegues/{person_id}/reprendre": {"person_id": world.idle_recruiter.id},
        "/moi/entreprises/{organisation_id}/debloquer": company,
    }


def asking(world: World, storage: Storage, method: str, path: str) -> Asking:
    """Return the request that whoever may make it makes."""
    address = path.replace(":path", "").format(**values_of(world, path)) + QUERIES.get(path, "")
    if path == "/signaler" and method == "POST":
        address += f"?message={world.contact.id}"
    if path == "/media/{key:path}":
        address = storage.signed_url(str(values_of(world, path)["key"]), 60, START)
    if path.startswith("/files"):
        headers = {"Tus-Resumable": VERSION} | UPLOAD_HEADERS.get(method, {})
        return Asking(method, address, {"headers": headers, "content": b"!" if method == "PATCH" else b""})
    return Asking(method, address, body_of(world, path) if method == "POST" else {})


def body_of(world: World, path: str) -> dict[str, Any]:
    """Return what is sent to an address, as arguments of the client."""
    if path == "/connexion":
        return {"data": {"identifier": world.people["adviser"].email or "", "password": PASSWORD}}
    if path == "/inscription/siret":
        return {"data": {"siret": make_siret()}}
    if path == "/inscription/entreprise":
        company = {"company": "Atelier", "siret": make_siret(), "city": "Metz", "department": "57"}
        return {"data": PERSON | company | {"password": PASSWORD}}
    if path == "/accompagnement/besoins/{need_id}":
        return {"data": {"profiles": str(world.profile.id)}}
    if path == "/moi/video/nouvelle":
        return {"files": {"video": ("ma-video.mp4", UPLOAD_BYTES, "video/mp4")}}
    documents: dict[str, dict[str, Any]] = {
        "/moi/video/envois": {"upload_ids": [str(UPLOAD_ID)]},
        "/sous-titres/{video_id}": {
            "revision": 1,
            "cues": [{"start_s": 0, "end_s": 2, "text": "Bonjour."}],
        },
        "/lieux/quartier": {"latitude": 43.32, "longitude": 5.37},
        "/lectures": {"profile": world.profile.slug},
        "/lectures/{viewing_id}/battements": {"token": PLAY, "spans": [[0, 1]]},
    }
    news = {"outcome": str(world.outcome.id), "months": "1", "answer": "yes"}
    forms = FORMS | dict.fromkeys(NEWS_PATHS, news)
    return {"json": documents[path]} if path in documents else {"data": forms.get(path, {})}


def missing(world: World, asked: Asking, path: str) -> Asking | None:
    """Return the same request about something that does not exist, None where it names nothing."""
    address, arguments = asked.address, asked.arguments
    for value in {str(value) for value in values_of(world, path).values()}:
        address = address.replace(value, str(NOBODY_S))
        if path == "/lectures":
            arguments = {"json": {"profile": str(NOBODY_S)}}
    changed = Asking(asked.method, address, arguments)
    return None if changed == asked else changed


def put_in_state(world: World, session: Session, settings: Settings, route: str) -> None:
    """Put what a request is about in the state in which its verb can do something."""
    if act := STATES.get(route):
        act(world, session)
    if "/files/{upload_id}" in route or route == "POST /moi/video/envois":
        complete = route == "POST /moi/video/envois"
        make_upload(session, settings, world.people["resident"].id, complete=complete)


def profiles_are(state: str, *, proposed: bool = False) -> Callable[[World, Session], None]:
    """Return what puts both residents' profiles in a state, with the video sent to be judged or none."""

    def act(world: World, session: Session) -> None:
        for profile in world.profiles:
            video_id = profile.current_video_id
            changed = update(Profile).where(Profile.id == profile.id).values(state=state)
            if state not in ("published", "paused"):
                changed = changed.values(current_video_id=None)
            session.execute(changed.values(proposed_video_id=video_id) if proposed else changed)

    return act


def no_contact(world: World, session: Session) -> None:
    """Close what recruiters sent: another message may leave."""
    del world
    session.execute(update(Contact).values(state="declined"))


def accepted(world: World, session: Session) -> None:
    """Have the resident say yes by a tap, a moment ago."""
    del world
    moment = {"answered_at": START, "company_due_at": START + COMPANY_ANSWERS_WITHIN}
    session.execute(update(Contact).values(state="accepted", **moment))


def said_by(side: str) -> Callable[[World, Session], None]:
    """Return what lets a side have said what came of the message."""

    def act(world: World, session: Session) -> None:
        accepted(world, session)
        session.execute(update(Outcome).where(Outcome.id == world.outcome.id).values(declared_side=side))

    return act


STATES: dict[str, Callable[[World, Session], None]] = {
    "GET /accompagnement/{person_id}/naissance": profiles_are("draft"),
    "POST /accompagnement/{person_id}/naissance": profiles_are("draft"),
    "POST /moi/presentation": profiles_are("draft"),
    "POST /moi/envoi": profiles_are("draft"),
    "POST /moi/envoi/reprise": profiles_are("submitted", proposed=True),
    "POST /moi/reprise": profiles_are("paused"),
    "POST /relecture/{profile_id}/accord": profiles_are("submitted", proposed=True),
    "POST /relecture/{profile_id}/reprise": profiles_are("submitted", proposed=True),
    "POST /candidats/{slug}/contact": no_contact,
    "POST /messages/{contact_id}/coordonnees": accepted,
    "POST /messages/{contact_id}/reponse": accepted,
    "GET /moi/messages/{contact_id}/rendez-vous.ics": accepted,
    "GET /r/{token}/rendez-vous.ics": accepted,
    "POST /r/{token}/annuler": accepted,
    "POST /moi/trouve/comment": profiles_are("placed"),
    "GET /moi/trouve": profiles_are("placed"),
    "GET /moi/retrait": profiles_are("withdrawn"),
    "POST /moi/messages/{contact_id}/suite": accepted,
    "POST /messages/{contact_id}/suite": accepted,
    "POST /accompagnement/{person_id}/messages/{contact_id}/suite": accepted,
    "POST /accompagnement/{person_id}/messages/{contact_id}/suite/{outcome_id}": said_by("recruiter"),
    "POST /accompagnement/{person_id}/responsable": not_authorised,
    "POST /moi/entreprises/{organisation_id}/debloquer": blocked,
    "POST /signaler": no_flag,
    "POST /compte/donnees/fermer": replaced,
    "POST /sous-titres/{video_id}/depart": no_captions,
}
