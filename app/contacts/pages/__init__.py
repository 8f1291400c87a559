"""Pages of contacts: a recruiter writes and follows, a resident reads and answers."""

from fastapi import APIRouter

from app.contacts.pages import (
    answers,
    appointments,
    blocking,
    companies,
    flags,
    outcomes,
    received,
    sent,
    writing,
)

router = APIRouter()
router.include_router(writing.router)
router.include_router(sent.router)
router.include_router(received.router)
router.include_router(answers.router)
router.include_router(appointments.router)
router.include_router(companies.router)
for part in (outcomes, blocking, flags):
    router.include_router(part.router)
