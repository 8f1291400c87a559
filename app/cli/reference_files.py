"""Files of communes and of ROME, as their publishers give them: rows, or the line that cannot be read."""

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

from app.cli.trouble import Trouble
from app.places.rules import INSEE, ROME
from app.places.service import CommuneRow, JobRow, TitleRow

GZIP = b"\x1f\x8b"
LABEL_MAX_LENGTH = 300
HEADER_MAX_CHARACTERS = 10_000
UNCHANGED = "Rien n’a été changé."

# What each column is called by those who publish it; the first one is told when none is there.
COMMUNES = {
    "insee": ("insee", "code_insee", "code_commune", "code"),
    "name": ("nom", "nom_commune", "libelle", "name"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "lng", "longitude"),
    "postal_code": ("code_postal", "codes_postaux", "postal_code"),
}
JOBS = {"code": ("code_rome", "rome_code", "code"), "label": ("libelle_rome", "libelle", "label")}
TITLES = {
    "code": ("rome_code", "code_rome"),
    "label": ("libelle_appellation_long", "libelle_appellation", "appellation"),
}

Row = TypeVar("Row", CommuneRow, JobRow, TitleRow)


@dataclass(frozen=True)
class Place:
    """Where one reads: the file and the line, which every refusal names."""

    path: Path
    line: int

    def refuse(self, why: str, to_do: str = "Corriger cette ligne, puis relancer la commande.") -> NoReturn:
        """Raise Trouble that names the line, what is wrong with it, and what to do."""
        raise Trouble(f"{self.path.name}, ligne {self.line} : {why}\n{UNCHANGED} {to_do}")


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """Open a file of text, compressed by gzip or not; raise Trouble when it is none, or breaks off."""
    encoded = {"encoding": "utf-8-sig", "newline": ""}
    try:
        with path.open("rb") as start:
            is_compressed = start.read(2) == GZIP
        with gzip.open(path, "rt", **encoded) if is_compressed else path.open(**encoded) as file:  # type: ignore[call-overload]  # the same words for both
            yield file
    except UnicodeDecodeError as trouble:
        raise Trouble(
            f"{path.name} n’est pas écrit en UTF-8. {UNCHANGED} "
            "Le convertir (iconv -f latin1 -t utf-8), puis relancer la commande."
        ) from trouble
    except (EOFError, zlib.error, gzip.BadGzipFile) as trouble:
        raise Trouble(f"{path.name} est coupé ou abîmé. {UNCHANGED} Le télécharger de nouveau.") from trouble
    except OSError as trouble:
        raise Trouble(
            f"{path} ne se lit pas. {UNCHANGED} Vérifier son nom et ses droits, puis relancer la commande."
        ) from trouble


def communes_in(path: Path) -> Iterator[CommuneRow]:
    """Yield the communes of a file; raise Trouble at the first line that is none."""
    return rows_in(path, COMMUNES, commune_of, key="insee")


def names_jobs(path: Path) -> bool:
    """Tell whether a file of ROME holds everyday names of jobs rather than the jobs themselves."""
    with opened(path) as file:
        header = file.readline(HEADER_MAX_CHARACTERS).lower()
    return any(name in header for name in TITLES["label"])


def jobs_in(path: Path) -> Iterator[JobRow]:
    """Yield the jobs of a file of ROME; raise Trouble at the first line that is none."""
    return rows_in(path, JOBS, job_of, key="code")


def titles_in(path: Path) -> Iterator[TitleRow]:
    """Yield the everyday names of a file of ROME; raise Trouble at the first line that is none."""
    return rows_in(path, TITLES, title_of, key="label")


