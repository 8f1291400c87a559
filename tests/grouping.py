"""Which tests stay in one process, since they share a product that is costly to start; which come first."""

from collections import OrderedDict
from typing import Any

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist has no types

# Files of tests/browser by the product that they share: one with a story told, one that films.
SHARED = {
    "told": {"test_answer_by_link", "test_keyboard", "test_needs", "test_pages", "test_player"},
    "filming": {"test_phone", "test_resume", "test_studio", "test_voice"},
}
# Those that start a product of their own; all others share a third.
ALONE = {"test_bad_network", "test_companies", "test_renewal", "test_stored_elsewhere"}
# Files elsewhere whose tests share what their module starts or makes once.
SHARING = {
    "tests/contract/test_tus.py",
    "tests/uploads/test_crash.py",
    "tests/uploads/test_crash_steps.py",
    "tests/uploads/test_form.py",
    "tests/uploads/test_full.py",
    "tests/uploads/test_line.py",
    "tests/uploads/test_outage.py",
    "tests/uploads/test_patience.py",
    "tests/uploads/test_resume.py",
    "tests/uploads/test_workers.py",
    "tests/workers/test_sandbox.py",
    "tests/workers/test_trimming.py",
    "tests/workers/test_verify.py",
}
# Its tests share a clip, whose name stands in brackets.
OF_CLIPS = "tests/workers/test_real_clips.py"
# The longest first, so that no process works alone at the end; what is not named takes moments.
FIRST = (
    "told",
    "filming",
    "walks",
    "cli",
    "tests/browser/test_bad_network.py",
    "tests/browser/test_renewal.py",
    "tests/workers/test_never_stuck.py",
    "tests/browser/",
    "tests/uploads/test_resume.py",
    "tests/contract/",
    "tests/uploads/",
    "tests/workers/test_sandbox.py",
    "tests/workers/test_trimming.py",
    "tests/workers/",
    "tests/matrix/",
)


class InGroups(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out tests one by one, and those of a group to one process, the longest first.

    xdist's own groups (`--dist loadgroup`) are lost: they stand in an attribute that pytest reads no more.
    """

    workqueue: OrderedDict[str, dict[str, bool]]
    is_sorted = False

    def _split_scope(self, nodeid: str) -> str:
        """Return the group of a test, or the test itself."""
        return group_of(nodeid) or nodeid

    def _assign_work_unit(self, node: Any) -> None:
        """Give a process what comes next: xdist's own order is that of how many tests a group has."""
        if not self.is_sorted:
            self.workqueue = OrderedDict(sorted(self.workqueue.items(), key=lambda unit: turn(unit[0])))
            self.is_sorted = True
        super()._assign_work_unit(node)


def group_of(nodeid: str) -> str:
    """Return the group of a test by its address, empty for one that shares nothing costly."""
    path, _, test = nodeid.partition("::")
    folder, file = path.split("/")[1], path.rpartition("/")[2].removesuffix(".py")
    if folder == "browser":
        alone = path if file in ALONE else "walks"
        return next((group for group, files in SHARED.items() if file in files), alone)
    if path == OF_CLIPS:
        return f"{path}[{test.partition('[')[2]}"
    return "cli" if folder == "cli" else path if path in SHARING else ""


def turn(unit: str) -> int:
    """Return where a group, or a test that is alone, stands in the order: 0 is first."""
    return next((place for place, begin in enumerate(FIRST) if unit.startswith(begin)), len(FIRST))
