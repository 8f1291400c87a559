"""What stands before the pages are looked at: the demonstration's story told over HTTP, and where it led."""

import re
import time
import uuid
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pyotp

from app.cli import accounts, story, transfer
from app.cli.demo_data import PASSWORD, YOUNGSTERS
from app.cli.story import Cast
from app.cli.visitor import Visitor
from app.directory import saved_searches
from app.mail.stopping import stop_path
from app.settings import Settings

SEEN = "vue"
WAITING = "attend"
HEARD = "voix"
NEW_ADDRESS = "conseil.nouvelle@visavis.example"
MAIL_LIMIT_S = 30
UUID = r"[0-9a-f-]{36}"
ANSWER = r"/r/([\w-]+)"
CONFIRMATION = r"(/inscription/confirmation/[\w-]+)"


ACCOUNTS = {
    "adviser": accounts.ADVISER,
    "recruiter": accounts.RECRUITER,
    "pending": accounts.PENDING_RECRUITER,
    "admin": accounts.ADMIN,
    "funder": accounts.FUNDER,
}
RESIDENTS = ("resident", "waiting", "newcomer", "forgetful", "heard")
# Recruiters on the way in: one whose mailbox has yet to answer, one whose phone has yet to give its code.
NEWCOMERS = {"registering": "nora@atelier.example", "coded": "remi@garage.example"}
SIRETS = {"registering": "98000002000019", "coded": "98000003800011"}


@dataclass(frozen=True)
class Told:
    """Who is signed in, by part, and the words in curly brackets of the addresses that they look at."""

    people: dict[str, Visitor | None]
    words: dict[str, str]

    def address(self, path: str) -> str:
        """Write the words into a route's path: those of its last part if it has some, else of its first."""
        parts = path.split("/")

        def word(found: re.Match[str]) -> str:
            own = self.words.get(f"{parts[-1]}.{found[1]}")
            return own or self.words[f"{parts[1]}.{found[1]}"]

        return re.sub(r"\{(\w+)\}", word, path)


def tell(url: str, data_dir: Path, clip: Path) -> Told:
    """Take one resident as far as an accepted proposal, one to the adviser, one no further than the door.

    Another has recorded the voice alone, and has it ready.
    """
    people = {part: Visitor(part, url) for part in (*ACCOUNTS, *RESIDENTS, *NEWCOMERS)}
    for part, email in ACCOUNTS.items():
        story.sign_in(people[part], email)
    cast = Cast(people["adviser"], people["resident"], people["recruiter"])
    mailbox = f"ines-{SEEN}@residents.example"
    story.invite(cast, SEEN, mailbox)
    video_id, profile_id = publish(cast, clip)
    slug = story.search(cast.recruiter, SEEN)
    story.write(cast, slug)
    # Before the answer: a letter that asks for one is not sent after it.
    answer_token = first(ANSWER, mail_to(data_dir, mailbox, ANSWER))
    story.accept(cast)
    story.invite(Cast(cast.adviser, people["newcomer"], cast.recruiter), "nouvelle")
    report(people["resident"])
    record_voice(people["adviser"], people["heard"], clip)
    words = words_of(people) | followed(people["recruiter"], cast.adviser, slug, profile_id)
    words |= links(people["adviser"], people["forgetful"], data_dir)
    words |= register(people, data_dir)
    words |= {
        "candidats.slug": slug,
        "r.token": answer_token,
        "sous-titres.video_id": video_id,
        "image.profile_id": profile_id,
        "relecture.profile_id": write_to_review(cast.adviser, people["waiting"]),
    }
    # A birth date is corrected of somebody who is not online.
    waiting = rf'"/accompagnement/({UUID})"[^>]*>\s*Inès-{WAITING}'
    words["naissance.person_id"] = first(waiting, cast.adviser.open("/accompagnement"))
    return Told(people | {"anyone": None}, words)


