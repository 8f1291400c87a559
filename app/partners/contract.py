"""The contract with partners: the OpenAPI document of their endpoints, and of nothing else."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.routing import BaseRoute

from app.errors import Invalid, Refusal, Unavailable
from app.partners.schemas import (
    FieldError,
    MediaLinks,
    Problem,
    ProfileLinks,
    ProfilePage,
    SharedCompetence,
    SharedJob,
    SharedLanguage,
    SharedLine,
    SharedProfile,
    SharedScript,
    SharedVideo,
    SharedZone,
)
from app.partners.service import KeyRefused, ProfileNotShared, ScopeMissing
from app.web.paging import BadCursor
from app.web.problems import MEDIA_TYPE, Breakdown
from app.web.text import Undecodable

TAG = "profils"
DESCRIPTION = """\
Les profils publiés des personnes qui ont accepté, nommément, de les partager avec votre organisme.

- **Clé** : `Authorization: Bearer vav_live_…`, remise par l’équipe de Vis-à-vis, avec une date de fin.
- **Accord** : un profil disparaît de vos réponses dès que la personne retire son accord ou met son profil en
  pause. Effacez alors votre copie.
- **Jamais transmis** : téléphone, adresse e-mail, date de naissance, domicile, quartier.
- **Évolution** : cette version ne change que par ajout. Ignorez les champs que vous ne connaissez pas.
- **Refus** : toujours en `application/problem+json` (RFC 9457) ; `type` mène à l’explication.
"""
EXAMPLE_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EXAMPLE_ID = UUID("019ab1c2-3d4e-7f50-8a61-b2c3d4e5f607")

ETAG = {
    "description": "Version de cette réponse : à renvoyer dans `If-None-Match`.",
    "schema": {"type": "string"},
}
NEXT = {
    "description": 'Adresse de la page suivante, `rel="next"`, quand il y en a une.',
    "schema": {"type": "string"},
}
CHALLENGE = {"description": "Ce qu’il faut présenter (RFC 6750).", "schema": {"type": "string"}}
RETRY = {"description": "Secondes à attendre.", "schema": {"type": "integer"}}

Responses = dict[int | str, dict[str, Any]]


def document(routes: Sequence[BaseRoute], base_url: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of `routes`, served at `base_url`."""
    address = base_url.rstrip("/")
    made = get_openapi(
        title="Vis-à-vis : API des partenaires",
        version="1.0.0",
        summary="Lire les profils partagés avec votre organisme.",
        description=DESCRIPTION,
        routes=routes,
        tags=[{"name": TAG, "description": "Profils publiés et partagés avec votre organisme."}],
        servers=[{"url": address, "description": "Ce service."}],
        contact={"name": "Équipe Vis-à-vis", "url": f"{address}/api"},
        license_info={"name": "Conditions d’accès des partenaires", "url": f"{address}/api"},
    )
    schemas = made["components"]["schemas"]
    for model in (Problem, FieldError):
        schemas[model.__name__] = schema_of(model)
    return made


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of what is sent, with references as the document has them."""
    schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return schema


def problem(kind: type[Refusal], description: str, **headers: Any) -> dict[str, Any]:
    """Return how a refusal is documented, with an example."""
    example = {
        "type": f"https://visavis.example/problemes/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "instance": "/api/v1/profiles",
        "request_id": "8c1f0a2b3d4e",
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    documented = {"description": description, "content": {MEDIA_TYPE: content}}
    return documented | ({"headers": headers} if headers else {})


def success(example: BaseModel, **headers: Any) -> dict[str, Any]:
    """Return how a success is documented."""
    content = {"application/json": {"example": example.model_dump(mode="json")}}
    return {"headers": {"ETag": ETAG} | headers, "content": content}


EXAMPLE = SharedProfile(
    id=EXAMPLE_ID,
    shown_name="Aïcha B.",
    headline="Vendeuse en boulangerie, souriante et ponctuelle",
    about="J’aime accueillir les gens et apprendre.",
    jobs=[SharedJob(code="D1106", label="Vente en alimentation")],
    skills=["Encaissement", "Mise en rayon"],
    competences=[SharedCompetence(code="teamwork", label="Travailler en équipe")],
    languages=[SharedLanguage(language="Anglais", level="B1")],
    contract_types=["cdi", "alternance"],
    education_level="cap_bep",
    available_on=date(2027, 1, 4),
    zones=[SharedZone(insee="59512", name="Roubaix", department="59", radius_km=20)],
    presentation="video",
    script=SharedScript(
        who_i_am="Bonjour, je m’appelle Aïcha.",
        experience="J’ai fait deux stages en boulangerie.",
        strengths="Je suis ponctuelle.",
        conclusion="Je cherche un contrat dès janvier.",
    ),
    video=SharedVideo(
        duration_s=62.4,
        media=MediaLinks(
            poster="https://visavis.example/medias/poster.jpg?signature=Zx3",
            hls="https://visavis.example/medias/ticket/master.m3u8",
            mp4="https://visavis.example/medias/video.mp4?signature=Zx3",
            captions="https://visavis.example/medias/ticket/sous-titres/valides.vtt",
            transcript=[SharedLine(start_s=0.4, end_s=2.1, text="Bonjour, je m’appelle Aïcha.")],
            expires_at=datetime(2026, 11, 23, 9, 5, tzinfo=UTC),
        ),
    ),
    published_at=EXAMPLE_AT,
    updated_at=EXAMPLE_AT,
    links=ProfileLinks(self=f"https://visavis.example/api/v1/profiles/{EXAMPLE_ID}"),
)

COMMON: Responses = {
    304: {"description": "Votre copie est encore bonne ; pas de corps.", "headers": {"ETag": ETAG}},
    400: problem(Undecodable, "Adresse qui n’est pas de l’UTF-8."),
    401: problem(
        KeyRefused, "Clé absente, inconnue, expirée ou révoquée.", **{"WWW-Authenticate": CHALLENGE}
    ),
    403: problem(ScopeMissing, "La clé n’a pas la portée qu’il faut.", **{"WWW-Authenticate": CHALLENGE}),
    422: problem(Invalid, "Paramètre mal formé ; `errors` dit lequel."),
    500: problem(Breakdown, "Panne de notre côté ; donnez `request_id` en nous écrivant."),
    503: problem(Unavailable, "Indisponible un moment : recommencer.", **{"Retry-After": RETRY}),
}
OF_LIST: Responses = COMMON | {
    200: success(
        ProfilePage(data=[EXAMPLE], next_cursor="WyIyMDI2LTExLTIzIl0.kJx2", has_more=True), Link=NEXT
    ),
    400: problem(BadCursor, "Curseur qui n’est pas de nous, ou adresse qui n’est pas de l’UTF-8."),
}
OF_ONE: Responses = COMMON | {
    200: success(EXAMPLE),
    404: problem(ProfileNotShared, "Profil inconnu, ou qui n’est pas, ou plus, partagé avec vous."),
}
