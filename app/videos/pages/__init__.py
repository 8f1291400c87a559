"""Pages of videos: one's own, from sending it to watching it, what is said in it, the picture for it."""

from fastapi import APIRouter

from app.videos.pages import captions, poster, video

router = APIRouter()
router.include_router(captions.router)
router.include_router(video.router)
router.include_router(poster.router)
