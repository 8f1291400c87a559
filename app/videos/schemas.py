"""What leaves and enters the room of videos: playback, news of the preparation, the words for both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.errors import Invalid, Refusal, StorageFull, TooLarge, TooMany, Unsupported
from app.people.consents import ConsentMissing, GuardianNeeded, TooYoung
from app.uploads.rules import Medium
from app.videos.captions import Cue, in_one_line
from app.videos.chapters import Chapter
from app.videos.models import Video
from app.videos.refusals import REFUSALS
from app.videos.rules import Limits, spoken
from app.videos.states import BROKEN_DOWN, ORIGINAL_LOST
from app.web.french import size
from app.words import N_, said

NEARLY_DONE_S = 10
MINUTE_S = 60
DAY_S = 86_400


class Received(BaseModel):
    """Which complete uploads become a video, or a voice alone, in the order in which they play.

    `filmed_s` says of each, in the same order, how long it was filmed for by the timer of its recorder; it is
    empty where nobody timed any.
    """

    upload_ids: list[UUID]
    kind: Medium = "video"
    filmed_s: list[Annotated[float, Field(ge=0, le=DAY_S, allow_inf_nan=False)] | None] = []


class Sent(BaseModel):
    """Which video the uploads became."""

    id: UUID


class Spoken(BaseModel):
    """What is said between two instants of a video, in seconds."""

    start_s: float
    end_s: float
    text: str


class Playback(BaseModel):
    """Addresses of one video, good until `expires_at`, which is in `life_s`; none of them names anybody.

    `storyboard` is WebVTT whose cues are parts (`#xywh`) of a sheet of small pictures, `chapters` the takes
    of which the video was made, if there are several; `peaks` is JSON: the loudest sound of each `step_s`,
    from 0 to 100.  `sizes_bytes` says what each of its media weighs, by its name: `720p`, `audio`; `video` is
    the one MP4.
    """

    hls: str | None
    mp4: str | None
    poster: str | None
    captions: str | None
    transcript: list[Spoken]
    storyboard: str | None = None
    peaks: str | None = None
    chapters: list[Chapter] = []
    sizes_bytes: dict[str, int] = {}
    duration_s: float
    expires_at: datetime
    life_s: int


class News(BaseModel):
    """Where the preparation of a video is, as its page shows it; app/web/ts/progress.ts reads it."""

    state: Literal["received", "checking", "processing", "ready", "refused", "failed"]
    step: str
    percent: int
    remaining_s: int | None
    preview: bool
    kind: Medium = "video"
    sentence: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a video did not become one, and what to do."""

    title: str
    advice: str


@dataclass(frozen=True)
class InUse:
    """What its owner reads of a video that a profile uses, or that came back.

    `replacing` says what becomes of it when another is sent, `deleting` what has to be done before, empty
    when it can be deleted at once.
    """

    title: str
    lead: str
    replacing: str
    deleting: str = N_("Pour la supprimer, retire d’abord ton profil, depuis ton espace.")


