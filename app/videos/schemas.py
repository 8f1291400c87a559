"""What leaves and enters the room of videos: playback, news of the preparation, the words for both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from app.errors import Invalid, Refusal, StorageFull, TooLarge, TooMany, Unsupported
from app.people.consents import ConsentMissing, GuardianNeeded, TooYoung
from app.videos.models import Video
from app.videos.rules import REFUSALS, Limits, spoken
from app.videos.states import BROKEN_DOWN, ORIGINAL_LOST
from app.web.french import size

NEARLY_DONE_S = 10
MINUTE_S = 60


class Received(BaseModel):
    """Which complete upload becomes a video."""

    upload_id: UUID


class Sent(BaseModel):
    """Which video an upload became."""

    id: UUID


class Playback(BaseModel):
    """Addresses of one video, good until `expires_at`; none of them names anybody."""

    hls: str | None
    mp4: str | None
    poster: str | None
    captions: str | None
    duration_s: float
    expires_at: datetime


class News(BaseModel):
    """Where the preparation of a video is, as its page shows it; app/web/ts/progress.ts reads it."""

    state: Literal["received", "checking", "processing", "ready", "refused", "failed"]
    step: str
    percent: int
    remaining_s: int | None
    preview: bool
    sentence: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a video did not become one, and what to do."""

    title: str
    advice: str


@dataclass(frozen=True)
class InUse:
    """What its owner reads of a video that a profile names: where it is, what replacing or deleting asks."""

    state: str
    title: str
    lead: str
    replacing: str
    deleting: str = "Pour la supprimer, retire d’abord ton profil, depuis ton espace."


IN_USE = {
    "published": InUse(
        "published",
        "Ta vidéo est en ligne",
        "Les entreprises vérifiées peuvent la regarder.",
        "Elle reste en ligne jusqu’à ce que la nouvelle soit relue et validée.",
    ),
    "paused": InUse(
        "paused",
        "Ta vidéo est en pause",
        "Les entreprises ne la voient pas. Tu reviens en ligne quand tu veux, depuis ton espace.",
        "La nouvelle sera relue avant de prendre sa place.",
    ),
    "placed": InUse(
        "placed",
        "Ta vidéo est gardée",
        "Tu as trouvé : elle n’est plus montrée aux entreprises.",
        "La nouvelle sera relue avant d’être montrée.",
    ),
    "judged": InUse(
        "submitted",
        "Ta vidéo est en relecture",
        "La personne qui t’accompagne la regarde. Tu recevras un mot.",
        "C’est celle-ci qui est relue, tant que tu n’annules pas ton envoi.",
        "Pour la supprimer, annule d’abord ton envoi, depuis ton espace.",
    ),
}
STEP_SENTENCES = {
    "waiting": "Ta vidéo est bien arrivée. Elle attend son tour.",
    "check": "On vérifie ta vidéo.",
    "preview": "On prépare un premier aperçu.",
    "listen": "On règle le son.",
    "ladder": "On prépare ta vidéo pour tous les écrans.",
    "verify": "On vérifie le résultat.",
    "ship": "On range ta vidéo.",
}
# Once it can be watched, these say nothing that anybody waits for.
EARLY_STEPS = ("waiting", "check", "preview")
END_SENTENCES = {
    "ready": "Ta vidéo est prête.",
    "refused": "Ta vidéo n’a pas pu être acceptée.",
    "failed": "Ta vidéo n’a pas pu être préparée.",
}
BREAKDOWNS = {
    BROKEN_DOWN: Explanation(
        "La préparation n’a pas marché",
        "C’est notre faute, pas la tienne. Ta vidéo est gardée : essaie encore une fois. Si ça recommence, "
        "envoie-la depuis un autre téléphone ou parles-en avec la personne qui t’accompagne.",
    ),
    ORIGINAL_LOST: Explanation(
        "La vidéo envoyée n’est plus là",
        "C’est notre faute. Renvoie-la : cela marchera comme la première fois.",
    ),
}
# Why the form without script took nothing, by status; app/web/ts/refusals.ts says it to those with script.
NOT_TAKEN = {
    TooLarge.status: "Cette vidéo est trop lourde : {most} au plus. Choisis une vidéo plus courte, ou filme "
    "en qualité normale.",
    Unsupported.status: "Ce fichier n’est pas une vidéo que nous savons lire. Rien n’est gardé. Choisis une "
    "vidéo MP4, MOV ou WebM.",
    Invalid.status: "Choisis d’abord une vidéo.",
    TooMany.status: "Tu as déjà plusieurs envois en cours. Termine-les là où tu les as commencés, ou "
    "réessaie demain.",
    StorageFull.status: "Il n’y a plus de place chez nous pour le moment. Rien n’est gardé. Réessaie dans "
    "une heure, ou préviens la personne qui t’accompagne.",
}
INTERRUPTED = (
    "L’envoi s’est interrompu, et rien n’est gardé. Choisis ta vidéo à nouveau, si possible en wifi."
)
GONE = News(state="failed", step="done", percent=0, remaining_s=None, preview=False)


def sentence_of(news: News) -> str:
    """Say where the preparation is, in words that are read aloud too."""
    if news.state in END_SENTENCES:
        return END_SENTENCES[news.state]
    sentence = STEP_SENTENCES.get(news.step, "")
    if news.preview and news.step in EARLY_STEPS:
        sentence = "Tu peux déjà la regarder. On prépare la suite."
    return f"{sentence} {left(news.remaining_s)}".strip()


def left(remaining_s: int | None) -> str:
    """Say how long it will still take, roughly, as one says it."""
    if remaining_s is None:
        return ""
    if remaining_s <= NEARLY_DONE_S:
        return "C’est presque fini."
    if remaining_s < MINUTE_S:
        return f"Encore {-(-remaining_s // 10) * 10} secondes environ."
    minutes = -(-remaining_s // MINUTE_S)
    return f"Encore {minutes} minute{'s' if minutes > 1 else ''} environ."


def news_of(video: Video) -> News:
    """Return where a video is, read from its row."""
    return worded(
        News(
            state=video.state,
            step=video.step,
            percent=video.percent,
            remaining_s=video.remaining_s,
            preview=video.preview_key is not None,
        )
    )


def worded(news: News) -> News:
    """Return the same news with its sentence."""
    return news.model_copy(update={"sentence": sentence_of(news)})


def told_without_script(refusal: Refusal, most_bytes: int) -> str:
    """Say why the video of a plain form was not taken; nothing when the page itself says what comes first."""
    if isinstance(refusal, ConsentMissing | GuardianNeeded | TooYoung):
        return ""
    return NOT_TAKEN.get(refusal.status, INTERRUPTED).format(most=size(most_bytes))


def explanation(reason: str, limits: Limits) -> Explanation:
    """Return the words for the reason of a refused or failed video."""
    refusal = REFUSALS.get(reason)
    if refusal is None:
        return BREAKDOWNS.get(reason, BREAKDOWNS[BROKEN_DOWN])
    bounds = {
        "video-trop-longue": f"Il faut {spoken(limits.max_s)} au plus : coupe-la ou filme de nouveau.",
        "video-trop-courte": f"Il faut {spoken(limits.min_s)} au moins : filme de nouveau.",
    }
    return Explanation(refusal.title, refusal.advice or bounds.get(reason, ""))
