"""Pages of the room: signing in, one's account, invitations, agreements, companies, administration."""

from fastapi import APIRouter

from app.people.pages import (
    account,
    administration,
    agreements,
    companies,
    details,
    invitations,
    sign_in,
)

router = APIRouter()
for part in (sign_in, invitations, account, details, agreements, companies, administration):
    router.include_router(part.router)
