"""What a playing page asks: start a play, tell what was watched; who may not is counted as turned away."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request

from app.people.access import Recruiter, SignedIn
from app.profiles.queries import by_slug_visible
from app.profiles.service import ProfileNotFound
from app.signing import derived_key
from app.viewing import schemas, service
from app.viewing.robots import is_robot
from app.web.deps import CurrentSettings, Now, UnitOfWork
from app.web.problems import problem_response

router = APIRouter()


@router.post("/lectures", status_code=201, response_model=schemas.Started)
def post_viewing(
    request: Request,
    given: schemas.Start,
    session: UnitOfWork,
    now: Now,
    who: SignedIn,
    settings: CurrentSettings,
) -> object:
    robot = is_robot(request.headers.get("user-agent", ""))
    profile = by_slug_visible(session, who, given.profile)
    if profile is None:
        service.turn_away(session, who, given.profile, now, robot=robot)
        # Answered and not raised: what is noted of the attempt stays.
        return problem_response(request, ProfileNotFound())
    key = derived_key(settings.secret_key, "viewing")
    viewing, token = service.start(session, who, profile, now, key, robot=robot)
    return schemas.Started(id=viewing.id, token=token)


@router.post("/lectures/{viewing_id}/battements")
def post_beat(
    viewing_id: UUID, beat: schemas.Beat, session: UnitOfWork, now: Now, who: Recruiter
) -> schemas.Credited:
    played = service.Played(viewing_id, beat.token, tuple(beat.spans))
    credited = service.watch(session, who, played, now)
    return schemas.Credited(credited_s=credited.credited_s, qualified=credited.qualified)
