"""The promise that matters most to somebody who dared: to see oneself at once (see benchmarks)."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.cli import accounts, story
from app.cli.clips import ClipWanted, make_clip
from app.cli.demo_data import YOUNGSTERS
from app.cli.visitor import Visitor
from benchmarks.seeing_oneself import LENGTH_S, see_oneself, wait_for_it, watched_at_s
from tests.browser.conftest import OpenAs

NAME = "pressée"
PREVIEW = re.compile(r"/preview\.mp4(\?|$)")


@pytest.fixture
def adviser(service: str) -> Iterator[Visitor]:
    """Sign in the adviser who invited them."""
    visitor = Visitor("La conseillère", service)
    with closing(visitor.http):
        story.sign_in(visitor, accounts.ADVISER)
        yield visitor


def source_of(page: Page) -> str:
    """Return what the page plays."""
    playing: str = page.locator(".player video").evaluate("video => video.currentSrc")
    return playing


def test_on_a_poor_line_one_sees_oneself_before_the_video_is_prepared_for_others_and_so_does_the_adviser(
    service: str, invite: Callable[[str], Visitor], adviser: Visitor, open_as: OpenAs, tmp_path: Path
) -> None:
    page = open_as(invite(NAME)).new_page()
    review = wait_for_it(open_as(None), adviser, f"Inès-{NAME}")
    clip = make_clip(tmp_path / "cv.mp4", ClipWanted(YOUNGSTERS[0].spoken, length_s=LENGTH_S))
    sent_at_s, seen_at_s = see_oneself(page, service, clip)
    sys.stdout.write(f"from the last byte to `playing`: {seen_at_s - sent_at_s:.2f} s\n")
    assert PREVIEW.search(source_of(page))
    watched_s = watched_at_s(review) - sent_at_s
    sys.stdout.write(f"from the last byte to `playing` at the adviser’s: {watched_s:.2f} s\n")
    assert PREVIEW.search(source_of(review))
    # All of this while it is prepared for others.
    assert page.get_by_role("heading", level=1).text_content() == "On prépare ta vidéo"
    assert int(page.get_by_role("progressbar").get_attribute("aria-valuenow") or 100) < 100
