"""The page that tells a partner's developers where to begin."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.partners.rules import SCOPES
from app.web.deps import CurrentSettings, Everybody
from app.web.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/api")
def show_api(request: Request, _: Everybody, settings: CurrentSettings) -> Response:
    address = settings.public_url.rstrip("/")
    return render(request, "partners/api.html", address=address, scopes=SCOPES)
