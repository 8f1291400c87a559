"""Pages of videos: one's own, from sending it to watching it; its picture; what is said; what is cut away."""

from fastapi import APIRouter

from app.videos.pages import captions, poster, trimming, video

router = APIRouter()
router.include_router(captions.router)
router.include_router(video.router)
router.include_router(poster.router)
router.include_router(trimming.router)
