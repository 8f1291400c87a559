"""Searches as recruiters write them find whom they must, in a small crowd; the benchmark has a large one."""

from itertools import islice

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.places.models import Job, JobTitle
from app.search.service import index
from benchmarks import crowd, questions

CROWD = 200


def test_forty_searches_find_nearly_everybody_whom_they_must(session: Session) -> None:
    session.execute(delete(JobTitle))
    session.execute(delete(Job))
    found = crowd.reference()
    crowd.load(session, found)
    for document in islice(crowd.documents(found, CROWD), CROWD):
        index(session, document)
    questions.plant(session)
    everybody = sum(question.people for question in questions.QUESTIONS)
    assert len(questions.QUESTIONS) == 40
    missed = [question.query.words for question, _ in questions.missed(session)]
    assert len(missed) <= everybody * 0.05, missed


def test_the_same_crowd_is_made_every_time() -> None:
    found = crowd.reference()
    assert list(crowd.documents(found, 5)) == list(crowd.documents(found, 5))