STAYS = N_("Ta vidéo d’avant reste là tant que la nouvelle n’est pas prête.")
STAYS_VOICE = N_("Ta voix d’avant reste là tant que la nouvelle n’est pas prête.")
IN_USE = {
    "published": InUse(
        N_("Ta vidéo est en ligne"),
        N_("Les entreprises vérifiées peuvent la regarder."),
        N_("Ta vidéo reste en ligne jusqu’à ce que la nouvelle soit relue et validée."),
    ),
    "paused": InUse(
        N_("Ta vidéo est en pause"),
        "Les entreprises ne la voient pas. Tu reviens en ligne quand tu veux, depuis ton espace.",
        "La nouvelle sera relue avant de prendre sa place.",
    ),
    "placed": InUse(
        N_("Ta vidéo est gardée"),
        N_("Tu as trouvé : elle n’est plus montrée aux entreprises."),
        N_("La nouvelle sera relue avant d’être montrée."),
    ),
    "judged": InUse(
        N_("Ta vidéo est en relecture"),
        N_("La personne qui t’accompagne la regarde. Tu recevras un mot."),
        N_("C’est la vidéo envoyée qui est relue, tant que tu n’annules pas ton envoi."),
        N_("Pour la supprimer, annule d’abord ton envoi, depuis ton espace."),
    ),
    "sent_back": InUse(
        N_("Ta vidéo est à reprendre"),
        N_("La personne qui t’accompagne t’a laissé un mot : lis-le, puis recommence."),
        STAYS,
        "",
    ),
}
STEP_SENTENCES = {
    "waiting": N_("Ta vidéo est bien arrivée. Elle attend son tour."),
    "check": N_("On vérifie ta vidéo."),
    "preview": N_("On prépare un premier aperçu."),
    "listen": N_("On règle le son."),
    "ladder": N_("On prépare ta vidéo pour tous les écrans."),
    "verify": N_("On vérifie le résultat."),
    "ship": N_("On range ta vidéo."),
}
# The same of a voice alone.
IN_USE_VOICE = {
    "published": InUse(
        N_("Ta voix est en ligne"),
        N_("Les entreprises vérifiées peuvent l’écouter."),
        N_("Ta voix reste en ligne jusqu’à ce que la nouvelle soit relue et validée."),
    ),
    "paused": InUse(
        N_("Ta voix est en pause"),
        N_("Les entreprises ne l’entendent pas. Tu reviens en ligne quand tu veux, depuis ton espace."),
        N_("La nouvelle sera relue avant de prendre sa place."),
    ),
    "placed": InUse(
        N_("Ta voix est gardée"),
        N_("Tu as trouvé : elle n’est plus donnée à entendre aux entreprises."),
        N_("La nouvelle sera relue avant d’être donnée à entendre."),
    ),
    "judged": InUse(
        N_("Ta voix est en relecture"),
        N_("La personne qui t’accompagne l’écoute. Tu recevras un mot."),
        N_("C’est la voix envoyée qui est relue, tant que tu n’annules pas ton envoi."),
        N_("Pour la supprimer, annule d’abord ton envoi, depuis ton espace."),
    ),
    "sent_back": InUse(
        N_("Ta voix est à reprendre"),
        N_("La personne qui t’accompagne t’a laissé un mot : lis-le, puis recommence."),
        STAYS_VOICE,
        "",
    ),
}
VOICE_SENTENCES = {
    "waiting": N_("Ta voix est bien arrivée. Elle attend son tour."),
    "check": N_("On vérifie ton enregistrement."),
    "preview": N_("On prépare un premier aperçu."),
    "listen": N_("On règle le son."),
    "ladder": N_("On prépare ta voix pour tous les appareils."),
    "verify": N_("On vérifie le résultat."),
    "ship": N_("On range ta voix."),
    "ready": N_("Ta voix est prête."),
    "refused": N_("Ton enregistrement n’a pas pu être accepté."),
    "failed": N_("Ton enregistrement n’a pas pu être préparé."),
}
# Once it can be watched, these say nothing that anybody waits for.
EARLY_STEPS = ("waiting", "check", "preview")
END_SENTENCES = {
    "ready": N_("Ta vidéo est prête."),
    "refused": N_("Ta vidéo n’a pas pu être acceptée."),
    "failed": N_("Ta vidéo n’a pas pu être préparée."),
}
BREAKDOWNS = {
    BROKEN_DOWN: Explanation(
        N_("La préparation n’a pas marché"),
        N_(
            "C’est notre faute, pas la tienne. Ton envoi est gardé : essaie encore une fois. Si ça "
            "recommence, essaie depuis un autre téléphone ou parles-en avec la personne qui t’accompagne."
        ),
    ),
    ORIGINAL_LOST: Explanation(
        N_("Ce que tu as envoyé n’est plus là"),
        N_("C’est notre faute. Recommence : cela marchera comme la première fois."),
    ),
}
# Why the form without script took nothing, by status; app/web/ts/refusals.ts says it to those with script.
NOT_TAKEN = {
    TooLarge.status: N_(
        "Cette vidéo est trop lourde : %(most)s au plus. Choisis une vidéo plus courte, ou filme "
        "en qualité normale."
    ),
    Unsupported.status: N_(
        "Ce fichier n’est pas une vidéo que nous savons lire. Rien n’est gardé. Choisis une "
        "vidéo MP4, MOV ou WebM."
    ),
    Invalid.status: N_("Choisis d’abord une vidéo."),
    TooMany.status: N_(
        "Tu as déjà plusieurs envois en cours. Termine-les là où tu les as commencés, ou réessaie demain."
    ),
    StorageFull.status: N_(
        "Il n’y a plus de place chez nous pour le moment. Rien n’est gardé. Réessaie dans "
        "une heure, ou préviens la personne qui t’accompagne."
    ),
}
INTERRUPTED = N_(
    "L’envoi s’est interrompu, et rien n’est gardé. Choisis ta vidéo à nouveau, si possible en wifi."
)
GONE = News(state="failed", step="done", percent=0, remaining_s=None, preview=False)


