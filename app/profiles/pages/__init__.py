"""Pages of profiles: writing one's own, its way to recruiters, the adviser's review."""

from fastapi import APIRouter

from app.profiles.pages import path, review, writing

router = APIRouter()
router.include_router(writing.router)
router.include_router(path.router)
router.include_router(review.router)
