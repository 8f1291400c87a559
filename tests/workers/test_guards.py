"""Should the first look at a file be fooled, the tools still open nothing but the film."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.media import CONCAT, PLAYLIST, Clips
from tests.videos.test_rules import GOOD
from workers import ffmpeg, runner
from workers.runner import ToolFailed, Watch
from workers.sandbox import Ceilings, confine, open_room


@pytest.mark.parametrize("lure", [PLAYLIST, CONCAT], ids=["playlist", "ffconcat"])
def test_a_list_of_files_opens_no_other_film(clips: Clips, tmp_path: Path, lure: bytes) -> None:
    victim = clips["small.mp4"]
    sent = tmp_path / "sent.mp4"
    sent.write_bytes(lure.replace(b"file:///etc/hostname", b"victim").replace(b"/etc/hostname", b"victim"))
    room = tmp_path / "room"
    open_room(room, sent)
    (room / "victim").write_bytes(victim.read_bytes())
    (room / "victim").chmod(0o644)
    words = ffmpeg.taste(replace(GOOD, index=0), 2.0)
    with pytest.raises(ToolFailed, match="whitelist"):
        runner.run(confine(room, Ceilings(60, 10**8)), words, Watch(60.0))
