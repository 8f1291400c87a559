"""The adviser's page of tasks: by due date, what, for whom; done and undone by one button."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accompaniment import tasks
from app.accompaniment.schemas import TASK_LABELS
from app.people.access import Adviser
from app.web.deps import Now, UnitOfWork
from app.web.french import in_paris
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

LIST = "/accompagnement/taches"


@router.get(LIST)
def show_tasks(request: Request, session: UnitOfWork, now: Now, who: Adviser) -> Response:
    structures = who.organisations("adviser")
    return render(
        request,
        "accompaniment/tasks.html",
        to_do=tasks.to_do(session, structures),
        closed=tasks.closed(session, structures),
        labels=TASK_LABELS,
        today=in_paris(now).date(),
    )


@router.post("/accompagnement/taches/{task_id}/faite")
def finish(task_id: UUID, session: UnitOfWork, now: Now, who: Adviser) -> RedirectResponse:
    tasks.finish(session, who, task_id, now)
    return redirect(LIST, N_("Fait. La tâche est en bas de la page, si c’était trop tôt."))


@router.post("/accompagnement/taches/{task_id}/reprendre")
def take_up(task_id: UUID, session: UnitOfWork, who: Adviser) -> RedirectResponse:
    tasks.take_up(session, who, task_id)
    return redirect(LIST, N_("La tâche est de nouveau à faire."))
