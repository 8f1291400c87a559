"""Pages of videos: one's own, from sending it to watching it, and what is said in it."""

from fastapi import APIRouter

from app.videos.pages import captions, video

router = APIRouter()
router.include_router(captions.router)
router.include_router(video.router)
