"""Pages of recruiters: find profiles, read one, keep and note it, be told of new ones, say whom one needs."""

from fastapi import APIRouter

from app.directory.pages import alerts, favourites, needs, profile, results

router = APIRouter()
# The results first: what they are asked beside the list is the address of no profile.
for part in (results, profile, favourites, alerts, needs):
    router.include_router(part.router)
