"""The API of partners, read only: profiles, for programs that hold a key."""

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlencode, urljoin
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.partners import contract, queries, service
from app.partners.rules import is_fresh, use_is_due
from app.partners.schemas import (
    LIMIT_DEFAULT,
    LIMIT_MAX,
    MediaLinks,
    ProfilePage,
    SharedLine,
    SharedProfile,
    shared_profile,
)
from app.partners.service import Client
from app.profiles import queries as profiles
from app.settings import Settings
from app.signing import derived_key
from app.videos.models import Video
from app.videos.playback import PlaybackContext, VideoNotReady, playback
from app.web.deps import CurrentResources, Everybody, Now, UnitOfWork, resources_of
from app.web.paging import read_cursor, write_cursor

PREFIX = "/api/v1"
# Bodies shorter than this gain nothing from compression.
COMPRESSED_FROM_BYTES = 1000
AFTER = TypeAdapter(tuple[datetime, UUID])


router = APIRouter(prefix=PREFIX, tags=[contract.TAG])
bearer = HTTPBearer(
    scheme_name="partnerKey",
    bearerFormat="vav_live_<id>_<secret>",
    description="La clé remise à votre organisme ; ses portées disent ce qu’elle permet.",
    auto_error=False,
)


class ApiKey:
    """Permission of a program that holds a standing key with one scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.permission = f"api key: {scope}"

    def __call__(
        self,
        session: UnitOfWork,
        resources: CurrentResources,
        now: Now,
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> Client:
        """Return whose program asks; its use is noted whatever becomes of the request."""
        client = service.recognise(session, given.credentials if given else "", now)
        if use_is_due(client.last_used_at, now):
            with resources.short_unit() as short:
                service.note_use(short, client.key_id, now)
        service.require_scope(client, self.scope)
        return client


@dataclass(frozen=True)
class Exchange:
    """One question of a program, and how it is answered: compressed or not, or not at all."""

    request: Request
    if_none_match: Annotated[
        str | None,
        Header(description="`ETag` de votre copie : 304 si elle est encore bonne.", max_length=1000),
    ] = None

    @property
    def settings(self) -> Settings:
        """The settings of the service."""
        return resources_of(self.request).settings

    def answer(self, body: bytes, **headers: str) -> Response:
        """Return the answer; its strong tag is of the very bytes sent, so compressing happens here."""
        accepted = self.request.headers.get("accept-encoding", "")
        if len(body) >= COMPRESSED_FROM_BYTES and "gzip" in accepted:
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers |= {
            "ETag": tag,
            "Cache-Control": "private, no-cache",
            "Vary": "Accept-Encoding, Authorization",
        }
        if is_fresh(self.if_none_match, tag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")


Asked = Annotated[Exchange, Depends(Exchange)]
ProfileReader = Annotated[Client, Depends(ApiKey("profiles:read"))]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Profils par page, au plus.")]
Cursor = Annotated[
    str | None,
    Query(
        description="`next_cursor` de la page précédente. Opaque et signé : 400 s’il n’est pas de nous.",
        max_length=400,
    ),
]


@router.get(
    "/profiles",
    operation_id="listProfiles",
    summary="Lister les profils partagés",
    description="Du plus anciennement au plus récemment modifié. Un profil modifié pendant votre lecture "
    "revient à la fin : rien n’est sauté. Les liens des vidéos sont donnés profil par profil.",
    response_model=ProfilePage,
    response_description="Une page de profils.",
    responses=contract.OF_LIST,
)
def list_profiles(
    asked: Asked,
    session: UnitOfWork,
    client: ProfileReader,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    base_url = asked.settings.public_url
    key = derived_key(asked.settings.secret_key, f"partner profiles of {client.partner_id}")
    after = AFTER.validate_python(read_cursor(key, cursor)) if cursor is not None else None
    rows = queries.shared_page(session, client.partner_id, after, limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    videos = profiles.videos_shown(session, shown)
    following = write_cursor(key, shown[-1].updated_at.isoformat(), str(shown[-1].id)) if more else None
    page = ProfilePage(
        data=[shared_profile(row, videos.get(row.id), base_url) for row in shown],
        next_cursor=following,
        has_more=more,
    )
    headers = {}
    if following:
        query = urlencode({"limit": limit, "cursor": following})
        headers["Link"] = f'<{base_url.rstrip("/")}{PREFIX}/profiles?{query}>; rel="next"'
    return asked.answer(page.model_dump_json().encode(), **headers)


@router.get(
    "/profiles/{profile_id}",
    operation_id="getProfile",
    summary="Lire un profil",
    description="Avec la portée `media:read`, donne aussi les liens signés de la vidéo, à suivre aussitôt.",
    response_model=SharedProfile,
    response_description="Le profil.",
    responses=contract.OF_ONE,
)
def show_profile(
    asked: Asked,
    session: UnitOfWork,
    now: Now,
    client: ProfileReader,
    profile_id: Annotated[UUID, Path(description="Identifiant du profil, tel que la liste le donne.")],
) -> Response:
    profile = service.shared_profile(session, client, profile_id)
    video = profiles.video_shown(session, profile)
    media = None
    if video is not None and "media:read" in client.scopes:
        # To the minute: the same links, so the same tag, for whoever asks again at once.
        at = now.replace(second=0, microsecond=0)
        media = media_links(
            session, video, PlaybackContext(resources_of(asked.request).storage, asked.settings, at)
        )
    shown = shared_profile(profile, video, asked.settings.public_url, media)
    return asked.answer(shown.model_dump_json().encode())


def media_links(session: Session, video: Video, context: PlaybackContext) -> MediaLinks | None:
    """Return the signed links of a video, each whole, None when it cannot be played."""
    try:
        found = playback(session, video, context, preview=False)
    except VideoNotReady:
        return None
    base_url = context.settings.public_url
    links = {name: getattr(found, name) for name in ("poster", "hls", "mp4", "captions")}
    whole = {name: urljoin(base_url, link) if link else None for name, link in links.items()}
    lines = [SharedLine.model_validate(line.model_dump()) for line in found.transcript]
    return MediaLinks(**whole, transcript=lines, expires_at=found.expires_at)


@router.get("/openapi.json", include_in_schema=False)
def show_contract(asked: Asked, _: Everybody) -> Response:
    return asked.answer(written_contract(asked.settings.public_url))


@cache
def written_contract(base_url: str) -> bytes:
    """Return the OpenAPI document, written once."""
    return json.dumps(contract.document(router.routes, base_url), ensure_ascii=False).encode()
