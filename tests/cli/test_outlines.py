"""`visavis places import qpv`: GeoJSON of both vintages, read one neighbourhood after the other."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli import places
from app.cli.outlines import CHUNK_CHARACTERS, Features
from app.cli.reference_files import opened
from app.cli.trouble import Trouble
from app.places.models import Qpv
from tests.refdata import real

SQUARE = [[[5.36, 43.31], [5.37, 43.31], [5.37, 43.32], [5.36, 43.31]]]
FIRST_LINE = '{"type": "FeatureCollection", "name": "qpv", "features": [\n'


def feature(code: str = "QN01301M", geometry: object = None, **properties: Any) -> dict[str, Any]:
    """Return a neighbourhood as the file of 2024 has it."""
    known = {"code_qp": code, "lib_qp": "Les Oliviers", "insee_com": ["13055"]} | properties
    shape = geometry or {"type": "Polygon", "coordinates": SQUARE}
    return {"type": "Feature", "properties": known, "geometry": shape}


def written(path: Path, *features: object) -> Path:
    """Write a collection, a feature a line, compressed where the name says so."""
    lines = ",\n".join(one if isinstance(one, str) else json.dumps(one) for one in features)
    text = f"{FIRST_LINE}{lines}\n]}}\n".encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def imported(session: Session, path: Path) -> str:
    """Import a file in a transaction of its own, and return what is said."""
    with session.begin_nested():
        return "\n".join(places.IMPORTS["qpv"](session, [path]))


def known(session: Session) -> list[tuple[str, int, str]]:
    """Return the neighbourhoods that are known."""
    rows = session.execute(select(Qpv.code, Qpv.vintage, Qpv.name).order_by(Qpv.code))
    return [(code, vintage, name) for code, vintage, name in rows]


@pytest.mark.parametrize("name", ["qpv.geojson", "qpv.geojson.gz"])
def test_neighbourhoods_are_imported_with_the_box_around_them(
    session: Session, tmp_path: Path, name: str
) -> None:
    several = {"type": "MultiPolygon", "coordinates": [SQUARE, [[[5.4, 43.4], [5.5, 43.4], [5.5, 43.41]]]]}
    told = imported(session, written(tmp_path / name, feature(), feature("QN01302I", several)))
    assert told == f"{name} : 2 quartiers, dont 2 en plus, 0 avec un changement, 0 comme avant."
    found = session.get_one(Qpv, "QN01302I")
    assert (found.vintage, found.name, found.communes) == (2024, "Les Oliviers", ["13055"])
    assert (found.west, found.south, found.east, found.north) == (5.36, 43.31, 5.5, 43.41)
    assert "0 en plus, 0 avec un changement, 2 comme avant" in imported(session, tmp_path / name)


def test_the_file_of_2015_has_other_names_and_other_codes(session: Session, tmp_path: Path) -> None:
    older = feature("QP013001", CODE_QP="QP013001", NOM_QP="L'Olivier", COMMUNE_QP="Marseille")
    older["properties"].pop("lib_qp")
    imported(session, written(tmp_path / "qpv.geojson", older, feature()))
    assert known(session) == [("QN01301M", 2024, "Les Oliviers"), ("QP013001", 2015, "L’Olivier")]


LAMBERT = {"type": "Polygon", "coordinates": [[[895_000, 6_247_000], [896_000, 6_247_000], [896_000, 0]]]}


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (feature("13055"), "« 13055 » n’est pas un code de quartier"),
        (feature("QN01302M", lib_qp=""), "le nom est vide"),
        (
            feature("QN01302M", {"type": "Point", "coordinates": [5.3, 43.3]}),
            "ni un Polygon ni un MultiPolygon",
        ),
        (feature("QN01302M", {"type": "Polygon", "coordinates": [[[5.3, 43.3]]]}), "moins de trois coins"),
        (
            feature("QN01302M", {"type": "Polygon", "coordinates": [[["x", 43.3]]]}),
            "n’est pas fait de nombres",
        ),
        (feature("QN01302M", LAMBERT), "n’est pas en degrés"),
        (feature(), "le quartier QN01301M est déjà à la ligne 2"),
        ('{"type": "Feature", "properties": nul}', "ce n’est pas du JSON"),
        ("[1, 2]", "« properties » manque"),
    ],
)
def test_a_broken_neighbourhood_is_named_by_its_line_and_nothing_is_changed(
    session: Session, tmp_path: Path, broken: object, why: str
) -> None:
    with pytest.raises(Trouble) as refused:
        imported(session, written(tmp_path / "qpv.geojson", feature(), broken, feature("QN01303I")))
    assert str(refused.value).startswith("qpv.geojson, ligne 3 : ")
    assert why in str(refused.value)
    assert "Rien n’a été changé." in str(refused.value)
    assert known(session) == []


@pytest.mark.parametrize("kept", [0.4, 0.9])
def test_a_file_that_breaks_off_changes_nothing(session: Session, tmp_path: Path, kept: float) -> None:
    path = written(tmp_path / "qpv.geojson", feature(), feature("QN01302M"))
    content = path.read_text()
    path.write_text(content[: int(len(content) * kept)])
    with pytest.raises(Trouble, match=r"coupé"):
        imported(session, path)
    assert known(session) == []


def test_another_file_is_said_to_be_none(session: Session, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"qpvs": []}')
    with pytest.raises(Trouble, match="ce n’est pas une collection GeoJSON"):
        imported(session, tmp_path / "x.json")
    with pytest.raises(Trouble, match="n’a aucun quartier"):
        imported(session, written(tmp_path / "empty.json"))


def test_of_a_large_file_little_more_than_one_neighbourhood_is_in_memory(tmp_path: Path) -> None:
    ring = [[5 + corner / 10_000, 43 + corner % 7 / 1000] for corner in range(1000)]
    shape = {"type": "Polygon", "coordinates": [ring]}
    path = written(
        tmp_path / "qpv.geojson", *(feature(f"QN{10_000 + number}M", shape) for number in range(40))
    )
    held = 0
    with opened(path) as file:
        features = Features(path, file)
        for _ in features:
            held = max(held, len(features.read))
    assert path.stat().st_size > 5 * CHUNK_CHARACTERS
    assert held < 2 * CHUNK_CHARACTERS


def test_the_real_sample_is_imported_whole(session: Session) -> None:
    imported(session, real("qpv_2024_sample.geojson"))
    assert session.scalar(select(func.count()).select_from(Qpv)) == 81


def test_all_neighbourhoods_of_2024_are_imported_from_a_compressed_file(
    session: Session, tmp_path: Path
) -> None:
    with gzip.open(real("qpv_2024_national.json.gz")) as file:
        found = json.load(file)["qpvs"]
    features = (
        feature(
            one["code"],
            {"type": "MultiPolygon", "coordinates": one["g"]},
            lib_qp=one["label"],
            insee_com=one["insee"],
        )
        for one in found
    )
    told = imported(session, written(tmp_path / "qpv.geojson.gz", *features))
    assert "584 quartiers, dont 1" in told
    assert session.scalar(select(func.count()).select_from(Qpv).where(Qpv.vintage == 2024)) == 1584


def test_a_part_that_the_publisher_rounded_away_is_left_out(session: Session, tmp_path: Path) -> None:
    flat = [[[5.4, 43.4], [5.4, 43.4], [5.5, 43.4], [5.4, 43.4]]]
    several = {"type": "MultiPolygon", "coordinates": [flat, SQUARE]}
    imported(session, written(tmp_path / "qpv.geojson", feature(geometry=several)))
    assert session.get_one(Qpv, "QN01301M").outline == [[[list(corner) for corner in SQUARE[0]]]]
