"""What machines and lost people ask: is it alive, is it ready, which version, what does this refusal mean."""

import re
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from app.db import newest_revision
from app.errors import NotFound
from app.queue import layers_of_workers
from app.web.deps import CurrentResources, CurrentStorage, Everybody, UnitOfWork
from app.web.templating import render
from app.words import ENGLISH, FRENCH

DOCUMENTS = Path(__file__).parents[2] / "docs"
EXPLANATIONS = {FRENCH: DOCUMENTS / "problems.md", ENGLISH: DOCUMENTS / "problems.en.md"}

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def show_health(_: Everybody) -> JSONResponse:
    """Answer while the process lives."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def show_readiness(_: Everybody, session: UnitOfWork, storage: CurrentStorage) -> JSONResponse:
    """Answer 200 when the database is at the newest revision and the storage answers, 503 otherwise.

    `sandbox` lists what the connected workers reached; empty, nobody works.
    """
    found = session.scalar(text("select version_num from alembic_version"))
    next(iter(storage.list("probe/")), None)
    ready = found == newest_revision()
    return JSONResponse(
        {
            "status": "ok" if ready else "migrating",
            "revision": found,
            "sandbox": layers_of_workers(session),
        },
        status_code=200 if ready else 503,
    )


@router.get("/version")
def show_version(_: Everybody, resources: CurrentResources) -> JSONResponse:
    """Answer with what runs here."""
    return JSONResponse({"version": version("visavis"), "environment": resources.settings.environment})


@router.get("/problemes/{slug}")
def show_problem(_: Everybody, request: Request, slug: str) -> HTMLResponse:
    """Explain a refusal to whoever follows the `type` of its document."""
    title, paragraphs = explanation(slug, request.state.language)
    return render(request, "problem_explained.html", slug=slug, title=title, paragraphs=paragraphs)


def explanation(slug: str, language: str) -> tuple[str, list[str]]:
    """Return the title and the paragraphs of one refusal in a language; raise NotFound without one."""
    sections = re.split(r"^## `([a-z0-9-]+)`$", EXPLANATIONS[language].read_text(), flags=re.MULTILINE)
    texts = dict(zip(sections[1::2], sections[2::2], strict=True))
    if slug not in texts:
        raise NotFound
    heading, *paragraphs = [part.strip() for part in texts[slug].strip().split("\n\n")]
    return heading.strip("*"), [paragraph.replace("\n", " ").replace("`", "") for paragraph in paragraphs]
