"""What may stand in no file: unfinished business, names that say nothing, addresses of one machine."""

import ast
import re

import pytest

from tests.house.source import ROOT, Source, python, sources

UNFINISHED = re.compile(r"(#|//|/\*|\{#|<!--)\s*(TODO|FIXME|XXX|HACK)\b")
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc", "core"}
# A package index, or where a lock file took a package from: the ordinary clients know theirs.
REGISTRY = re.compile(
    r'"resolved":\s*"http|--(extra-)?index-url|^\s*registry\s*=|https?://(files\.pythonhosted|registry\.npmjs)',
    re.MULTILINE,
)
# A home or a workplace: such a path exists on one machine.
ONE_MACHINE = re.compile(r"(?<![\w.~$}/-])/(home/\w|root/|work/|Users/\w)")
# Put together where a test needs them: as words of this file, they would name what they forbid.
LOCKED, INDEX = "resolved", "index-url"
GATE = "tests/house/test_words.py"  # this file alone names what it forbids


def lines_with(pattern: re.Pattern[str], files: tuple[Source, ...]) -> list[str]:
    """Name the lines where the pattern stands."""
    return [
        f"{file.path}:{file.text.count(chr(10), 0, match.start()) + 1} {match.group()}"
        for file in files
        if file.path != GATE
        for match in pattern.finditer(file.text)
    ]


def without_docstring(files: tuple[Source, ...]) -> list[str]:
    """Name the modules that do not say what they are for; an empty package needs no sentence."""
    return [file.path for file in files if file.text.strip() and not ast.get_docstring(file.tree)]


def test_nothing_is_left_for_later_in_a_comment() -> None:
    assert not lines_with(UNFINISHED, sources(".py", ".ts", ".mjs", ".css", ".html", "Makefile"))


def test_every_module_says_what_it_is_for() -> None:
    assert not without_docstring(python())


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [
        file.path for file in python() if SAYS_NOTHING & set(file.path.removesuffix(".py").split("/"))
    ]


def test_no_file_names_a_package_registry() -> None:
    assert not lines_with(REGISTRY, tuple(file for file in sources() if file.path != "Makefile"))


def test_no_file_names_a_path_of_one_machine() -> None:
    assert not lines_with(ONE_MACHINE, sources())


def test_the_zone_of_the_people_is_named_in_one_place() -> None:
    zone = re.compile(r"Europe/Paris")
    assert lines_with(zone, python("app", "workers")) == ["app/paris.py:10 Europe/Paris"]


def test_nothing_stands_at_the_top_level_without_a_reason() -> None:
    reasons = (ROOT / "docs/adr/0009-top-level.md").read_text(encoding="utf-8")
    top = {file.path.split("/")[0] for file in sources()}
    assert not sorted(name for name in top if f"`{name}`" not in reasons)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (UNFINISHED, "# TODO later"),
        (UNFINISHED, "<!-- FIXME -->"),
        (REGISTRY, f'  "{LOCKED}": "https://r.example/x.tgz"'),
        (REGISTRY, f"pip install --{INDEX} x"),
        (ONE_MACHINE, 'open("/home/anne/video.mp4")'),
        (ONE_MACHINE, "cd /work/main"),
    ],
)
def test_a_forbidden_word_is_found(pattern: re.Pattern[str], text: str) -> None:
    assert lines_with(pattern, (Source("app/x.py", text),))


def test_a_module_without_a_sentence_is_found() -> None:
    assert without_docstring((Source("app/x.py", "x = 1\n"), Source("app/y/__init__.py", ""))) == ["app/x.py"]
