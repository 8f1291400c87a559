"""Refusals of what was sent: each a class named for the fault, with what the person reads of it."""

from typing import ClassVar

from app.errors import Invalid, Refusal, Unsupported
from app.words import N_

SAY_IT_AGAIN = N_("Enregistre ta voix de nouveau, dans la page.")


class VideoRefused(Refusal):
    """What was sent cannot become a video; `advice` says what to do, unless the raiser knows better.

    `take` numbers, from 1, the one take of several that deserves it.
    """

    advice: ClassVar[str] = ""
    take: int | None = None

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.advice)


class NotAVideo(VideoRefused, Unsupported):
    """Nothing, noise, text, an archive or a program."""

    slug = "fichier-illisible"
    title = N_("Ce fichier n’est pas une vidéo lisible")
    advice = N_("Vérifie que tu as choisi la bonne vidéo, puis renvoie-la.")


class FormatNotAccepted(VideoRefused, Unsupported):
    """A playlist, a drawing, or a video of a kind that is not read here."""

    slug = "format-video-non-accepte"
    title = N_("Format non accepté")
    advice = N_("Envoie une vidéo MP4, MOV ou WebM.")


class PictureNotVideo(VideoRefused, Unsupported):
    """A photograph or an animated picture."""

    slug = "image-sans-video"
    title = N_("Envoie une vidéo, pas une image")
    advice = N_("C’est une image qui a été envoyée. Choisis une vidéo dans ta galerie.")


class NoPicture(VideoRefused, Invalid):
    """Sound without moving pictures, with or without cover art."""

    slug = "son-sans-image"
    title = N_("Aucune image vidéo trouvée")
    advice = N_(
        "Il n’y a que du son. Choisis une vidéo. Ou choisis « Par ta voix seule » dans « Comment veux-tu te "
        "présenter ? », puis enregistre ta voix."
    )


class IncompleteRecording(VideoRefused, Invalid):
    """The end of the file is missing: the recording or its copy was cut."""

    slug = "enregistrement-incomplet"
    title = N_("L’enregistrement est incomplet")
    advice = N_("Reprends la vidéo ou renvoie-la.")


class DamagedVideo(VideoRefused, Invalid):
    """The file has its ends, but too little between them can be decoded."""

    slug = "video-endommagee"
    title = N_("La vidéo est endommagée")
    advice = N_("Renvoie-la depuis l’appareil qui l’a filmée, ou reprends-la.")


class DimensionsTooLarge(VideoRefused, Invalid):
    """More pixels than any phone films."""

    slug = "dimensions-trop-grandes"
    title = N_("Dimensions trop grandes")
    advice = N_("Filme en 1080p ou en 720p : c’est net et plus rapide à envoyer.")


class DimensionsTooSmall(VideoRefused, Invalid):
    """So few pixels that no face can be recognised."""

    slug = "dimensions-trop-petites"
    title = N_("Image trop petite")
    advice = N_("Filme en 480p ou plus.")


class VideoTooLong(VideoRefused, Invalid):
    """Longer than a video CV may be."""

    slug = "video-trop-longue"
    title = N_("Vidéo trop longue")


class VideoTooShort(VideoRefused, Invalid):
    """Too short to present anybody."""

    slug = "video-trop-courte"
    title = N_("Vidéo trop courte")


class VideoTooJerky(VideoRefused, Invalid):
    """Too few pictures a second to look like a video."""

    slug = "video-trop-saccadee"
    title = N_("Vidéo trop saccadée")
    advice = N_("Ferme les autres applications et filme de nouveau.")


class ProtectedVideo(VideoRefused, Invalid):
    """Encrypted (DRM)."""

    slug = "video-protegee"
    title = N_("Vidéo protégée : elle ne peut pas être lue")
    advice = N_("Envoie une vidéo que tu as filmée toi-même.")


class SoundNotAccepted(VideoRefused, Unsupported):
    """Sent as a voice: no recording at all, or one of a kind that is not read here."""

    slug = "son-non-accepte"
    title = N_("Ce fichier n’est pas un son que nous savons lire")
    advice = SAY_IT_AGAIN


class NoSound(VideoRefused, Invalid):
    """Sent as a voice, and there is nothing to hear in it."""

    slug = "aucun-son"
    title = N_("Aucun son trouvé")
    advice = N_("Vérifie que le micro est autorisé, puis enregistre-toi de nouveau.")


class DamagedSound(VideoRefused, Invalid):
    """Sent as a voice: too little of it can be decoded."""

    slug = "son-endommage"
    title = N_("Le son est endommagé")
    advice = SAY_IT_AGAIN


class VoiceIncomplete(VideoRefused, Invalid):
    """Sent as a voice: the end of the file is missing."""

    slug = "son-incomplet"
    title = N_("L’enregistrement de ta voix est incomplet")
    advice = SAY_IT_AGAIN


class VoiceTooLong(VideoRefused, Invalid):
    """A voice that lasts longer than a presentation may."""

    slug = "voix-trop-longue"
    title = N_("Enregistrement trop long")


class VoiceTooShort(VideoRefused, Invalid):
    """A voice too short to present anybody."""

    slug = "voix-trop-courte"
    title = N_("Enregistrement trop court")


REFUSALS: dict[str, type[VideoRefused]] = {
    refusal.slug: refusal
    for refusal in (
        *(NotAVideo, FormatNotAccepted, PictureNotVideo, NoPicture, IncompleteRecording, DamagedVideo),
        *(DimensionsTooLarge, DimensionsTooSmall, VideoTooLong, VideoTooShort, VideoTooJerky, ProtectedVideo),
        *(SoundNotAccepted, NoSound, DamagedSound, VoiceIncomplete, VoiceTooLong, VoiceTooShort),
    )
}
# The same faults, in a file that was sent as a voice.
OF_VOICE: dict[type[VideoRefused], type[VideoRefused]] = {
    **dict.fromkeys((NotAVideo, FormatNotAccepted, PictureNotVideo, ProtectedVideo), SoundNotAccepted),
    DimensionsTooLarge: SoundNotAccepted,  # of pictures that nobody wanted
    NoPicture: SoundNotAccepted,  # music files: what says so of a video has looked at nothing but their head
    IncompleteRecording: VoiceIncomplete,
    DamagedVideo: DamagedSound,
    VideoTooLong: VoiceTooLong,
    VideoTooShort: VoiceTooShort,
}
