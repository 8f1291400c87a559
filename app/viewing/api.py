"""What a playing page asks: start a play, tell what was watched.  Only recruiters' plays are kept."""

from uuid import UUID

from fastapi import APIRouter

from app.people.access import Recruiter
from app.profiles.queries import by_slug_visible
from app.profiles.service import ProfileNotFound
from app.signing import derived_key
from app.viewing import schemas, service
from app.web.deps import CurrentSettings, Now, UnitOfWork

router = APIRouter()


@router.post("/lectures", status_code=201)
def post_viewing(
    given: schemas.Start, session: UnitOfWork, now: Now, who: Recruiter, settings: CurrentSettings
) -> schemas.Started:
    profile = by_slug_visible(session, who, given.profile)
    if profile is None:
        raise ProfileNotFound
    key = derived_key(settings.secret_key, "viewing")
    viewing, token = service.start(session, who, profile, now, key)
    return schemas.Started(id=viewing.id, token=token)


@router.post("/lectures/{viewing_id}/battements")
def post_beat(
    viewing_id: UUID, beat: schemas.Beat, session: UnitOfWork, now: Now, who: Recruiter
) -> schemas.Credited:
    played = service.Played(viewing_id, beat.token, tuple(beat.spans))
    viewing = service.watch(session, who, played, now)
    return schemas.Credited(credited_s=viewing.credited_s, qualified=viewing.qualified_at is not None)
