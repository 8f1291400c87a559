"""The main job as a story: a resident is invited, films, is found, watched, written to, and counted."""

import csv
import io
import re
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app.cli import accounts, transfer
from app.cli.demo_data import PASSWORD, YOUNGSTERS
from app.cli.trouble import Trouble
from app.cli.visitor import Visitor
from app.reports.rules import INDICATORS
from app.viewing.rules import POLICY

PREPARED_LIMIT_S = 600
CAPTIONED_LIMIT_S = 20
COUNTED_LIMIT_S = 60
LOOK_EVERY_S = 0.2
BEAT_S = 5
MARGIN_S = 0.2
DECODED_MIN = 0.9  # of the video's length
COUNTED = ("filmed", "views", "contacts")
LABELS = {indicator.label: indicator.code for indicator in INDICATORS}

console = Console()


@dataclass
class Cast:
    """Who takes part, at their own browser each."""

    adviser: Visitor
    resident: Visitor
    recruiter: Visitor


def tell(url: str, clip: Path) -> None:
    """Tell the whole story on one clip; raise Trouble at the first step that does not hold."""
    cast = Cast(*(Visitor(name, url) for name in ("La conseillère", "La jeune", "Le recruteur")))
    mark = secrets.token_hex(3)
    sign_in(cast.adviser, accounts.ADVISER)
    before = counts(cast.adviser)
    invite(cast, mark)
    fill_in(cast.resident, mark)
    video_id = send_video(cast.resident, clip)
    follow(cast.resident, video_id)
    validate_captions(cast.resident, video_id)
    approve(cast, mark)
    sign_in(cast.recruiter, accounts.RECRUITER)
    slug = search(cast.recruiter, mark)
    watch(cast.recruiter, slug)
    contact(cast, slug)
    bilan(cast.adviser, before)
    console.print("\n[bold green]Tout est vérifié : filmée, vue, contactée, comptée.[/]")


def done(sentence: str) -> None:
    """Say that a step was checked."""
    console.print(f"[green]✓[/] {sentence}", highlight=False, soft_wrap=True)


def require(*, holds: bool, otherwise: str) -> None:
    """Raise Trouble unless what the step promises holds."""
    if not holds:
        raise Trouble(otherwise)


def sign_in(visitor: Visitor, email: str) -> None:
    """Sign in with the demonstration's password."""
    visitor.open("/connexion")
    page = visitor.send("/connexion", {"identifier": email, "password": PASSWORD})
    # Half-way in, the pages of the second step are the only ones: none of them leads to the account.
    halfway = "/deconnexion" in page and 'href="/compte"' not in page
    require(holds=not halfway, otherwise="Un code est demandé : sans lui, VISAVIS_SECOND_FACTOR=optional.")
    require(holds="/deconnexion" in page, otherwise=f"{visitor.name} n’a pas pu se connecter ({email}).")
    done(
        f"{visitor.name} est connectée ({email})"
        if visitor.name.startswith("La")
        else f"{visitor.name} est connecté ({email})"
    )


def invite(cast: Cast, mark: str, email: str = "") -> None:
    """Have the adviser invite, and the resident open the account and agree; `email` is a mailbox, if any."""
    page = cast.adviser.send(
        "/accompagnement/inviter",
        {
            "given_name": f"Inès-{mark}",
            "family_name": "Demo",
            "born_on": "2004-05-06",
            "email": email,
            "lives_in_qpv": "yes",
            "way": "desk",
        },
    )
    link = re.search(r"/invitation/[\w-]+", page)
    require(holds=link is not None, otherwise="La page d’invitation ne donne pas de lien.")
    path = link[0] if link else ""
    cast.resident.open(path)
    page = cast.resident.send(path, {"password": f"une phrase a moi {mark}"})
    require(holds="/deconnexion" in page, otherwise="L’invitation n’a pas ouvert le compte.")
    page = cast.resident.send("/moi/accord", {"kind": "image_and_voice"})
    done(f"Inès-{mark} est invitée, a ouvert son compte et donné son accord")


