"""What must be said in English: the sentences that visitors and recruiters meet, found from the routes.

`make messages` runs it: it brings app/locale up to date and lists what lacks a translation.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po
from fastapi.routing import iter_route_contexts
from jinja2 import meta

from app.mail import LETTERS
from app.main import ROUTERS
from app.web.language import has_english
from app.web.routing import joined
from app.web.templating import environment
from app.words import ENGLISH, LOCALE_DIR
from tests.house.source import ROOT, Source, python

CATALOGUE = LOCALE_DIR / ENGLISH / "LC_MESSAGES" / "messages.po"
PAGES, LAYOUTS = "app/web/templates/", ("layout.html", "layout.txt")
# Shown at any address.
EVERYWHERE = {"problem.html"}

# Sentences of these files are met by visitors and recruiters, every other one by residents, by who
# accompanies them or by the operator.
PYTHON = (
    "app/contacts/",
    "app/directory/",
    "app/errors.py",
    "app/people/",
    "app/places/",
    "app/profiles/rules.py",
    "app/profiles/schemas.py",
    "app/programmes/rules.py",
    "app/reports/rules.py",
    "app/search/",
    "app/viewing/",
    "app/web/",
)
FRENCH_PYTHON = {
    "app/contacts/advising.py": "advisers' words",
    "app/contacts/answering.py": "what residents read behind a link",
    "app/contacts/blocking.py": "what residents shut",
    "app/contacts/pages/answers.py": "residents' pages",
    "app/contacts/pages/blocking.py": "residents' pages",
    "app/contacts/pages/received.py": "residents' pages",
    "app/directory/proposals.py": "advisers' words",
    "app/people/guardians.py": "what advisers record",
    "app/people/audit.py": "the operator's log",
    "app/people/consent_texts.py": "what residents agree to",
    "app/people/consents.py": "and what is refused there",
    "app/people/pages/administration.py": "the operator's pages",
    "app/people/pages/agreements.py": "residents' pages",
    "app/people/pages/neighbourhood.py": "residents' pages",
    "app/people/neighbourhoods.py": "what residents and advisers read",
    "app/viewing/rules.py": "why a play never counts, for advisers and the operator",
}
FRENCH_SCRIPTS = (
    "autosave",
    "captions/",
    "hand-over",
    "held",
    "in-app",
    "leaving",
    "map/",
    "on-phone",
    "progress",
    "refusals",
    "sending-screen",
    "sent-takes",
    "steps",
    "studio/",
    "transfer",
    "trim",
    "upload",
)
# Letters to residents, to who accompanies them, and to the witnesses of the journal.
FRENCH_LETTERS = {
    "adviser_invitation",
    "changes_requested",
    "company_answered",
    "company_waiting",
    "contact_received",
    "contact_reminder",
    "contact_to_forward",
    "disowned",
    "follow_up",
    "follow_up_with",
    "need_proposed",
    "need_published",
    "outcome_told",
    "outcome_to_tell",
    "withdrawn",
    "invitation",
    "journal_closed",
    "published",
    "submitted",
    "word_to_tell",
}


@cache
def extracted_messages() -> Catalog:
    """Extract what is marked, as `make messages` does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "messages.pot"
        ignored = ["--ignore-dirs", ".* node_modules static"]
        arguments = ["extract", "--mapping-file", str(ROOT / "pyproject.toml"), *ignored, "-o", str(path)]
        CommandLineInterface().run(["pybabel", "--quiet", *arguments, str(ROOT)])  # type: ignore[no-untyped-call]  # Babel's
        found = read(path)
    for message in found:
        message.locations = [(Path(place).relative_to(ROOT).as_posix(), 0) for place, _ in message.locations]
    return found


def spoken_files() -> frozenset[str]:
    """Return the files whose sentences are said in English."""
    templates = {PAGES + name for name in with_parts(english_pages())}
    letters = {letter.words for name, letter in LETTERS.items() if name not in FRENCH_LETTERS}
    mails = {f"app/mail/templates/{name}" for name in letters | set(LAYOUTS)}
    code = {file.path for file in python("app") if is_spoken(file.path)}
    return frozenset(templates | mails | code)


