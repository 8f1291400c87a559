"""A database from before the approved copies keeps what it shows, and forgets what it no longer does."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.profiles import queries
from app.profiles.models import Profile
from app.tables import upgrade
from tests.factories import give_consent, make_filled_profile, make_resident, make_video
from tests.kernel.test_migrations import run


def make_row(session: Session, state: str, **columns: object) -> Profile:
    """Make a profile with a script, and a video that it names."""
    person = make_resident(session)
    give_consent(session, person)
    video_id = make_video(session, person).id
    return make_filled_profile(session, person, state=state, current_video_id=video_id, **columns)


def test_what_was_shown_and_sent_is_copied_and_what_left_is_forgotten(committed: Engine) -> None:
    with Session(committed) as session:
        made = [
            make_row(session, "published"),
            make_row(session, "withdrawn"),
            make_row(session, "published", presentation="text"),
            make_row(session, "submitted", presentation="text"),
            make_row(session, "placed"),
            make_row(session, "placed", presentation="text"),
        ]
        session.commit()
        people = [profile.person_id for profile in made]
    run(committed, "0005_mail_person")
    upgrade(committed)
    with Session(committed) as session:
        rows = [queries.profile_of(session, person_id) for person_id in people]
        kept = [
            (bool(row.current_video_id), bool(row.current_script), bool(row.proposed_script))
            for row in rows
            if row
        ]
        assert kept == [
            (True, True, False),
            (False, False, False),
            (False, True, False),
            (False, False, True),
            (True, True, False),
            (False, False, False),
        ]
        assert all(row.current_script in (None, queries.script_of(row)) for row in rows if row)
