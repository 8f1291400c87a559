"""What partners receive: the fields of a profile, its video's links, pages of a list, refusals."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.places.models import Commune
from app.places.rules import DEPARTMENTS
from app.profiles.models import Profile
from app.profiles.rules import (
    COMPETENCES,
    CONTRACT_TYPES,
    EDUCATION_LEVELS,
    LANGUAGE_LEVELS,
    PRESENTATIONS,
)
from app.videos.models import Video

LIMIT_MAX = 100
LIMIT_DEFAULT = 50


def one_of(values: Sequence[str], description: str) -> object:
    """Return the field of a text that is one of `values`."""
    return Field(description=description, json_schema_extra={"enum": [*values]})


class Sent(BaseModel):
    """Parent of what is sent: frozen, every field always there."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class SharedJob(Sent):
    """Un métier recherché."""

    code: str = Field(description="Code ROME (version 4.0).", pattern="^[A-Z][0-9]{4}$", examples=["D1106"])
    label: str = Field(description="Intitulé du métier.", examples=["Vente en alimentation"])


class SharedCompetence(Sent):
    """Une compétence transférable, que la personne dit avoir."""

    code: Annotated[str, one_of(tuple(COMPETENCES), "Code stable.")]
    label: str = Field(description="La même, en français.", examples=["Travailler en équipe"])


class SharedLanguage(Sent):
    """Une langue parlée."""

    language: str = Field(description="Nom de la langue, en français.", examples=["Anglais"])
    level: Annotated[str, one_of(LANGUAGE_LEVELS, "Niveau du cadre européen (CECRL), dit par la personne.")]


class SharedZone(Sent):
    """Un endroit où la personne veut travailler ; jamais celui où elle habite."""

    insee: str = Field(description="Code commune de l’Insee.", examples=["59512"])
    name: str = Field(description="Nom de la commune.", examples=["Roubaix"])
    department: Annotated[str, one_of(tuple(DEPARTMENTS), "Code du département.")]
    radius_km: int = Field(description="Rayon autour du centre de la commune, en kilomètres.", examples=[20])


class SharedScript(Sent):
    """Le texte de la présentation, tel qu’il a été relu, en quatre parties ; une partie peut être vide."""

    who_i_am: str = Field(description="Qui je suis.")
    experience: str = Field(description="Ce que j’ai déjà fait.")
    strengths: str = Field(description="Mes points forts.")
    conclusion: str = Field(description="Ce que je cherche.")


class SharedLine(Sent):
    """Ce qui est dit entre deux instants."""

    start_s: float = Field(description="Début, en secondes.", examples=[0.4])
    end_s: float = Field(description="Fin, en secondes.", examples=[2.1])
    text: str = Field(description="Ce qui est dit.", examples=["Bonjour, je m’appelle Aïcha."])


class MediaLinks(Sent):
    """Des liens signés, à ne pas garder : ils cessent de marcher à `expires_at`."""

    poster: str | None = Field(description="Image fixe (JPEG).", json_schema_extra={"format": "uri"})
    hls: str | None = Field(description="Liste de lecture HLS.", json_schema_extra={"format": "uri"})
    mp4: str | None = Field(description="Fichier MP4 (H.264, AAC).", json_schema_extra={"format": "uri"})
    captions: str | None = Field(description="Sous-titres (WebVTT).", json_schema_extra={"format": "uri"})
    transcript: list[SharedLine] = Field(
        description="Ce qui est dit, comme dans les sous-titres ; vide quand il n’y en a pas."
    )
    expires_at: datetime = Field(description="Fin de validité des liens, au plus cinq minutes plus tard.")


class SharedVideo(Sent):
    """La vidéo (ou la voix seule) de la présentation."""

    duration_s: float | None = Field(description="Durée, en secondes.", examples=[62.4])
    media: MediaLinks | None = Field(
        description="Liens vers les fichiers : seulement pour un profil demandé seul, avec `media:read`."
    )


class ProfileLinks(Sent):
    """Adresses liées au profil."""

    self: str = Field(description="Adresse du profil dans l’API.", json_schema_extra={"format": "uri"})


