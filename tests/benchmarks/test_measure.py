"""`make bench`: a measure that fails stops no other, and the exit code tells whether everything holds."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main, measure_all, names
from benchmarks.frame import Claim, Missing, Unfair

KEPT = Claim("tenue", "s", "un pair", (2.0,), (1.0,), 1.0)
MISSED = Claim("manquée", "s", "un pair", (1.0,), (2.0,), 1.0)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the records apart from those of the machine."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "build" / "bench"


def unfair() -> Claim:
    raise Unfair("les deux côtés n’ont pas fait le même travail.")


def missing() -> Claim:
    raise Missing("chromium")


def broken() -> Claim:
    raise ZeroDivisionError


def test_bars_that_hold_are_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert measure_all({"une": lambda: KEPT, "deux": lambda: [KEPT, KEPT]}) == 0
    assert capsys.readouterr().out.count(" oui") == 3
    assert [len(json.loads((folder / f"{name}.json").read_text())["claims"]) for name in ("une", "deux")] == [
        1,
        2,
    ]


def test_a_bar_that_falls_short_is_1_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert measure_all({"une": lambda: [KEPT, MISSED]}) == 1
    assert capsys.readouterr().err.strip() == "manquée : la barre n’est pas tenue."


def test_what_cannot_be_measured_stops_no_other_and_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = {"injuste": unfair, "démunie": missing, "cassée": broken, "une": lambda: KEPT}
    assert measure_all(runs) == 1
    said = capsys.readouterr()
    assert "tenue" in said.out
    assert [path.name for path in folder.iterdir()] == ["une.json"]
    assert "injuste n’a pas été mesuré : les deux côtés n’ont pas fait le même travail." in said.err
    assert "démunie n’a pas été mesuré : chromium manque. Tapez : sudo apt-get install chromium" in said.err
    assert "cassée n’a pas été mesuré : ZeroDivisionError" in said.err
    assert said.err.count("Traceback") == 1


def test_a_measure_that_fails_leaves_no_record_from_before(folder: Path) -> None:
    assert measure_all({"une": lambda: KEPT}) == 0
    assert measure_all({"une": unfair}) == 1
    assert not (folder / "une.json").exists()


def test_a_name_that_is_no_measure_is_2_and_the_others_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vitesse"]) == 2
    assert f"Il y a : {', '.join(names())}." in capsys.readouterr().err


def test_every_module_but_the_frame_is_a_measure() -> None:
    assert {"seeing_oneself", "transcode"} <= set(names())
    assert not {"__main__", "frame"} & set(names())
