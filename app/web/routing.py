"""Routes of many files in one list, found and built once for every application."""

from fastapi import APIRouter


def joined(*parts: APIRouter) -> APIRouter:
    """Return one router with the routes of all parts, as they declared them and in their order.

    FastAPI's `include_router` would build each route a second time for every application, with its first
    request, and look for it twice at every other.
    """
    whole = APIRouter()
    for part in parts:
        whole.routes.extend(part.routes)
    return whole
