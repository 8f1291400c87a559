"""Which tests stay in one process: those that share a whole product, which is costly to start."""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist has no types

# Tests that wait for seconds of film go beside those that wait for pages.
FILMING = {
    "test_bad_network",
    "test_phone",
    "test_resume",
    "test_stored_elsewhere",
    "test_studio",
    "test_voice",
}


class InGroups(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out tests one by one, and those of a group to one process, the largest group first.

    xdist's own groups (`--dist loadgroup`) are lost: they stand in an attribute that pytest reads no more.
    """

    def _split_scope(self, nodeid: str) -> str:
        """Return the group of a test, or the test itself."""
        return group_of(nodeid) or nodeid


def group_of(nodeid: str) -> str:
    """Return the group of a test by its address, empty for one that shares nothing costly."""
    folder, _, rest = nodeid.removeprefix("tests/").partition("/")
    if folder == "browser":
        return "filming" if rest.partition(".py")[0] in FILMING else "browser"
    return "cli" if folder == "cli" else ""
