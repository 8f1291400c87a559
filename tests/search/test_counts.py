"""What a company sees before it is verified: how many people look for each job, and no small number."""

from sqlalchemy.orm import Session

from app.search.counts import counts_by_job
from app.search.learning import count_jobs
from app.search.service import remove
from tests.search.conftest import Publish

SALES, BUILDING = ("D1106", "Vente en alimentation"), ("F1602", "Électricité bâtiment")


def test_small_counts_are_hidden_and_jobs_that_nobody_seeks_absent(
    session: Session, publish: Publish
) -> None:
    for _ in range(5):
        publish(rome=(SALES,))
    for _ in range(4):
        publish(rome=(BUILDING, SALES))
    publish(rome=(("G1602", "Personnel de cuisine"),))
    count_jobs(session)
    assert [tuple(job) for job in counts_by_job(session)] == [
        (*SALES, 9),
        ("G1602", "Personnel de cuisine", None),
        (*BUILDING, None),
    ]


def test_counting_again_forgets_who_left(session: Session, publish: Publish) -> None:
    gone = publish(rome=(SALES,))
    count_jobs(session)
    remove(session, gone)
    count_jobs(session)
    assert counts_by_job(session) == []
