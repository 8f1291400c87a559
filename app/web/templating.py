"""Pages: the Jinja environment, its French filters, and `render`, which answers with a page.

Every template finds `who`, `front_door` (where `who` starts), `waiting_count` (messages that wait for an
answer), `csrf_token`, `csp_nonce`, `language`, `other_language` (the one to switch
to, if any), `flash` (from `request.state`; absent ones are tolerated so that error
pages always render), `path`, `request`, and `labels`, where forms note how each of their fields is called.
French is the msgid of `_()`, in which a literal `%` is written `%%`; French that Python marked (`N_`) is
printed as it comes, translated.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TypedDict, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app import words
from app.web import french, language

WEB_DIR = Path(__file__).parent
TEMPLATES_DIR = WEB_DIR / "templates"
STATIC_DIR = WEB_DIR / "static"
MANIFEST_PATH = STATIC_DIR / "build" / "manifest.json"
BUILD_URL = "/static/build"
SCRIPTS = "app/web/ts/"
ICONS_KEPT = 1_000


class AssetMissing(LookupError):
    """A built file or icon that a template names is not in the manifest."""


class ImportedWithoutContext(LookupError):
    """A component that needs the request was imported without `with context`."""


class Manifest(TypedDict):
    """What `npm run build` wrote: file name to hashed name, icons of the sprite, parts of the player."""

    files: dict[str, str]
    icons: list[str]
    parts: list[str]


@cache
def environment() -> Environment:
    """Build the one Jinja environment: escaped, strict about names, translatable."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words.translate(env)
    env.globals.update(asset=asset, icon=icon, csrf_field=csrf_field, script_words=script_words)
    env.globals.update(player_scripts=player_scripts)
    env.filters.update(french.FILTERS)
    return env


def render(
    request: Request,
    name: str,
    /,
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Answer with the page `name`, given `values` beside what every page knows of its request.

    A page with errors is written twice: its summary names fields whose labels stand further down.
    """
    template, known = environment().get_template(name), _of_request(request) | values
    with language.spoken_to(request):
        html = template.render(known)
        if values.get("errors"):
            html = template.render(known)
    return HTMLResponse(html, status_code=status_code, headers=headers)


def _of_request(request: Request) -> dict[str, object]:
    return {
        "request": request,
        "path": request.url.path,
        "who": getattr(request.state, "who", None),
        "front_door": getattr(request.state, "front_door", ""),
        "waiting_count": getattr(request.state, "waiting", 0),
        "csrf_token": getattr(request.state, "csrf_token", ""),
        "csp_nonce": getattr(request.state, "csp_nonce", ""),
        "flash": getattr(request.state, "flash", None),
        "language": getattr(request.state, "language", words.FRENCH),
        "other_language": _other_language(request),
        "labels": {},
    }


def _other_language(request: Request) -> str:
    """Return the language that the reader of this page can switch to, empty where there is none."""
    if not language.can_switch(request):
        return ""
    spoken = getattr(request.state, "language", words.FRENCH)
    return words.ENGLISH if spoken == words.FRENCH else words.FRENCH


def script_words() -> dict[str, str | list[str]]:
    """Return what the scripts of a page say, in its language; French needs none."""
    return _script_words(words.spoken())


@cache
def _script_words(spoken: str) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for message in words.catalogue(spoken):
        if message.string and any(path.startswith(SCRIPTS) for path, _ in message.locations):
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = message.string if isinstance(message.string, str) else list(message.string)
    return found


def asset(name: str) -> str:
    """Return the address of a built file, `main.css` for example; raise AssetMissing when not built."""
    return _asset(_built_at_ns(), name)


def _asset(built_at_ns: int, name: str) -> str:
    try:
        return f"{BUILD_URL}/{_manifest(built_at_ns)['files'][name]}"
    except KeyError:
        raise AssetMissing(f"{name} is not in {MANIFEST_PATH}: run `make front`.") from None


def player_scripts() -> list[str]:
    """Return the addresses of what plays a video, for a page that is opened to play one."""
    return [f"{BUILD_URL}/{name}" for name in _manifest(_built_at_ns())["parts"]]


def icon(name: str, label: str = "") -> Markup:
    """Return a Lucide icon of app/web/icons.json; decorative unless it has a `label` that is read aloud."""
    return _icon(_built_at_ns(), name, label)


# A page of results has a hundred and fifty of them, and hardly twenty that differ.
@lru_cache(maxsize=ICONS_KEPT)
def _icon(built_at_ns: int, name: str, label: str) -> Markup:
    if name not in _manifest(built_at_ns)["icons"]:
        raise AssetMissing(f"No icon {name}: add it to app/web/icons.json and run `make front`.")
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>').format(
        spoken, _asset(built_at_ns, "icons.svg"), name
    )


@pass_context
def csrf_field(context: Context) -> Markup:
    """Return the hidden input that every form with method POST carries."""
    token = context.get("csrf_token")
    if token is None:
        raise ImportedWithoutContext("Import this component `with context`: its form carries a CSRF token.")
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)


def _built_at_ns() -> int:
    try:
        return MANIFEST_PATH.stat().st_mtime_ns
    except FileNotFoundError:
        raise AssetMissing(f"{MANIFEST_PATH} is missing: run `make front`.") from None


@cache
def _manifest(built_at_ns: int) -> Manifest:  # noqa: ARG001 -- the key of the cache: a new build is seen
    return cast("Manifest", json.loads(MANIFEST_PATH.read_text()))
