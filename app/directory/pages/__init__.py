"""Pages of recruiters: find profiles, read one, keep and note it, be told of new ones, say whom one needs."""

from app.directory.pages import alerts, favourites, need_letters, needs, profile, results
from app.web.routing import joined

# The results first: what they are asked beside the list is the address of no profile.
router = joined(
    *(results.router, profile.router, favourites.router, alerts.router),
    *(needs.router, need_letters.router),
)
