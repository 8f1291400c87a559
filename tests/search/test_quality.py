"""Searches as recruiters write them find whom they must, behind thousands who say the same.

The benchmark asks the same of a hundred thousand.
"""

from datetime import timedelta

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.places.models import Job, JobTitle
from app.search.asking import SearchQuery
from app.search.queries import find
from benchmarks import crowd, questions
from benchmarks.ground import copy

CROWD = 3000
NEWER = crowd.FIRST_AT + crowd.SPAN * questions.OLD + timedelta(hours=1)


def test_forty_searches_find_nearly_everybody_whom_they_must(session: Session) -> None:
    session.execute(delete(JobTitle))
    session.execute(delete(Job))
    found = crowd.reference()
    crowd.load(session, found)
    copy(session, crowd.lines(found, crowd.known_phrases(session, found), CROWD))
    questions.plant(session)
    session.execute(text("analyze search_profile"))
    assert [
        words
        for words in ("motivé", "vente", "")
        if not find(session, SearchQuery(words, since=NEWER)).is_capped
    ] == []
    everybody = sum(question.people for question in questions.QUESTIONS)
    assert len(questions.QUESTIONS) == 40
    missed = [question.query.words for question, _ in questions.missed(session)]
    assert len(missed) <= everybody * 0.05, missed


def test_the_same_crowd_is_made_every_time() -> None:
    found = crowd.reference()
    assert list(crowd.documents(found, 5)) == list(crowd.documents(found, 5))