def is_spoken(path: str) -> bool:
    """Tell whether the sentences of a Python file are said in English."""
    return path.startswith(PYTHON) and path not in FRENCH_PYTHON


def is_spoken_script(path: str) -> bool:
    """Tell whether the sentences of a script are said in English."""
    start = "app/web/ts/"
    return path.startswith(start) and not path.removeprefix(start).startswith(FRENCH_SCRIPTS)


def english_pages() -> set[str]:
    """Return the templates that handlers at addresses with English show."""
    files = python("app")
    shown = set(EVERYWHERE)
    for route in iter_route_contexts(joined(*ROUTERS).routes):
        if route.endpoint and has_english(route.path or "/"):
            shown |= templates_named(files, route.endpoint.__module__, route.endpoint.__name__)
    return shown


def templates_named(files: Iterable[Source], module: str, handler: str) -> set[str]:
    """Return the templates that a handler names, or a function of its pages that it calls."""
    path = module.replace(".", "/")
    folder = path.rpartition("/")[0] if path.rpartition("/")[0].endswith("/pages") else path
    functions = {
        function.name: function
        for file in files
        if file.path.startswith(folder)
        for function in file.functions()
    }
    reached: set[str] = set()
    waiting, named = [handler], set()
    while waiting:
        name = waiting.pop()
        if name in reached or name not in functions:
            continue
        reached.add(name)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Name):
                waiting.append(node.id)
            elif isinstance(node, ast.Constant) and str(node.value).endswith(".html"):
                named.add(str(node.value))
    return named


def with_parts(templates: Iterable[str]) -> set[str]:
    """Return templates with all that they extend, include or import."""
    env = environment()
    found: set[str] = set()
    waiting = list(templates)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            source = (ROOT / PAGES / name).read_text()
            waiting += [part for part in meta.find_referenced_templates(env.parse(source)) if part]
    return found


def needed(extracted: Catalog) -> Iterator[Message]:
    """Yield the sentences that are said in English."""
    files = spoken_files()
    for message in extracted:
        if message.id and any(path in files or is_spoken_script(path) for path, _ in message.locations):
            yield message


def is_said(message: Message | None) -> bool:
    """Tell whether a sentence has its translation, the two forms of a plural included."""
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, list | tuple) else bool(message.string)


def lacking(extracted: Catalog, catalogue: Catalog) -> list[Message]:
    """Return the sentences that lack their translation."""
    return [message for message in needed(extracted) if not is_said(catalogue.get(message.id))]


def updated(extracted: Catalog, catalogue: Catalog) -> Catalog:
    """Return the catalogue with what is said today, and no sentence that is not."""
    names = dict.fromkeys(("project", "last_translator", "language_team"), "Vis-à-vis")
    fresh = Catalog(locale=ENGLISH, version="1", fuzzy=False, msgid_bugs_address="-", **names)
    fresh.header_comment = "# English, for visitors and recruiters; French is the key (docs/adr/0012)."
    fresh.creation_date = fresh.revision_date = catalogue.creation_date
    for message in needed(extracted):
        known = catalogue.get(message.id)
        places = sorted({(path, 0) for path, _ in message.locations})
        fresh.add(message.id, known.string if known else None, places, flags=message.flags - {"fuzzy"})
    return fresh


def read(path: Path) -> Catalog:
    """Return a catalogue as it stands in its file."""
    with path.open("rb") as file:
        return read_po(file, locale=ENGLISH)


def main() -> None:
    """Bring the catalogue up to date, and list what lacks."""
    extracted = extracted_messages()
    catalogue = updated(extracted, read(CATALOGUE))
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=0, sort_by_file=True, include_lineno=False)
    left = lacking(extracted, catalogue)
    for message in left:
        sys.stdout.write(f"{message.locations[0][0]}: {message.id!r}\n")
    sys.stdout.write(f"{len(left)} phrases sans anglais dans {CATALOGUE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
