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

router = joined(
    *(writing.router, sent.router, received.router, answers.router, appointments.router),
    *(companies.router, outcomes.router, blocking.router, flags.router),
)
