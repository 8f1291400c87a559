"""Every job that is deferred by name exists where the workers look for it, on the same queue, and back."""

from app.queue import TASKS
from workers.__main__ import TICKS
from workers.jobs import jobs

BUILT_IN = "procrastinate"  # its own tasks, which nobody here defers


def own_tasks() -> dict[str, str]:
    """Return the queue of every task of ours."""
    return {name: task.queue for name, task in jobs.tasks.items() if BUILT_IN not in name}


def test_every_name_that_is_deferred_is_a_job_of_the_same_queue() -> None:
    assert own_tasks() == TASKS


def test_what_comes_by_itself_is_a_job() -> None:
    assert set(TICKS) <= set(TASKS)