class SharedProfile(Sent):
    """Le profil publié d’une personne qui a accepté de le partager avec votre organisme."""

    id: UUID = Field(description="Identifiant du profil, stable.")
    shown_name: str = Field(description="Prénom et initiale, ou le nom que la personne a choisi de montrer.")
    headline: str = Field(description="Titre, en une phrase.")
    about: str = Field(description="Quelques mots de la personne ; peut être vide.")
    jobs: list[SharedJob] = Field(description="Métiers recherchés, le plus voulu d’abord.")
    skills: list[str] = Field(description="Savoir-faire, dans les mots de la personne.")
    competences: list[SharedCompetence] = Field(description="Compétences transférables.")
    languages: list[SharedLanguage] = Field(description="Langues parlées.")
    contract_types: list[Annotated[str, one_of(CONTRACT_TYPES, "Type de contrat.")]] = Field(
        description="Contrats qui intéressent la personne."
    )
    education_level: Annotated[str, one_of(EDUCATION_LEVELS, "Niveau.")] | None = Field(
        description="Niveau de formation ; `null` quand la personne ne l’a pas dit."
    )
    available_on: date | None = Field(description="Disponible à partir de ; `null` veut dire tout de suite.")
    zones: list[SharedZone] = Field(description="Où la personne veut travailler.")
    presentation: Annotated[str, one_of(PRESENTATIONS, "Forme choisie : vidéo, voix seule ou texte.")]
    script: SharedScript | None = Field(description="Texte de la présentation ; `null` s’il n’y en a pas.")
    video: SharedVideo | None = Field(
        description="La vidéo, ou le son d’une voix seule ; `null` pour une présentation écrite."
    )
    published_at: datetime | None = Field(description="Date de la publication (UTC).")
    updated_at: datetime = Field(description="Date du dernier changement (UTC).")
    links: ProfileLinks = Field(description="Adresses liées.")


class ProfilePage(Sent):
    """Une page de profils, du plus anciennement au plus récemment modifié."""

    data: list[SharedProfile] = Field(description="Les profils de la page.")
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` à la fin.")
    has_more: bool = Field(description="Y a-t-il une suite ?")


class FieldError(Sent):
    """Ce qui ne va pas dans un paramètre."""

    pointer: str = Field(description="Où : emplacement et nom du paramètre.", examples=["#/query/limit"])
    detail: str = Field(description="Ce qu’il faut corriger.")


class Problem(BaseModel):
    """Un refus (RFC 9457). `type` mène à son explication."""

    type: str = Field(description="Adresse qui explique ce refus.", json_schema_extra={"format": "uri"})
    title: str = Field(description="Ce qui s’est passé, le même texte à chaque fois.")
    status: int = Field(description="Le code de statut de la réponse.", ge=400, le=599)
    instance: str = Field(description="Le chemin demandé.")
    request_id: str = Field(description="Référence à donner si vous nous écrivez.")
    detail: str = Field(default="", description="Quoi faire, quand il y a à en dire.")
    errors: list[FieldError] = Field(default=[], description="Paramètre par paramètre, pour le statut 422.")


def shared_profile(
    profile: Profile, video: Video | None, base_url: str, media: MediaLinks | None = None
) -> SharedProfile:
    """Return what partners receive of a profile; `base_url` is where the service answers."""
    return SharedProfile(
        id=profile.id,
        shown_name=profile.shown_name,
        headline=profile.headline,
        about=profile.about,
        jobs=[SharedJob(code=sought.job.code, label=sought.job.label) for sought in profile.jobs],
        skills=profile.skills,
        competences=[SharedCompetence(code=key, label=COMPETENCES[key]) for key in profile.competences],
        languages=[SharedLanguage(language=row.language, level=row.level) for row in profile.languages],
        contract_types=profile.contract_types,
        education_level=profile.education_level,
        available_on=profile.available_on,
        zones=[shared_zone(zone.commune, zone.radius_km) for zone in profile.zones],
        presentation=profile.presentation,
        script=SharedScript(**profile.current_script) if profile.current_script else None,
        video=SharedVideo(duration_s=video.duration_s, media=media) if video else None,
        published_at=profile.published_at,
        updated_at=profile.updated_at,
        links=ProfileLinks(self=f"{base_url.rstrip('/')}/api/v1/profiles/{profile.id}"),
    )


def shared_zone(place: Commune, radius_km: int) -> SharedZone:
    """Return what partners receive of a place where somebody wants to work."""
    return SharedZone(insee=place.insee, name=place.name, department=place.department, radius_km=radius_km)
