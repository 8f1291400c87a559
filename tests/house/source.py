"""The tree that the house tests read: files that git knows or would take, and the functions in them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = frozenset(
    [
        "places",
        "evidence",
        "people",
        "uploads",
        "videos",
        "search",
        "profiles",
        "viewing",
        "contacts",
        "directory",
        "accompaniment",
        "programmes",
        "reports",
        "partners",
        "rights",
        "home",
    ]
)
UNDER_THE_ROOMS = frozenset({"mail", "storage", "web"})


@dataclass(frozen=True)
class Source:
    """One file: where it stands from the root, with slashes, and its text."""

    path: str
    text: str = field(repr=False)

    @property
    def tree(self) -> ast.Module:
        """The parsed Python."""
        return ast.parse(self.text, self.path)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield every function, methods and nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def sources(*suffixes: str) -> tuple[Source, ...]:
    """Return the files of the working tree with one of these endings, or all text files without any."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = []
    for path in sorted(set(listed.split("\0")) - {""}):
        if suffixes and not path.endswith(suffixes):
            continue
        try:
            found.append(Source(path, (ROOT / path).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return tuple(found)


def python(*folders: str) -> tuple[Source, ...]:
    """Return the Python files under these top-level folders, or all of them without any."""
    return tuple(file for file in sources(".py") if not folders or file.path.split("/")[0] in folders)
