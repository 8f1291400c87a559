"""Pages of videos: one's own, from sending it to watching it; its picture; what is said; what is cut away."""

from app.videos.pages import captions, poster, trimming, video
from app.web.routing import joined

router = joined(captions.router, video.router, poster.router, trimming.router)
