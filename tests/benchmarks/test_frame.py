"""A claim says what it is judged by, both sides take turns, and what was measured is kept."""

import json
import time
from pathlib import Path

import pytest

from benchmarks import frame
from benchmarks.frame import Claim, Missing, alternate, record, spent_cpu_s, table, tool


def claim(*ours: float, bar: float = 1.0, is_cost: bool = True, is_promise: bool = False) -> Claim:
    """Make a claim against a peer at 2.0."""
    return Claim("mesure", "s", "un pair", (1.0, 2.0, 9.0), ours, bar, is_cost, is_promise)


@pytest.mark.parametrize(
    ("made", "ratio", "holds"),
    [
        (claim(1.0, 2.0, 30.0), 1.0, True),
        (claim(2.1), 1.05, False),
        (claim(2.1, bar=1.15), 1.05, True),
        (claim(1.0, 2.0, 30.0, is_promise=True), 15.0, False),
        (claim(1.0, 1.5, 2.0, is_promise=True), 1.0, True),
        (claim(2.0, is_cost=False), 1.0, True),
        (claim(1.9, is_cost=False), 0.95, False),
        (claim(1.0, 4.0, 5.0, is_cost=False, is_promise=True), 0.5, False),
    ],
)
def test_the_middle_round_is_judged_and_the_worst_one_of_a_promise(
    made: Claim, ratio: float, *, holds: bool
) -> None:
    assert made.ratio == pytest.approx(ratio)
    assert made.holds is holds


def test_the_table_shows_peer_ours_ratio_bar_and_whether_it_holds() -> None:
    heading, kept, missed, _, *peers = table([claim(1.0), claim(2.0, 3.0, is_promise=True)]).splitlines()
    assert heading.split() == ["mesure", "unité", "pair", "nous", "rapport", "barre", "tient"]
    assert kept.split() == ["mesure", "s", "2.000", "1.000", "0.500", "≤", "1", "oui"]
    assert missed.split() == ["mesure", "s", "2.000", "3.000", "1.500", "≤", "1", "NON"]
    assert peers == ["mesure : pair = un pair"] * 2


def test_both_sides_take_turns_and_each_is_first_every_other_round() -> None:
    turns: list[str] = []

    def peer() -> float:
        turns.append("peer")
        return 1.0

    def ours() -> float:
        turns.append("ours")
        return 2.0

    assert alternate(peer, ours, 3) == ((1.0,) * 3, (2.0,) * 3)
    assert turns == ["peer", "ours", "ours", "peer", "peer", "ours"]


def test_time_spent_waiting_is_no_work() -> None:
    assert spent_cpu_s(lambda: time.sleep(0.2)) < 0.1
    assert spent_cpu_s(lambda: sum(range(3_000_000))) > 0.01


def test_a_record_has_machine_versions_figures_bar_and_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = record("essai", [claim(1.0, 3.0, is_promise=True)], 2.34)
    assert path == Path("build/bench/essai.json")
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["took_s"] == 2.3
    assert set(kept["machine"]) == {"system", "cpu", "cores", "load_1_min"}
    assert {"python", "ffmpeg", *frame.PACKAGES} <= set(kept["versions"])
    [measured] = kept["claims"]
    assert (measured["our_figures"], measured["peer_figures"]) == ([1.0, 3.0], [1.0, 2.0, 9.0])
    assert (measured["ours"], measured["ratio"], measured["bar"], measured["holds"]) == (3.0, 1.5, 1.0, False)


def test_a_program_that_is_missing_comes_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match=r"^chromium manque\. Tapez : sudo apt-get install chromium$"):
        tool("chromium")
