"""Every refusal of an upload is explained in a table, and the page has words for every status of them."""

import importlib
import inspect
import pkgutil
import re

from app import uploads
from app.errors import Refusal
from app.videos import rules
from app.videos.refusals import REFUSALS, VideoRefused
from tests.house.reach import refusals_reached
from tests.house.source import ROOT

DURING, AFTER = "### Pendant l’envoi", "### Après l’envoi, quand le fichier est regardé"
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (\d{3}) \| (.+?) \| (.+?) \| (.+?) \|(?: (.+?) \|)?$", re.MULTILINE)
SENTENCE = r"\{\s+sentence: _\(\s*\"(.+?)\""

# Of each code: its status, and what the person reads.
Table = dict[str, tuple[int, str]]


def text_of(path: str) -> str:
    """Return a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def table_under(heading: str, document: str) -> Table:
    """Read the table that follows a heading."""
    rows = ROW.findall(document.partition(heading)[2].partition("\n#")[0])
    return {slug: (int(status), words) for slug, status, _, words, _, _ in rows}


def reached() -> dict[str, type[Refusal]]:
    """Return what sending a file can end in, by its code."""
    names = [module.name for module in pkgutil.iter_modules(uploads.__path__, "app.uploads.")]
    found = refusals_reached([*map(importlib.import_module, names), rules])
    return {refusal.slug: refusal for refusal in found}


def said_in_page(script: str) -> tuple[dict[int, str], dict[str, str]]:
    """Return the sentences of app/web/ts/refusals.ts, by status and by code."""
    known = script.partition("const KNOWN")[2].partition("\n};")[0]
    by_status = {int(status): words for status, words in re.findall(rf"(\d{{3}}): {SENTENCE}", known)}
    same = script.partition("const SAME_AS")[2].partition("\n")[0].partition("= ")[2]
    by_status |= {int(one): by_status[int(other)] for one, other in re.findall(r"(\d{3}): (\d{3})", same)}
    too_large = script.partition("function tooLarge")[2]
    [limit] = re.findall(r"status === (\d{3})\b", script)
    by_status[int(limit)] = re.findall(r"_\(\s*\"(.+?)\"", too_large)[0]
    by_slug = script.partition("const BY_SLUG")[2].partition("\n};")[0]
    return by_status, dict(re.findall(rf"\"([a-z-]+)\": {SENTENCE}", by_slug))


def faults(document: str, script: str, known: dict[str, type[Refusal]]) -> list[str]:
    """Compare the table of what is refused while a file is sent with the program and with the page."""
    table = table_under(DURING, document)
    by_status, by_slug = said_in_page(script)
    found = [f"{slug} is not in the table" for slug in known.keys() - table.keys()]
    found += [f"{slug} refuses no upload" for slug in table.keys() - known.keys()]
    statuses = {status for status, _ in table.values()}
    found += [f"the page has no words for {status}" for status in statuses - by_status.keys()]
    found += [f"{status} is no status of an upload" for status in by_status.keys() - statuses]
    for slug in table.keys() & known.keys():
        status, words = table[slug]
        page = by_slug.get(slug, by_status.get(status, ""))
        service = inspect.getsource(inspect.getmodule(known[slug]) or rules)
        if status != known[slug].status:
            found.append(f"{slug} answers {known[slug].status}")
        if words not in page and words not in service:
            found.append(f"nobody says of {slug}: {words}")
    return sorted(found)


def refused_while_sent() -> dict[str, type[Refusal]]:
    """Return what is refused while a file is sent, by its code."""
    return {slug: refusal for slug, refusal in reached().items() if not issubclass(refusal, VideoRefused)}


def test_every_refusal_of_an_upload_is_in_the_table_as_the_person_reads_it() -> None:
    document, script = text_of("docs/problems.md"), text_of("app/web/ts/refusals.ts")
    assert not faults(document, script, refused_while_sent())


def test_every_refusal_of_what_was_sent_is_in_the_table_by_its_title() -> None:
    said = {slug: (refusal.status, str(refusal.title)) for slug, refusal in REFUSALS.items()}
    assert table_under(AFTER, text_of("docs/problems.md")) == said
    assert {slug for slug, one in reached().items() if issubclass(one, VideoRefused)} <= said.keys()


def test_what_is_reached_goes_through_the_rooms_below() -> None:
    assert {"envoi-oublie", "accord-manquant", "jeton-de-page", "plus-de-place"} <= reached().keys()


def test_a_missing_a_superfluous_and_a_wrong_row_are_found() -> None:
    document = (
        f"{DURING}\n\n| `faux` | 404 | q | Rien. | f | non |\n| `autre-envoi` | 404 | q | Rien. | f | non |\n"
    )
    found = faults(document, text_of("app/web/ts/refusals.ts"), refused_while_sent())
    assert "faux refuses no upload" in found
    assert "autre-envoi answers 423" in found
    assert "nobody says of autre-envoi: Rien." in found
    assert "envoi-oublie is not in the table" in found
    assert "423 is no status of an upload" in found
