"""What is deferred by name exists, on its queue, with these arguments; what is listened to is announced."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from app.queue import TASKS
from tests.house.source import Source, python
from workers.__main__ import TICKS
from workers.announcements import LISTENERS
from workers.jobs import jobs

OF_THE_QUEUE_ITSELF = {"lock", "queueing_lock"}
ARGUMENTS = {
    name: set(inspect.signature(task.func).parameters) - {"context"}
    for name, task in jobs.tasks.items()
    if name in TASKS
}


def calls_of(verb: str, files: tuple[Source, ...]) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a verb of app/queue.py, each with where it stands."""
    for file in files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and len(node.args) > 1:
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name == verb:
                    yield f"{file.path}:{node.lineno}", node


def pattern_of(word: ast.expr) -> str | None:
    """Return a literal as it is, a formatted one with stars, None for anything else."""
    if isinstance(word, ast.Constant) and isinstance(word.value, str):
        return word.value
    if isinstance(word, ast.JoinedStr):
        return re.sub(
            r"\*+",
            "*",
            "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in word.values),
        )
    return None


def faults_of_deferrals(files: tuple[Source, ...], arguments: Mapping[str, set[str]]) -> list[str]:
    """Name the deferrals of what does not exist, or with arguments that it does not take."""
    faults = []
    for where, call in calls_of("defer", files):
        name = pattern_of(call.args[1]) or "what no literal names"
        given = {keyword.arg or "**" for keyword in call.keywords} - OF_THE_QUEUE_ITSELF
        if name not in arguments:
            faults.append(f"{where} defers {name}, which does not exist")
        elif given != arguments[name]:
            faults.append(f"{where} gives {name} {sorted(given)}, not {sorted(arguments[name])}")
    return faults


def never_announced(kinds: set[str], files: tuple[Source, ...]) -> list[str]:
    """Name the kinds of news that somebody waits for and nobody tells."""
    told = {pattern_of(call.args[1]) or "" for _, call in calls_of("announce", files)}
    return sorted(kind for kind in kinds if not any(fnmatchcase(kind, pattern) for pattern in told))


def test_the_workers_have_every_task_that_the_queue_knows_and_no_other() -> None:
    own = {name for name in jobs.tasks if not name.startswith(("builtin", "procrastinate"))}
    assert own == set(TASKS)


def test_every_task_stands_on_the_queue_that_its_jobs_go_to() -> None:
    assert {name: jobs.tasks[name].queue for name in TASKS} == TASKS


def test_every_deferral_names_a_task_and_gives_what_it_takes() -> None:
    # These two pass on what they are given.
    given = {"app/queue.py", "workers/__main__.py"}
    files = tuple(file for file in python("app", "workers") if file.path not in given)
    assert not faults_of_deferrals(files, ARGUMENTS)


def test_everything_that_comes_by_the_clock_is_a_task_without_arguments() -> None:
    assert not [name for name in TICKS if ARGUMENTS[name]]


def test_everything_that_is_listened_to_is_announced() -> None:
    assert not never_announced(set(LISTENERS), python("app"))


def test_a_wrong_deferral_is_found() -> None:
    code = 'defer(session, "a", x=1, lock="l")\nqueue.defer(session, "a", y=1)\ndefer(session, "b")\n'
    assert len(faults_of_deferrals((Source("app/x.py", code),), {"a": {"x"}})) == 2


def test_news_that_nobody_tells_are_found() -> None:
    code = 'announce(session, "profile.published", id)\nqueue.announce(session, f"contact.{state}", id)\n'
    files = (Source("app/x.py", code),)
    assert never_announced({"profile.published", "contact.sent", "video.ready"}, files) == ["video.ready"]
