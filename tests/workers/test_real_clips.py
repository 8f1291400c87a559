"""Clips of real phones and browsers, in the folder VISAVIS_REAL_CLIPS; none of them may surprise us."""

import os
from pathlib import Path

import pytest

from app.videos.ladder import is_copyable
from app.videos.refusals import VideoRefused
from app.videos.rules import Limits, Result
from workers.pipeline import Work, check, ladder, listen, preview, verify

FOLDER = Path(os.environ.get("VISAVIS_REAL_CLIPS", Path(__file__).parents[3] / "shared" / "media"))
CLIPS = sorted(path for path in FOLDER.glob("*.*") if path.suffix != ".md") if FOLDER.is_dir() else []
MISSING = pytest.param(None, marks=pytest.mark.skip(reason=f"no real clips in {FOLDER}"), id="none")
SHORT = Limits(min_s=0.1)  # some of them last a tenth of a second, and are hard all the same


@pytest.mark.parametrize("clip", [pytest.param(path, id=path.name) for path in CLIPS] or [MISSING])
def test_a_real_clip_gives_a_result_or_a_refusal(clip: Path, tmp_path: Path) -> None:
    work = Work((clip,), tmp_path / "room", SHORT)
    match made(work):
        case VideoRefused(title=title, detail=detail):
            assert title
            assert detail
        case Result(files=files):
            assert "video.mp4" in {file.name for file in files}


def made(work: Work) -> Result | VideoRefused:
    """Take every step; the preview only where it is a copy, for encoding is tried by the ladder."""
    try:
        probe = check(work)
        if is_copyable(probe):
            assert preview(work, probe).size_bytes > 0
        result = verify(work, probe, ladder(work, probe, listen(work, probe)))
    except VideoRefused as refusal:
        return refusal
    assert result.duration_s == pytest.approx(probe.duration_s, abs=0.5)
    return result
