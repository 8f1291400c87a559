"""What is stored equals what the beats give when they are counted again, or each difference is named."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.cli import recount_views as command
from app.evidence.models import Source
from app.people.models import Person
from app.people.rules import Belonging, Who
from app.profiles.models import Profile
from app.viewing import recount, service
from app.viewing.models import Viewing
from app.viewing.queries import Play
from app.viewing.rules import POLICY, Span, length_s, replayed
from app.viewing.service import Played
from tests.factories import make_company, make_profile, make_recruiter
from tests.statements import statements

KEY = b"key of the tests"
spans = st.tuples(st.integers(0, 700), st.integers(0, 700)).map(lambda two: (two[0] / 10, two[1] / 10))
Told = list[tuple[float, list[Span]]]
told = st.lists(
    st.tuples(st.integers(0, 400).map(lambda tenths: tenths / 10), st.lists(spans, max_size=4)), max_size=10
)


@pytest.fixture
def profile(session: Session) -> Profile:
    return make_profile(session)


def recruiter_of(session: Session) -> Who:
    """Return a recruiter of a verified company, as requests know them."""
    company = make_company(session)
    person: Person = make_recruiter(session, company)
    belonging = Belonging("recruiter", company.id, company.name, company.state)
    return Who(person.id, person.id, person.given_name, (belonging,))


def play(session: Session, profile: Profile, at: datetime, beats: Told) -> Viewing:
    """Play a video as a page says it, beat by beat."""
    who = recruiter_of(session)
    viewing, token = service.start(session, who, profile, at, KEY)
    for wall_s, shown in beats:
        at += timedelta(seconds=wall_s)
        service.watch(session, who, Played(viewing.id, token, tuple(shown)), at)
    session.refresh(viewing)
    return viewing


def test_a_beat_of_a_play_is_two_statements(session: Session, now: datetime, profile: Profile) -> None:
    who = recruiter_of(session)
    viewing, token = service.start(session, who, profile, now, KEY)
    with statements(session.connection()) as heard:
        service.watch(session, who, Played(viewing.id, token, ((0, 5),)), now + timedelta(seconds=5))
    assert [one.split()[0].lower() for one in heard] == ["select", "update"]


@given(told)
def test_beats_kept_give_what_was_credited_whatever_a_page_says(beats: Told) -> None:
    at = datetime.now().astimezone()
    watched = Play(uuid4(), uuid4(), uuid4(), None, b"", at, (), 0, 0, 60, None, None)
    kept: list[Any] = []
    for wall_s, shown in beats:
        at += timedelta(seconds=wall_s)
        progress, more = service.credit(watched, tuple(shown), at)
        kept += more
        watched = watched._replace(
            last_beat_at=at, spans=progress.spans, credited_s=progress.credited_s, beats=len(kept)
        )
    again = replayed(POLICY, kept, 60)
    assert again.spans == watched.spans
    assert again.credited_s == pytest.approx(watched.credited_s)
    assert watched.credited_s <= length_s(again.spans) + 1e-6


def test_nothing_differs_of_what_was_watched(
    session: Session, now: datetime, profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    play(session, profile, now, [(5, [(0, 5)]), (5, [(0, 5)]), (7.3, [(5, 60)]), (5, [(5, 10.2)])])
    play(session, profile, now, [(5, [(0, 5)])])
    assert command.tell(session) == 0
    said = capsys.readouterr().out
    assert "2 lectures recomptées" in said
    assert "1 compte, pour 1 vue au journal." in said
    assert "Aucune différence" in said


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"credited_s": 55.0}, "credited"),
        ({"spans": [[0, 60]]}, "watched"),
        ({"qualified_at": None}, "not_counted"),
        ({"excluded": "robot"}, "counted"),
    ],
)
def test_what_was_changed_by_hand_is_named(
    session: Session, now: datetime, profile: Profile, columns: dict[str, object], kind: str
) -> None:
    viewing = play(session, profile, now, [(5, [(0, 5)]), (6, [(5, 11)])])
    for name, value in columns.items():
        setattr(viewing, name, value)
    session.flush()
    (found,) = recount.recounts(session)
    assert [(one.viewing_id, one.kind) for one in found.differences] == [(viewing.id, kind)]


def test_a_view_that_the_journal_never_had_is_named(
    session: Session, now: datetime, profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    viewing = play(session, profile, now, [(12, [(0, 12)])])
    session.execute(delete(Source))
    assert command.tell(session) == 1
    assert f"Différence, lecture {viewing.id} : elle compte, et le journal" in capsys.readouterr().out


def test_plays_from_before_beats_were_kept_are_said_apart_and_are_no_difference(
    session: Session, now: datetime, profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    old = play(session, profile, now, [(12, [(0, 12)])])
    old.beats, old.duration_s = [], None
    play(session, profile, now, [(12, [(0, 12)])])
    session.flush()
    assert command.tell(session) == 0
    said = capsys.readouterr().out
    assert "1 lecture recomptée." in said
    assert "1 ne peut pas l’être :" in said


def test_facts_whose_person_was_erased_are_said_and_are_no_difference(
    session: Session, now: datetime, profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    viewing = play(session, profile, now, [(12, [(0, 12)])])
    service.erase_person(session, viewing.viewer_id, now)
    assert session.scalars(select(Viewing)).all() == []
    assert command.tell(session) == 0
    assert "1 vue au journal n’a plus de lecture qui compte" in capsys.readouterr().out


def test_plays_beyond_a_batch_are_recounted_too(session: Session, now: datetime, profile: Profile) -> None:
    for _ in range(5):
        play(session, profile, now, [(5, [(0, 5)])])
    assert [found.plays for found in recount.recounts(session, 2)] == [2, 2, 1]
