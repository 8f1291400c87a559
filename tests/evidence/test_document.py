"""The worked example of docs/evidence.md does what it says, with a bare Python and with our own code."""

import re
import subprocess
import sys
from typing import Any

from app.evidence.canonical import canonical, seal_of
from app.evidence.merkle import is_included, leaf_hash
from app.evidence.rules import KINDS
from app.reports import verify
from tests.house.source import ROOT

DOCUMENT = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """Return the one block of a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(found)


def said() -> dict[str, str]:
    """Return what the document says that the example prints."""
    return {
        name: printed for name, _, printed in (line.partition(" ") for line in block("text").splitlines())
    }


def test_the_example_prints_what_the_document_says() -> None:
    bare = [sys.executable, "-I", "-S", "-c", block("python")]
    assert subprocess.run(bare, capture_output=True, text=True, check=True).stdout == block("text")


def test_the_example_says_what_our_code_does() -> None:
    names: dict[str, Any] = {"print": lambda *_: None}
    exec(block("python"), names)  # noqa: S102 - our own document
    leaf, example = leaf_hash(canonical(names["fact"])), said()
    assert leaf.hex() == example["feuille"]
    assert is_included(leaf, 1, 3, [names["first"], names["third"]], bytes.fromhex(example["racine"]))
    assert seal_of(bytes.fromhex("ab" * 32), names["private"]) == example["sceau"] == names["fact"]["seal"]


def test_the_document_names_every_kind_with_its_rule_and_every_field() -> None:
    for name, kind in KINDS.items():
        assert re.search(rf"`{name}`.*\| `{kind.rule}`", DOCUMENT), name
    assert [field for field in verify.FIELDS.split() if f"`{field}`" not in DOCUMENT] == []