def publish(cast: Cast, clip: Path) -> tuple[str, str]:
    """Have the resident fill in and send, and the adviser approve; return the video and the profile."""
    story.fill_in(cast.resident, SEEN)
    video_id = story.send_video(cast.resident, clip)
    story.follow(cast.resident, video_id)
    story.validate_captions(cast.resident, video_id)
    profile_id = send_to_review(cast.adviser, cast.resident, SEEN)
    cast.adviser.send(f"/relecture/{profile_id}/accord", {"encouragement": "Très clair, bravo !"})
    return video_id, profile_id


def report(resident: Visitor) -> None:
    """Have the resident report the message that they received: the operator's queue is not empty."""
    contact_id = first(rf"/moi/messages/({UUID})", resident.open("/moi/messages"))
    said = {"subject": "message", "reason": "not_a_job", "word": "On me parle d’autre chose."}
    resident.send(f"/signaler?message={contact_id}", said)


def register(people: dict[str, Visitor], data_dir: Path) -> dict[str, str]:
    """Have two companies register, one recruiter add a phone and come back, the funder begin to add one."""
    for part, email in NEWCOMERS.items():
        people[part].open("/inscription/entreprise")
        typed = {"company": f"Atelier {part}", "siret": SIRETS[part], "city": "Lens", "department": "62"}
        person = {"given_name": "Nora", "family_name": "Petit", "email": email, "password": PASSWORD}
        people[part].send("/inscription/entreprise", typed | person)
    coded = people["coded"]
    confirmation = first(CONFIRMATION, mail_to(data_dir, NEWCOMERS["coded"]))
    coded.open(confirmation)
    coded.send(confirmation, {})
    coded.send("/compte/code/changer", {})
    secret = first(r'class="key"[^>]*>([A-Z2-7 ]+)<', coded.open("/compte/code")).replace(" ", "")
    coded.send("/compte/code", {"code": pyotp.TOTP(secret).now()})
    coded.open("/compte")
    coded.send("/deconnexion", {})
    coded.open("/connexion")
    coded.send("/connexion", {"identifier": NEWCOMERS["coded"], "password": PASSWORD})
    people["funder"].send("/compte/code/changer", {})
    token = first(CONFIRMATION, mail_to(data_dir, NEWCOMERS["registering"]))
    return {"inscription.token": token.rpartition("/")[2]}


def followed(recruiter: Visitor, adviser: Visitor, slug: str, profile_id: str) -> dict[str, str]:
    """Have the recruiter keep and note the resident, save a search and state a need, which is answered."""
    recruiter.send(f"/candidats/{slug}/favori", {})
    notes = {"skills_note": "A déjà tenu une caisse.", "motivation_note": "Explique bien pourquoi ce métier."}
    recruiter.send(f"/favoris/{slug}", notes | {"availability_note": "Libre en janvier, 20 minutes en bus."})
    search_id = first(rf'id="({UUID})"', recruiter.send("/alertes", {"asked": "mots=motivée&contrat=cdi"}))
    stopped = saved_searches.stop_page_path(uuid.UUID(search_id))
    wanted = {"code": YOUNGSTERS[0].job, "department": "59", "posts": "2", "contract": "cdi"}
    stated = recruiter.send("/besoins/nouveau", wanted | {"word": "Une petite équipe, on apprend sur place."})
    need_id = first(rf'action="/besoins/({UUID})"', stated)
    word = "Elle connaît déjà le métier."
    adviser.send(f"/accompagnement/besoins/{need_id}", {"profiles": profile_id, "word": word})
    return {
        "favoris.slug": slug,
        "alertes.search_id": search_id,
        "alertes.token": stop_path(Settings(), stopped).rpartition("/")[2],
        "besoins.need_id": need_id,
        "accompagnement.need_id": need_id,
    }


def write_to_review(adviser: Visitor, resident: Visitor) -> str:
    """Have somebody present themselves in writing, and return the id of what awaits the adviser."""
    story.invite(Cast(adviser, resident, adviser), WAITING)
    story.fill_in(resident, WAITING)
    resident.send("/moi/accord", {"kind": "text"})
    resident.send("/moi/presentation", {"presentation": "text"})
    return send_to_review(adviser, resident, WAITING)