def transcribed(cues: Iterable[Cue]) -> list[Spoken]:
    """Return captions as a transcript, each on one line."""
    return [Spoken(start_s=cue.start_s, end_s=cue.end_s, text=in_one_line(cue)) for cue in cues]


def sentence_of(news: News) -> str:
    """Say where the preparation is, in words that are read aloud too."""
    words = VOICE_SENTENCES if news.kind == "voice" else STEP_SENTENCES | END_SENTENCES
    if news.state in END_SENTENCES:
        return words[news.state]
    sentence = words.get(news.step, "")
    if news.preview and news.step in EARLY_STEPS:
        sentence = (
            N_("Tu peux déjà l’écouter. On prépare la suite.")
            if news.kind == "voice"
            else N_("Tu peux déjà la regarder. On prépare la suite.")
        )
    return f"{said(sentence)} {said(left(news.remaining_s))}".strip()


def left(remaining_s: int | None) -> str:
    """Say how long it will still take, roughly, as one says it."""
    if remaining_s is None:
        return ""
    if remaining_s <= NEARLY_DONE_S:
        return N_("C’est presque fini.")
    if remaining_s < MINUTE_S:
        return N_("Encore %(seconds)s secondes environ.", seconds=-(-remaining_s // 10) * 10)
    minutes = -(-remaining_s // MINUTE_S)
    if minutes == 1:
        return N_("Encore 1 minute environ.")
    return N_("Encore %(minutes)s minutes environ.", minutes=minutes)


def news_of(video: Video) -> News:
    """Return where a video is, read from its row."""
    return worded(
        News(
            state=video.state,
            step=video.step,
            percent=video.percent,
            remaining_s=video.remaining_s,
            preview=video.is_shown_early,
            kind=video.kind,
        )
    )


def in_use(use: str, video: Video) -> InUse:
    """Return the words for what a profile does with a video, or a voice alone."""
    return (IN_USE_VOICE if video.kind == "voice" else IN_USE)[use]


def worded(news: News) -> News:
    """Return the same news with its sentence."""
    return news.model_copy(update={"sentence": said(sentence_of(news))})


def told_without_script(refusal: Refusal, most_bytes: int) -> str:
    """Say why the video of a plain form was not taken; nothing when the page itself says what comes first."""
    if isinstance(refusal, ConsentMissing | GuardianNeeded | TooYoung):
        return ""
    return NOT_TAKEN.get(refusal.status, INTERRUPTED).fill(most=size(most_bytes))


def explanation(reason: str, limits: Limits) -> Explanation:
    """Return the words for the reason of a refused or failed video."""
    refusal = REFUSALS.get(reason)
    if refusal is None:
        return BREAKDOWNS.get(reason, BREAKDOWNS[BROKEN_DOWN])
    bounds = {
        "video-trop-longue": N_(
            "Il faut %(max_s)s au plus : coupe-la ou filme de nouveau.", max_s=spoken(limits.max_s)
        ),
        "video-trop-courte": N_("Il faut %(min_s)s au moins : filme de nouveau.", min_s=spoken(limits.min_s)),
        "voix-trop-longue": N_("Il faut %(max_s)s au plus : garde l’essentiel.", max_s=spoken(limits.max_s)),
        "voix-trop-courte": N_("Il faut %(min_s)s au moins : recommence.", min_s=spoken(limits.min_s)),
    }
    return Explanation(refusal.title, refusal.advice or bounds.get(reason, ""))
