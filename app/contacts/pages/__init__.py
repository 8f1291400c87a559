"""Pages of contacts: a recruiter writes and follows, a resident reads and answers."""

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
from app.web.routing import joined

PARTS = (writing, sent, received, answers, appointments, companies, outcomes, blocking, flags)
router = joined(*(part.router for part in PARTS))