def record_voice(adviser: Visitor, resident: Visitor, clip: Path) -> None:
    """Have somebody present themselves by the voice alone: of the clip, its sound."""
    story.invite(Cast(adviser, resident, adviser), HEARD)
    story.fill_in(resident, HEARD)
    resident.send("/moi/accord", {"kind": "voice"})
    resident.send("/moi/presentation", {"presentation": "voice"})
    upload_id, _ = transfer.send(resident, clip, lambda _ratio: None, "voice")
    sent = resident.tell("/moi/video/envois", {"upload_ids": [upload_id], "kind": "voice"})
    story.follow(resident, str(sent["id"]))


def send_to_review(adviser: Visitor, resident: Visitor, mark: str) -> str:
    """Have a resident send what they have, and return its id as the adviser finds it."""
    resident.send("/moi/envoi", {})
    return first(rf'href="/relecture/({UUID})"[^>]*>\s*Inès-{mark}', adviser.open("/relecture"))


def words_of(people: dict[str, Visitor]) -> dict[str, str]:
    """Find the identifiers of what the story left, on the pages that lead there."""

    def found(part: str, page: str, pattern: str) -> str:
        return first(pattern, people[part].open(page))

    organisation = rf"/administration/organisations/({UUID})"
    return {
        "accompagnement.person_id": found(
            "adviser", "/accompagnement", rf'"/accompagnement/({UUID})"[^>]*>\s*Inès-{SEEN}'
        ),
        "messages.contact_id": found("recruiter", "/messages", rf"/messages/({UUID})"),
        "accompagnement.contact_id": found("recruiter", "/messages", rf"/messages/({UUID})"),
        "administration.flag_id": found(
            "admin", "/administration/signalements", rf"/administration/signalements/({UUID})"
        ),
        "moi.contact_id": found("resident", "/moi/messages", rf"/moi/messages/({UUID})"),
        "administration.organisation_id": found("admin", "/administration", organisation),
        "entreprise.organisation_id": found("recruiter", "/entreprise", rf"/entreprise/({UUID})/"),
        "entreprises.organisation_id": found("recruiter", "/entreprise", rf"/entreprise/({UUID})/"),
        "image.video_id": found("resident", "/moi/video", rf"/moi/video/({UUID})/image"),
        "couper.video_id": found("heard", "/moi/video", rf"/moi/video/({UUID})/couper"),
        "problemes.slug": "video-pas-prete",
    }


def links(adviser: Visitor, forgetful: Visitor, data_dir: Path) -> dict[str, str]:
    """Ask for the links that stand in no page: an invitation that waits, and those that are mailed."""
    yanis = {"given_name": "Yanis", "family_name": "Attend", "born_on": "2005-01-02"}
    invited = adviser.send("/accompagnement/inviter", yanis | {"lives_in_qpv": "no", "way": "desk"})
    forgetful.open("/connexion/lien")
    details = {"phone": "", "email": NEW_ADDRESS, "current": PASSWORD}
    adviser.send("/compte/coordonnees", details)
    forgetful.send("/connexion/lien", {"email": accounts.FUNDER})
    stop = rf"/besoins/arret/({UUID})/([\w-]+)"
    announced = mail_to(data_dir, accounts.ADVISER, stop)
    return {
        "besoins.person_id": first(stop, announced),
        "besoins.token": first(rf"/besoins/arret/{UUID}/([\w-]+)", announced),
        "invitation.token": first(r"/invitation/([\w-]+)", invited),
        "compte.token": first(r"/compte/adresse/([\w-]+)", mail_to(data_dir, NEW_ADDRESS)),
        "connexion.token": first(r"/connexion/lien/([\w-]+)", mail_to(data_dir, accounts.FUNDER)),
    }


def mail_to(data_dir: Path, address: str, pattern: str = "") -> str:
    """Wait for a mail to this address in which a pattern is found, and return its words."""
    limit = time.monotonic() + MAIL_LIMIT_S
    while time.monotonic() < limit:
        for path in (data_dir / "mails").glob("*.eml"):
            letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            body = letter.get_body(("plain",))
            if address in str(letter["To"]) and body and re.search(pattern, str(body.get_content())):
                return str(body.get_content())
        time.sleep(0.2)
    raise AssertionError(address)


def first(pattern: str, text: str) -> str:
    """Return the first group of the first match."""
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]
