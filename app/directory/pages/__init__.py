"""Pages of recruiters: find profiles, read one, watch its video."""

from fastapi import APIRouter

from app.directory.pages import profile, results

router = APIRouter()
# The results first: an address under /candidats that is theirs is no profile's.
for part in (results, profile):
    router.include_router(part.router)