def rows_in(
    path: Path,
    columns: Mapping[str, tuple[str, ...]],
    row_of: Callable[[Place, dict[str, str]], Row],
    *,
    key: str,
) -> Iterator[Row]:
    """Yield the rows of a table, whatever separates its columns; no key comes twice."""
    seen: dict[str, int] = {}
    with opened(path) as file:
        header = file.readline(HEADER_MAX_CHARACTERS)
        names, delimiter = columns_of(path, header, columns)
        lines = csv.reader(file, delimiter=delimiter)
        for cells in table_lines(path, lines):
            place = Place(path, lines.line_num + 1)
            if len(cells) < len(names):
                place.refuse(f"{len(cells)} colonnes au lieu de {len(names)}.")
            given = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
            row = row_of(place, given)
            value = getattr(row, key)
            if value in seen:
                place.refuse(f"« {value} » est déjà à la ligne {seen[value]}.")
            seen[value] = place.line
            yield row
    if not seen:
        raise Trouble(f"{path.name} n’a aucune ligne. {UNCHANGED} Vérifier que c’est le bon fichier.")


def table_lines(path: Path, lines: Any) -> Iterator[list[str]]:
    """Yield the lines of a table that are not empty; raise Trouble for one that csv cannot read."""
    try:
        yield from (cells for cells in lines if any(cells))
    except csv.Error as trouble:
        Place(path, lines.line_num + 1).refuse(f"elle ne se lit pas comme un tableau ({trouble}).")


def columns_of(path: Path, header: str, columns: Mapping[str, tuple[str, ...]]) -> tuple[list[str], str]:
    """Return what each column of the header is for us ("" for nothing), and what separates them."""
    delimiter = max(";,\t", key=header.count)
    called = {name: ours for ours, names in columns.items() for name in reversed(names)}
    given = [cell.strip().lower() for cell in next(csv.reader([header], delimiter=delimiter), [])]
    names: list[str] = []
    for cell in given:
        ours = called.get(cell, "")
        names.append("" if ours in names else ours)
    for ours, (expected, *_) in columns.items():
        if ours not in names:
            Place(path, 1).refuse(
                f"la colonne « {expected} » manque.", "Vérifier que c’est le bon fichier, avec ses titres."
            )
    return names, delimiter


def commune_of(place: Place, given: dict[str, str]) -> CommuneRow:
    """Return the commune of a line."""
    insee = given["insee"].upper()
    if not INSEE.fullmatch(insee):
        place.refuse(f"« {insee} » n’est pas un code Insee de commune (cinq signes, comme 13055).")
    department = insee[:3] if insee.startswith(("97", "98")) else insee[:2]
    postal_code = re.split(r"[\s,;/]", given["postal_code"])[0]
    return CommuneRow(
        insee,
        label_of(place, given["name"]),
        department,
        postal_code,
        degrees_of(place, given["latitude"], "latitude", 90),
        degrees_of(place, given["longitude"], "longitude", 180),
    )


def job_of(place: Place, given: dict[str, str]) -> JobRow:
    """Return the ROME job of a line."""
    return JobRow(rome_of(place, given["code"]), label_of(place, given["label"]))


def title_of(place: Place, given: dict[str, str]) -> TitleRow:
    """Return the everyday name of a line."""
    return TitleRow(label_of(place, given["label"]), rome_of(place, given["code"]))


def rome_of(place: Place, code: str) -> str:
    """Return a ROME code."""
    if not ROME.fullmatch(code.upper()):
        place.refuse(f"« {code} » n’est pas un code ROME (une lettre et quatre chiffres, comme D1106).")
    return code.upper()


def label_of(place: Place, label: str) -> str:
    """Return a name, with the apostrophe that we write."""
    if not 0 < len(label) <= LABEL_MAX_LENGTH or "\0" in label:
        place.refuse("le nom est vide, ou bien trop long.")
    return label.replace("'", "’")


def degrees_of(place: Place, written: str, name: str, most: int) -> float:
    """Return an angle in degrees of WGS84, written with a point or a comma."""
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        value = most + 1
    if not -most <= value <= most:
        place.refuse(f"la {name} « {written} » n’est pas un nombre de degrés (de -{most} à {most}).")
    return value
