"""Every page template is used by somebody, every one that is named exists, and so with their macros."""

import ast
import re

from tests.house.source import Source, python, sources

NAMED_IN_TEMPLATE = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")
IMPORT = re.compile(r"""\{%-?\s*from\s+["'][^"']+["']\s+import\s+(.+?)(?:\s+with context)?\s*-?%\}""")
FOLDER = re.compile(r"^app/(?:web|mail)/templates/(.+)$")


def template_names(files: tuple[Source, ...]) -> set[str]:
    """Return the templates, as `render` and Jinja name them."""
    return {match[1] for file in files if (match := FOLDER.match(file.path))}


def names_used(templates: tuple[Source, ...], code: tuple[Source, ...]) -> set[str]:
    """Return every string by which a template may be asked for: tags of templates, literals of the code."""
    used = {name for file in templates for name in NAMED_IN_TEMPLATE.findall(file.text)}
    for file in code:
        used |= {
            node.value
            for node in ast.walk(file.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return used


def dead_macros(templates: tuple[Source, ...]) -> list[str]:
    """Name the macros that no template calls, and those that a template imports and never calls."""
    faults = []
    words = {file.path: COMMENT.sub("", file.text) for file in templates}
    bodies = {path: MACRO.sub("", IMPORT.sub("", text)) for path, text in words.items()}
    everything = "\n".join(bodies.values())
    for path, text in words.items():
        own = [name for name in MACRO.findall(text) if not re.search(rf"\b{name}\(", everything)]
        asked = [name.strip() for names in IMPORT.findall(text) for name in names.split(",")]
        own += [name for name in asked if not re.search(rf"\b{name}\b", bodies[path])]
        faults += [f"{path}: {name}" for name in own]
    return faults


def test_every_template_is_used() -> None:
    templates = sources(".html", ".txt")
    assert not sorted(template_names(templates) - names_used(templates, python("app", "workers")))


def test_every_template_that_is_named_exists() -> None:
    templates = sources(".html", ".txt")
    pages = tuple(file for file in templates if FOLDER.match(file.path))
    named = {
        name for name in names_used(pages, python("app", "workers")) if re.fullmatch(r"[\w/-]+\.html", name)
    }
    assert not sorted(named - template_names(templates))


def test_every_macro_is_called_by_who_has_it() -> None:
    assert not dead_macros(tuple(file for file in sources(".html") if FOLDER.match(file.path)))


def test_a_macro_that_nobody_calls_is_found() -> None:
    parts = "{# {{ dead() }} #}{% macro dead(a) %}{% endmacro %}{% macro used() %}dead{% endmacro %}"
    templates = (
        Source("parts.html", parts),
        Source("page.html", '{% from "parts.html" import used, dead with context %}{{ used() }}'),
    )
    assert dead_macros(templates) == ["parts.html: dead", "page.html: dead"]


def test_a_template_that_nobody_uses_is_found() -> None:
    templates = (
        Source("app/web/templates/people/sign_in.html", '{% extends "base.html" %}'),
        Source("app/web/templates/base.html", ""),
        Source("app/web/templates/people/old.html", ""),
    )
    code = (Source("app/people/pages.py", 'render(request, "people/sign_in.html")'),)
    assert template_names(templates) - names_used(templates, code) == {"people/old.html"}
