"""The composition root: the only place that opens the world outside and mounts the rooms."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app.accompaniment import pages as accompaniment_pages
from app.clock import SystemClock
from app.contacts import pages as contacts_pages
from app.contacts import queries as contacts
from app.contacts import rates
from app.db import connect, lower, session_factory
from app.directory import pages as directory_pages
from app.home import pages as home_pages
from app.partners import api as partners_api
from app.partners import pages as partners_pages
from app.people import pages as people_pages
from app.places import api as places_api
from app.profiles import pages as profiles_pages
from app.profiles import queries as profiles
from app.profiles.schemas import spoken
from app.queue import ProgressFeed
from app.reports import pages as reports_pages
from app.rights import pages as rights_pages
from app.settings import Settings
from app.storage import open_storage
from app.uploads import api as uploads_api
from app.videos import api as videos_api
from app.videos import pages as videos_pages
from app.viewing import api as viewing_api
from app.viewing import pages as viewing_pages
from app.web import media, problems, status, stopping
from app.web.deps import Resources, Told
from app.web.routing import joined
from app.web.security import SecurityMiddleware
from app.web.static_files import HashedFiles
from app.web.templating import STATIC_DIR

ROUTERS: tuple[APIRouter, ...] = (
    status.router,
    media.router,
    home_pages.router,
    people_pages.router,
    places_api.router,
    profiles_pages.router,
    videos_pages.router,
    videos_api.router,
    viewing_pages.router,
    viewing_api.router,
    contacts_pages.router,
    directory_pages.router,
    accompaniment_pages.router,
    reports_pages.router,
    rights_pages.router,
    partners_pages.router,
    partners_api.router,
)
SHORT_POOL_SIZE = 5
TOLD = Told(
    consent_kind=profiles.consent_kind_of,
    video_use=profiles.video_use,
    waiting=contacts.waiting_count,
    review=profiles.review_path,
    words_kept=rates.words_kept,
    script=lambda session, person_id: spoken(profiles.own_script(session, person_id)),
)


class DatabaseUnknown(ValueError):
    """No database address was given; `visavis run` starts an embedded one by itself."""


def open_resources(settings: Settings) -> Resources:
    """Open what every request shares, as `settings` says."""
    if settings.database_url is None:
        raise DatabaseUnknown("VISAVIS_DATABASE_URL manque ; `visavis run` démarre une base tout seul.")
    url = settings.database_url.get_secret_value()
    return Resources(
        settings=settings,
        clock=SystemClock(),
        storage=open_storage(settings),
        sessions=session_factory(
            lower(connect(url, settings.database_pool_size, settings.database_page_cost))
        ),
        short_sessions=session_factory(lower(connect(url, SHORT_POOL_SIZE, settings.database_page_cost))),
        feed=ProgressFeed(url),
    )


def lifespan_of(resources: Resources) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what runs around the life of the application: the feed of progress, the pools' end."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with resources.feed.running():
            with stopping.heard(resources.feed.end):
                yield
        resources.storage.close()
        for sessions in (resources.sessions, resources.short_sessions):
            sessions.kw["bind"].dispose()

    return lifespan


def create_app(settings: Settings, resources: Resources | None = None) -> FastAPI:
    """Build the application; tests bring their own resources."""
    resources = resources or open_resources(settings)
    app = FastAPI(
        title="Vis-à-vis", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan_of(resources)
    )
    app.state.resources = resources
    app.state.told = TOLD
    problems.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    # The last one added stands outside: it answers for whatever breaks within.
    app.add_middleware(SecurityMiddleware, settings=settings)
    app.mount("/static", HashedFiles(directory=STATIC_DIR), name="static")
    uploads_api.add_routes(app)  # asked most often by far: found without a look at all the others
    app.router.routes.extend(joined(*ROUTERS).routes)
    videos_api.add_routes(app)
    return app
