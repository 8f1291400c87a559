"""Pages of the room: signing in, one's account, invitations, agreements, companies, administration."""

from fastapi import APIRouter

from app.people.pages import (
    account,
    administration,
    agreements,
    colleagues,
    companies,
    details,
    invitations,
    language,
    recommendations,
    registration,
    second_step,
    sign_in,
)

router = APIRouter()
for part in (
    *(sign_in, language, second_step, invitations, account, details, agreements),
    *(registration, companies, colleagues, recommendations, administration),
):
    router.include_router(part.router)
