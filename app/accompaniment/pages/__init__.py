"""Pages of advisers: tasks, the caseload and each resident, a guardian's authorisation, exchanges."""

from fastapi import APIRouter

from app.accompaniment.pages import caseload, exchanges, guardians, tasks

router = APIRouter()
# The tasks first: their address would be taken for a resident's.
for part in (tasks, caseload, guardians, exchanges):
    router.include_router(part.router)
