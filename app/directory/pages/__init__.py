"""Pages of recruiters: find profiles, read one, watch its video."""

from fastapi import APIRouter

from app.directory.pages import profile, results

router = APIRouter()
# The results first: what they are asked beside the list is the address of no profile.
for part in (results, profile):
    router.include_router(part.router)
