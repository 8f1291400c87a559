"""States of the world of the matrix in which a verb can do something."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.contacts.models import Flag
from app.people.models import Block, GuardianAuthorisation, Organisation
from app.videos.models import Captions
from tests.conftest import START
from tests.factories import make_admin, make_adviser
from tests.matrix.world import World


def not_authorised(world: World, session: Session) -> None:
    """Let no guardian have signed yet."""
    session.execute(delete(GuardianAuthorisation).where(GuardianAuthorisation.person_id == world.minor.id))


def blocked(world: World, session: Session) -> None:
    """Let the resident have blocked the company."""
    resident = world.people["resident"]
    session.add(Block(person_id=resident.id, company_id=world.company.id, blocked_at=START))
    session.flush()


def no_flag(world: World, session: Session) -> None:
    """Leave nothing reported: it may be."""
    session.execute(delete(Flag).where(Flag.id == world.flag.id))


def replaced(world: World, session: Session) -> None:
    """Let nobody be the last: a colleague of each may sign in."""
    del world
    for structure in session.scalars(select(Organisation).filter_by(kind="structure")).all():
        make_adviser(session, structure)
    make_admin(session)


def no_captions(world: World, session: Session) -> None:
    """Leave the video without captions: they can be started."""
    session.execute(delete(Captions).where(Captions.video_id == world.video.id))