def fill_in(resident: Visitor, mark: str) -> None:
    """Have the resident say who they are and what they look for, and write the script."""
    spoken = YOUNGSTERS[0].spoken
    resident.send("/moi/profil", {"headline": f"Vendeuse motivée {mark}", "education_level": "cap_bep"})
    resident.send("/moi/profil/metiers/ajout", {"code": YOUNGSTERS[0].job})
    resident.send("/moi/profil/metiers", {"contract_types": ["cdi"]})
    resident.send("/moi/profil/zones/ajout", {"insee": YOUNGSTERS[0].insee, "radius_km": "20"})
    resident.send(
        "/moi/texte",
        dict(zip(("who_i_am", "experience", "strengths", "conclusion"), spoken, strict=True)),
    )
    page = resident.open("/moi/profil")
    require(holds=f"Vendeuse motivée {mark}" in page, otherwise="Le profil n’a pas été gardé.")
    done("Elle a rempli son profil et écrit son texte")


def send_video(resident: Visitor, clip: Path) -> str:
    """Have the resident send the clip by tus; the connection breaks once, and the rest follows."""
    resident.open("/moi/video")
    with bar("Envoi") as (progress, task):
        upload_id, resumed_at = transfer.send(
            resident, clip, lambda ratio: progress.update(task, completed=100 * ratio)
        )
    answer = resident.tell("/moi/video/envois", {"upload_ids": [upload_id]})
    done(f"Elle a envoyé {clip.stat().st_size / 1e6:.1f} Mo ; coupé à {resumed_at:.0%}, repris au même octet")
    return str(answer["id"])


def follow(resident: Visitor, video_id: str) -> None:
    """Wait for the worker, showing its progress as the page does."""
    limit = time.monotonic() + PREPARED_LIMIT_S
    with bar("Préparation") as (progress, task):
        for event in transfer.events(resident, f"/moi/video/{video_id}/progression"):
            progress.update(task, completed=event["percent"], description=event["sentence"][:50])
            if event["state"] in ("refused", "failed"):
                raise Trouble(f"La vidéo n’a pas été acceptée : {event['sentence']}")
            if event["state"] == "ready":
                done("La vidéo est prête")
                return
            require(holds=time.monotonic() < limit, otherwise="La préparation n’en finit pas.")
    raise Trouble("Le suivi de la préparation s’est arrêté avant la fin.")


def validate_captions(resident: Visitor, video_id: str) -> None:
    """Have the resident read the captions that were made of the script, and find them right.

    Where there is no sound to hear, none are made: then they start from the text, as the page offers.
    """
    address = f"/sous-titres/{video_id}"
    limit = time.monotonic() + CAPTIONED_LIMIT_S
    while "WEBVTT" not in (page := resident.open(address)):
        if time.monotonic() > limit:
            page = resident.send(f"{address}/depart", {})
            break
        time.sleep(LOOK_EVERY_S)
    found = re.search(r'name="revision" value="(\d+)"', page)
    resident.send(f"{address}/valider", {"revision": found[1] if found else ""})
    playback = resident.read(f"{address}/lecture")
    require(holds=bool(playback["transcript"]), otherwise="La transcription est vide.")
    done(f"Elle a relu et validé ses sous-titres ({len(playback['transcript'])})")


def approve(cast: Cast, mark: str) -> None:
    """Have the resident send the presentation, and the adviser approve it."""
    cast.resident.send("/moi/envoi", {})
    queue = cast.adviser.open("/relecture")
    found = re.search(rf'href="(/relecture/[0-9a-f-]{{36}})"[^>]*>\s*Inès-{mark}', queue)
    require(holds=found is not None, otherwise="La présentation n’est pas dans la file de relecture.")
    path = found[1] if found else ""
    playback = cast.adviser.read(f"{path}/lecture")
    require(holds=bool(playback["mp4"] or playback["hls"]), otherwise="La conseillère ne peut pas regarder.")
    cast.adviser.open(path)
    cast.adviser.send(f"{path}/accord", {"encouragement": "Très clair, bravo !"})
    done("La conseillère a regardé et approuvé : le profil est en ligne")


def search(recruiter: Visitor, mark: str) -> str:
    """Find the profile by an inflected word without its accent, a contract and a department."""
    page = recruiter.open("/candidats?mots=motive+boulangerie&contrat=cdi&departement=59")
    found = re.search(rf'href="/candidats/([\w-]+)[^"]*"[^>]*>[^<]*{mark}', page)
    require(holds=found is not None, otherwise="La recherche ne trouve pas le profil.")
    slug = found[1] if found else ""
    require(holds=mark in recruiter.open(f"/candidats/{slug}"), otherwise="La page du profil est vide.")
    done("Le recruteur l’a trouvée (« motive boulangerie », CDI, Nord)")
    return slug


