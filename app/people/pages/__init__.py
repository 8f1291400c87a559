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

router = joined(
    *(sign_in.router, language.router, second_step.router, invitations.router, account.router),
    *(details.router, agreements.router, registration.router, companies.router, colleagues.router),
    *(recommendations.router, administration.router, neighbourhood.router),
)
