"""Every page template is used by somebody, and every one that is named exists."""

import ast
import re

from tests.house.source import Source, python, sources

NAMED_IN_TEMPLATE = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")
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


def test_a_template_that_nobody_uses_is_found() -> None:
    templates = (
        Source("app/web/templates/people/sign_in.html", '{% extends "base.html" %}'),
        Source("app/web/templates/base.html", ""),
        Source("app/web/templates/people/old.html", ""),
    )
    code = (Source("app/people/pages.py", 'render(request, "people/sign_in.html")'),)
    assert template_names(templates) - names_used(templates, code) == {"people/old.html"}
