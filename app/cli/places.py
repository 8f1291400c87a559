"""`visavis places import`: communes, QPV and ROME from their official files, whole or not at all."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.cli.migrate import migrated
from app.cli.outlines import outlines_in
from app.cli.reference_files import UNCHANGED, communes_in, jobs_in, names_jobs, titles_in
from app.cli.trouble import Trouble
from app.places import queries, service
from app.places.service import Loaded
from app.profiles import indexing
from app.web.french import number

TOLD_EVERY = 5_000

Row = TypeVar("Row")
Words = tuple[str, str]


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("places", help="importer les communes, les QPV et les métiers")
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION", title="actions")
    action = actions.add_parser("import", help="tout le fichier, ou rien s’il est abîmé")
    action.add_argument("kind", choices=list(IMPORTS), metavar="QUOI", help=" ou ".join(IMPORTS))
    action.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FICHIER",
        help="tel qu’il est publié ; pour rome, celui des codes et celui des appellations",
    )
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Import in one transaction, and say what became of it."""
    with migrated() as (sessions, _), sessions.begin() as session:
        told = list(IMPORTS[chosen.kind](session, chosen.files))
    print("\n".join([*told, "Rien n’a été effacé."]))
    return 0


def import_communes(session: Session, files: Sequence[Path]) -> Iterator[str]:
    """Write the communes of the files; yield what to say of each."""
    for path in files:
        loaded = service.load_communes(session, counted(communes_in(path)))
        yield said(path, loaded, ("commune", "communes"))


def import_qpv(session: Session, files: Sequence[Path]) -> Iterator[str]:
    """Write the priority neighbourhoods of the files, of whatever vintage; yield what to say of each."""
    for path in files:
        loaded = service.load_qpv(session, counted(outlines_in(path)))
        yield said(path, loaded, ("quartier", "quartiers"))


def import_rome(session: Session, files: Sequence[Path]) -> Iterator[str]:
    """Write jobs, then their everyday names, and teach search the words of both; yield what to say."""
    for path in sorted(files, key=names_jobs):
        if names_jobs(path):
            loaded = service.load_titles(session, counted(titles_in(path)))
            yield said(path, loaded, ("appellation", "appellations"))
        else:
            yield said(path, service.load_jobs(session, counted(jobs_in(path))), ("métier", "métiers"))
    if orphan := queries.title_without_job(session):
        raise Trouble(
            f"« {orphan.label} » est une appellation du métier {orphan.code}, qui n’est pas connu.\n"
            f"{UNCHANGED} Donner aussi le fichier des codes : visavis places import rome CODES APPELLATIONS"
        )
    indexing.teach(session)
    yield "La recherche connaît ces mots. Pour les profils déjà publiés : visavis search reindex"


IMPORTS: dict[str, Callable[[Session, Sequence[Path]], Iterator[str]]] = {
    "communes": import_communes,
    "qpv": import_qpv,
    "rome": import_rome,
}


def counted(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on, and say now and then how many there were."""
    for count, row in enumerate(rows, start=1):
        yield row
        if count % TOLD_EVERY == 0:
            print(f"{number(count)} lignes…", flush=True)


def said(path: Path, loaded: Loaded, words: Words) -> str:
    """Say what became of the rows of a file."""
    return (
        f"{path.name} : {number(loaded.given)} {words[loaded.given > 1]}, dont {number(loaded.new)} en plus, "
        f"{number(loaded.changed)} avec un changement, {number(loaded.same)} comme avant."
    )
