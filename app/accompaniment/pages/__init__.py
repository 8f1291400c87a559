"""Pages of advisers: tasks, needs around, the caseload, each resident with guardian, exchanges, quarter."""

from app.accompaniment.pages import caseload, counted, exchanges, guardians, needs, neighbourhood, tasks
from app.web.routing import joined

# The tasks and needs first: their addresses would be taken for a resident's.
router = joined(
    *(tasks.router, needs.router, caseload.router, counted.router, guardians.router, exchanges.router),
    neighbourhood.router,
)
