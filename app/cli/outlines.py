"""Outlines of priority neighbourhoods from a GeoJSON file, read one after the other."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from app.cli.reference_files import UNCHANGED, Place, label_of, opened
from app.cli.trouble import Trouble
from app.places.qpv import VINTAGE_OF, Outline
from app.places.rules import INSEE
from app.places.service import QpvRow

CODE = re.compile(r"(Q[PN])[0-9AB]{6}[A-Z]?|(Q[PN])[0-9AB]{5}[A-Z]")
FEATURES = re.compile(r'"features"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")
CHUNK_CHARACTERS = 64 * 1024
# The largest outline published has some 50,000 characters; beyond this one, something else is read.
FEATURE_MAX_CHARACTERS = 4 * 1024 * 1024
DECIMALS = 6  # a tenth of a metre
CORNERS_MIN = 3
# What each property is called by those who publish it.
CODES = ("code_qp", "code_qpv", "code")
NAMES = ("lib_qp", "nom_qp", "lib_qpv", "nom", "label")
COMMUNES = ("insee_com", "code_insee", "insee", "insee_comm")
PROJECTED = "Convertir le fichier en WGS84 (ogr2ogr -t_srs EPSG:4326), puis relancer la commande."


def outlines_in(path: Path) -> Iterator[QpvRow]:
    """Yield the neighbourhoods of a file; raise Trouble at the first that is none, or comes twice."""
    seen: dict[str, int] = {}
    with opened(path) as file:
        for place, feature in Features(path, file):
            row = qpv_of(place, feature)
            if row.code in seen:
                place.refuse(f"le quartier {row.code} est déjà à la ligne {seen[row.code]}.")
            seen[row.code] = place.line
            yield row
    if not seen:
        raise Trouble(f"{path.name} n’a aucun quartier. {UNCHANGED} Vérifier que c’est le bon fichier.")


class Features:
    """The features of a collection, parsed one by one: of a large file, only one is in memory."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path, self.file = path, file
        self.read, self.line = "", 1

    def __iter__(self) -> Iterator[tuple[Place, Any]]:
        """Yield each feature with the line where it begins."""
        self.open()
        while True:
            self.skip()
            if self.read.startswith("]"):
                return
            place = Place(self.path, self.line)
            yield place, self.take(place)

    def open(self) -> None:
        """Read as far as the first feature."""
        while not (found := FEATURES.search(self.read)):
            if len(self.read) > FEATURE_MAX_CHARACTERS or not self.more():
                Place(self.path, 1).refuse(
                    "ce n’est pas une collection GeoJSON (« features » manque).",
                    "Vérifier que c’est le bon fichier.",
                )
        self.drop(found.end())

    def skip(self) -> None:
        """Leave out what separates features."""
        while True:
            found = BETWEEN.match(self.read)
            self.drop(found.end() if found else 0)
            if self.read or not self.more():
                break
        if not self.read:
            raise Trouble(
                f"{self.path.name} est coupé ligne {self.line}. {UNCHANGED} Le télécharger de nouveau."
            )

    def take(self, place: Place) -> Any:
        """Return the feature that begins here, reading as much as it needs."""
        while True:
            try:
                feature, end = json.JSONDecoder().raw_decode(self.read)
            except (json.JSONDecodeError, RecursionError) as trouble:
                if len(self.read) <= FEATURE_MAX_CHARACTERS and self.more():
                    continue
                at = trouble.pos if isinstance(trouble, json.JSONDecodeError) else 0
                line = place.line + self.read.count("\n", 0, at)
                Place(self.path, line).refuse("ce n’est pas du JSON, ou le fichier est coupé.")
            self.drop(end)
            return feature

    def more(self) -> bool:
        """Read on, twice as much each time, so that little is parsed again; tell whether there was."""
        chunk = self.file.read(max(CHUNK_CHARACTERS, len(self.read)))
        self.read += chunk
        return bool(chunk)

    def drop(self, end: int) -> None:
        """Forget what has been read."""
        self.line += self.read.count("\n", 0, end)
        self.read = self.read[end:]


def qpv_of(place: Place, feature: Any) -> QpvRow:
    """Return the neighbourhood of a feature."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        place.refuse("ce n’est pas un quartier (« properties » manque).")
    given = {str(name).lower(): value for name, value in properties.items()}
    code = str(first_of(given, CODES) or "").upper()
    if not CODE.fullmatch(code):
        place.refuse(f"« {code} » n’est pas un code de quartier (comme QN01301M ou QP013001).")
    name = label_of(place, str(first_of(given, NAMES) or ""))
    communes = INSEE.findall(str(first_of(given, COMMUNES) or ""))
    return QpvRow(
        code, VINTAGE_OF[code[:2]], name, communes, outline_of(place, code, feature.get("geometry"))
    )


def first_of(given: dict[str, Any], names: tuple[str, ...]) -> Any:
    """Return the first property that is there."""
    return next((given[name] for name in names if given.get(name)), None)


def outline_of(place: Place, code: str, geometry: Any) -> Outline:
    """Return the polygons of a geometry, rounded to a tenth of a metre.

    A ring that encloses nothing is left out: those who publish round too, and some parts vanish there.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        place.refuse(f"le contour de {code} n’est ni un Polygon ni un MultiPolygon.")
    polygons = geometry.get("coordinates")
    try:
        outline = [
            [
                [(round(float(x), DECIMALS), round(float(y), DECIMALS)) for x, y, *_ in ring]
                for ring in polygon
            ]
            for polygon in ([polygons] if kind == "Polygon" else polygons)
        ]
    except (TypeError, ValueError):
        place.refuse(f"le contour de {code} n’est pas fait de nombres.")
    corners = [corner for polygon in outline for ring in polygon for corner in ring]
    if not all(abs(x) <= 180 and abs(y) <= 90 for x, y in corners):  # noqa: PLR2004 - degrees
        place.refuse(f"le contour de {code} n’est pas en degrés.", PROJECTED)
    kept = [[ring for ring in polygon if encloses(ring)] for polygon in outline if encloses(*polygon[:1])]
    if not kept:
        place.refuse(f"le contour de {code} a moins de trois coins.")
    return kept


def encloses(ring: Sequence[tuple[float, float]] = ()) -> bool:
    """Tell whether a ring has corners enough to hold a point."""
    return len(set(ring)) >= CORNERS_MIN
