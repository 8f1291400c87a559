"""Pages of advisers: tasks, needs around, the caseload, each resident with guardian and exchanges."""

from fastapi import APIRouter

from app.accompaniment.pages import caseload, exchanges, guardians, needs, tasks

router = APIRouter()
# The tasks and needs first: their addresses would be taken for a resident's.
for part in (tasks, needs, caseload, guardians, exchanges):
    router.include_router(part.router)
