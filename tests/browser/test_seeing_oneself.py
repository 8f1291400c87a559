"""The promise that matters most to somebody who dared: to see oneself at once (see benchmarks)."""

from pathlib import Path

from app.cli.clips import ClipWanted, make_clip
from app.cli.demo_data import YOUNGSTERS
from app.cli.visitor import Visitor
from benchmarks.seeing_oneself import LENGTH_S, see_oneself
from tests.browser.conftest import OpenAs


def test_on_a_poor_line_one_sees_oneself_before_the_video_is_prepared_for_others(
    service: str, newcomer: Visitor, open_as: OpenAs, tmp_path: Path
) -> None:
    page = open_as(newcomer).new_page()
    clip = make_clip(tmp_path / "cv.mp4", ClipWanted(YOUNGSTERS[0].spoken, length_s=LENGTH_S))
    see_oneself(page, service, clip)
    assert page.get_by_role("heading", level=1).text_content() == "On prépare ta vidéo"
    assert int(page.get_by_role("progressbar").get_attribute("aria-valuenow") or 100) < 100