def watch(recruiter: Visitor, slug: str) -> None:
    """Play the video: HLS is fetched and decoded, and the seconds watched are told as they pass."""
    playback = recruiter.read(f"/candidats/{slug}/lecture")
    viewing = recruiter.tell("/lectures", {"profile": slug})
    decoded_s = decode(recruiter, playback["hls"])
    length_s = float(playback["duration_s"])
    require(
        holds=decoded_s >= DECODED_MIN * length_s, otherwise=f"HLS : {decoded_s} s décodées sur {length_s}."
    )
    needed_s = POLICY.threshold_s(length_s) + MARGIN_S
    qualified, played_s = False, 0.0
    with bar("Lecture") as (progress, task):
        while not qualified and played_s < length_s:
            # As the page does: every few seconds, and when it is left, which is once it has seen enough.
            beat_s = min(BEAT_S, max(needed_s - played_s, MARGIN_S))
            time.sleep(beat_s)
            played_s = min(played_s + beat_s, length_s)
            beat = {"token": viewing["token"], "spans": [[0, played_s]]}
            qualified = bool(recruiter.tell(f"/lectures/{viewing['id']}/battements", beat)["qualified"])
            progress.update(task, completed=100 * played_s / length_s)
    require(holds=qualified, otherwise="La lecture n’a pas compté comme une vue.")
    done(f"Il a regardé {played_s:.0f} s sur {length_s:.0f} : une vue ({decoded_s:.1f} s de HLS décodées)")


def decode(recruiter: Visitor, address: str) -> float:
    """Fetch every segment of an HLS address, decode picture and sound, and return the seconds decoded."""
    url = address if address.startswith("http") else f"{recruiter.http.base_url}".rstrip("/") + address
    command = ["ffmpeg", "-nostdin", "-v", "error", "-progress", "pipe:1", "-allowed_extensions", "ALL"]
    command += ["-i", url, "-map", "0:v:0", "-map", "0:a:0?", "-f", "null", "-"]
    out = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    require(holds=out.returncode == 0, otherwise=f"HLS ne se décode pas : {out.stderr[-300:]}")
    times = re.findall(r"out_time_us=(\d+)", out.stdout)
    return int(times[-1]) / 1e6 if times else 0.0


def contact(cast: Cast, slug: str) -> None:
    """Have the recruiter write, and the resident read and accept."""
    write(cast, slug)
    accept(cast)


def write(cast: Cast, slug: str) -> None:
    """Have the recruiter write."""
    message = "Bonjour, votre vidéo nous a plu : venez nous rencontrer à la boutique de Roubaix."
    proposal = {"kind": "interview", "message": message, "place": "Roubaix"}
    cast.recruiter.send(f"/candidats/{slug}/contact", proposal)


def accept(cast: Cast) -> None:
    """Have the resident read and accept."""
    inbox = cast.resident.open("/moi/messages")
    found = re.search(r"/moi/messages/([0-9a-f-]{36})", inbox)
    require(holds=found is not None, otherwise="Le message n’est pas arrivé.")
    path = found[0] if found else ""
    require(holds="la boutique de Roubaix" in cast.resident.open(path), otherwise="Le message est vide.")
    cast.resident.send(f"{path}/accepter", {})
    done("Il lui a écrit, elle a accepté")


def bilan(adviser: Visitor, before: dict[str, int]) -> None:
    """Check that the bilan counts one more of each, and shows the facts behind."""
    limit = time.monotonic() + COUNTED_LIMIT_S
    wanted = {code: before[code] + 1 for code in COUNTED}
    while (found := counts(adviser)) != wanted:
        require(holds=time.monotonic() < limit, otherwise=f"Le bilan dit {found}, il faut {wanted}.")
        time.sleep(LOOK_EVERY_S)
    for code in COUNTED:
        facts = adviser.open(f"/bilan/faits?chiffre={code}")
        require(holds="<tbody>" in facts, otherwise=f"Les faits derrière « {code} » ne se voient pas.")
    done("Le bilan compte une personne filmée, une vue et un contact de plus, faits à l’appui")


def counts(adviser: Visitor) -> dict[str, int]:
    """Return the figures of the bilan's CSV by indicator."""
    text = adviser.request("GET", "/bilan.csv").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    found = {LABELS[row["indicateur"]]: int(row["valeur"]) for row in rows if row["valeur"].isdigit()}
    return {code: found.get(code, 0) for code in COUNTED}


def bar(description: str) -> Any:
    """Return a progress bar as a context: (progress, task)."""
    return transfer.shown(
        Progress(
            TextColumn("  {task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        ),
        description,
    )
