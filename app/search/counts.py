"""How many people look for each job: all that a company sees before it is verified."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.places.models import Job
from app.search.models import JobCount
from app.search.rules import COUNTED_FROM


class JobTotal(NamedTuple):
    """A ROME job and how many published profiles look for it; None says « moins de 5 » (COUNTED_FROM)."""

    code: str
    label: str
    total: int | None


def counts_by_job(session: Session) -> list[JobTotal]:
    """Return the jobs that somebody looks for, as last counted: most wanted first, small counts hidden.

    Hidden ones are in the order of their labels, so that their place says nothing of the count.
    """
    query = select(JobCount.code, Job.label, JobCount.profiles).join(Job, Job.code == JobCount.code)
    totals = [
        JobTotal(code, label, count if count >= COUNTED_FROM else None)
        for code, label, count in session.execute(query)
    ]
    return sorted(totals, key=lambda job: (-(job.total or 0), job.label))
