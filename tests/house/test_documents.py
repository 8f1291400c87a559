"""What the documents say is what the program has: refusals, settings, commands, decisions."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

import app
from app.errors import Refusal
from app.settings import Settings
from tests.house.english import CATALOGUE, read
from tests.house.source import ROOT

DECISION_HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Checked by"]
DECISION_LINES_MAX = 40
# Settings whose default is nothing show a dash.
NO_DEFAULT = "—"


def text_of(path: str) -> str:
    """Return a document of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def every_refusal() -> set[type[Refusal]]:
    """Return every refusal of the program, after importing all of it."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)

    def below(parent: type[Refusal]) -> Iterator[type[Refusal]]:
        yield parent
        for child in parent.__subclasses__():
            yield from below(child)

    return set(below(Refusal))


def refusals() -> set[type[Refusal]]:
    """Return every refusal that has a slug of its own."""
    return {refusal for refusal in every_refusal() if "slug" in vars(refusal)}


def faults_of_problems(document: str, known: dict[str, tuple[int, str]]) -> list[str]:
    """Compare the sections `## slug`, each opened by `status — title.`, with slug → (status, title)."""
    sections = dict(re.findall(r"^## `([^`]+)`\n\n(.+)$", document, re.MULTILINE))
    faults = [f"{slug} is no refusal of the program" for slug in sections.keys() - known.keys()]
    for slug, (status, title) in known.items():
        opening = f"**{status} — {title}**"
        if not sections.get(slug, "").startswith(opening):
            faults.append(f"## `{slug}` must open with {opening}")
    return sorted(faults)


def default_of(name: str) -> str:
    """Return how the table of settings writes a default."""
    default = Settings.model_fields[name].default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, bool):
        default = str(default).lower()
    return NO_DEFAULT if default in {None, ""} else f"`{default}`"


def faults_of_settings(document: str, defaults: dict[str, str]) -> list[str]:
    """Compare the rows `| variable | default | meaning |` with variable → default."""
    rows = dict(re.findall(r"^\| `(VISAVIS_\w+)` \| (.+?) \| .+ \|$", document, re.MULTILINE))
    faults = [f"{name} is no setting" for name in rows.keys() - defaults.keys()]
    faults += [
        f"{name}: {rows.get(name, 'missing')} should be {default}"
        for name, default in defaults.items()
        if rows.get(name) != default
    ]
    return sorted(faults)


def unknown_targets(document: str, makefile: str) -> list[str]:
    """Name the `make` commands that a document gives and the Makefile does not have."""
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    asked = re.findall(r"(?:^|`)make ([a-z][\w-]*)", document, re.MULTILINE)
    return sorted(set(asked) - targets)


def faults_of_decision(document: str) -> list[str]:
    """Say what a decision's page lacks."""
    faults = []
    if (lines := len(document.splitlines())) > DECISION_LINES_MAX:
        faults.append(f"{lines} lines")
    if (headings := re.findall(r"^## (.+)$", document, re.MULTILINE)) != DECISION_HEADINGS:
        faults.append(f"headings {headings}")
    checked_by = document.partition("## Checked by")[2]
    faults += [
        f"{path} does not exist"
        for path in re.findall(r"`((?:tests|benchmarks|app|docs)/[^`]*)`", checked_by)
        if not (ROOT / path).exists()
    ]
    return faults


def test_every_refusal_is_documented_as_it_is() -> None:
    known = {refusal.slug: (refusal.status, refusal.title) for refusal in refusals()}
    assert not faults_of_problems(text_of("docs/problems.md"), known)


def test_every_refusal_is_explained_in_english_with_the_title_that_pages_show() -> None:
    catalogue = read(CATALOGUE)
    document = text_of("docs/problems.en.md")
    own = dict(re.findall(r"^## `([^`]+)`\n\n\*\*\d+ — (.+)\*\*$", document, re.MULTILINE))
    known = {}
    for refusal in refusals():
        said = catalogue.get(refusal.title)
        known[refusal.slug] = (refusal.status, str(said.string) if said else own.get(refusal.slug, "…"))
    assert not faults_of_problems(document, known)


def test_two_refusals_never_share_a_slug() -> None:
    assert not [slug for slug, count in Counter(refusal.slug for refusal in refusals()).items() if count > 1]


def test_every_setting_is_documented_with_its_default() -> None:
    defaults = {f"VISAVIS_{name.upper()}": default_of(name) for name in Settings.model_fields}
    assert not faults_of_settings(text_of("docs/operations.md"), defaults)


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", "docs/operations.md"])
def test_every_make_command_in_a_document_exists(path: str) -> None:
    assert not unknown_targets(text_of(path), text_of("Makefile"))


def test_the_readme_gives_the_two_commands() -> None:
    readme = text_of("README.md")
    assert [command for command in ("make run", "make test") if command not in readme] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_is_short_whole_and_checked_by_what_exists(path: object) -> None:
    assert not faults_of_decision(text_of(str(path)))


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_missing_a_wrong_and_a_superfluous_problem_are_found() -> None:
    document = "## `parti`\n\n**410 — Parti**\n\n## `faux`\n\n**400 — Faux**\n"
    faults = faults_of_problems(document, {"faux": (404, "Faux"), "absent": (404, "Absent")})
    assert len(faults) == 3


def test_a_missing_a_wrong_and_a_superfluous_setting_are_found() -> None:
    document = "| `VISAVIS_A` | `1` | a |\n| `VISAVIS_B` | `1` | b |\n"
    faults = faults_of_settings(document, {"VISAVIS_A": "`2`", "VISAVIS_C": "`3`"})
    assert len(faults) == 3


def test_a_command_that_does_not_exist_is_found() -> None:
    assert unknown_targets("Run `make tea`, then\nmake run\n", "run: setup\n\t@true\n") == ["tea"]


def test_a_poor_decision_is_found() -> None:
    document = (
        "# 1\n" + "\n" * DECISION_LINES_MAX + "## Decision\n## Checked by\n`tests/house/test_nothing.py`\n"
    )
    assert len(faults_of_decision(document)) == 3
