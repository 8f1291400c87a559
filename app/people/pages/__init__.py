"""Pages of the room: signing in, one's account, invitations, agreements, companies, administration."""

from app.people.pages import (
    account,
    administration,
    agreements,
    colleagues,
    companies,
    details,
    invitations,
    language,
    neighbourhood,
    recommendations,
    registration,
    second_step,
    sign_in,
)
from app.web.routing import joined

PARTS = (
    *(sign_in, language, second_step, invitations, account, details),
    *(agreements, registration, companies, colleagues, recommendations, administration, neighbourhood),
)
router = joined(*(part.router for part in PARTS))
