"""Why a resident is counted or not, and how long their film is watched."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.accompaniment.counting import counted_of
from app.accompaniment.pages.caseload import within
from app.people.access import Adviser
from app.profiles.queries import video_shown
from app.viewing.retention import VIEWERS_MIN, retention_of
from app.viewing.rules import EXCLUSIONS
from app.web.deps import Now, UnitOfWork
from app.web.templating import render

router = APIRouter()


@router.get("/accompagnement/{person_id}/comptes")
def show_counted(request: Request, session: UnitOfWork, now: Now, who: Adviser, person_id: UUID) -> Response:
    found = within(session, who, person_id, now)
    counted, standing = counted_of(session, found, who.organisations("adviser"))
    plays, proposals = standing.left.excluded, standing.contacts_excluded
    video = video_shown(session, found.profile)
    return render(
        request,
        "accompaniment/counted.html",
        person=found.person,
        counted=counted,
        too_short=standing.left.too_short,
        left_out=[
            (words, plays.get(reason, 0), proposals.get(reason, 0))
            for reason, words in EXCLUSIONS.items()
            if reason in plays or reason in proposals
        ],
        video=video,
        retention=retention_of(session, video) if video else None,
        viewers_min=VIEWERS_MIN,
    )
