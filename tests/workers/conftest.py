"""Clips made once a session, and a bench to work on."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.videos.rules import Limits
from tests.media import Clips
from workers.pipeline import Work

SHORT = Limits(min_s=1.0, max_s=180.0)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Share the clips among the processes of one session, where there are several."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return Clips(tmp_path_factory.mktemp("clips"))
    root = tmp_path_factory.getbasetemp().parent / "clips"
    root.mkdir(exist_ok=True)
    return Clips(root)


@pytest.fixture
def bench(clips: Clips, tmp_path: Path) -> Callable[[str], Work]:
    """Lay a clip on the bench, in a room of its own."""
    return lambda name: Work(clips[name], tmp_path / name, SHORT)
