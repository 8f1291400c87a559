"""Pages of profiles: writing one's own, its way to recruiters, the adviser's review."""

from app.profiles.pages import path, review, writing
from app.web.routing import joined

router = joined(writing.router, path.router, review.router)
