"""Asks a child process (`workers/child.py`) a question: what it loads never weighs on the worker."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.child import ANSWER
from workers.outputs import plain_bytes, write_plain
from workers.playlists import OutputBroken
from workers.runner import ToolFailed, Watch, run
from workers.sandbox import FIRST, Ceilings, Confinement, Sandbox

QUESTION = "question.json"
ANSWER_MAX_BYTES = 4 * 1024**2


@dataclass(frozen=True)
class Helper:
    """A module with an `answer`, what it may use up, and what it may read beside its room and programs."""

    module: str
    ceilings: Ceilings
    sandbox: Sandbox = FIRST
    readable: tuple[Path, ...] = ()

    @property
    def words(self) -> list[str]:
        """What the child is told of its limits and walls."""
        own = self.ceilings
        numbers = (os.getpid(), own.cpu_s, own.memory_bytes, own.file_bytes, self.sandbox.landlock)
        return [*map(str, numbers), self.sandbox.calls.hex(), *map(str, self.readable)]


def ask(helper: Helper, room: Path, question: dict[str, Any], watch: Watch) -> Any:
    """Return the answer of a module; raise as `workers.runner.run` does.

    The child is our own code over samples and text: it stays the worker's user, for it must read our modules,
    and has no bubblewrap around it.
    """
    write_plain(room, QUESTION, json.dumps(question))
    words = [sys.executable, "-I", "-m", "workers.child", helper.module, QUESTION, *helper.words]
    alone = {"cwd": room, "env": {}, "start_new_session": True, "stdin": subprocess.DEVNULL}
    outcome = run(Confinement(prefix=(), popen=alone), words, watch)
    try:
        plain_bytes(room, ANSWER)
        return json.loads((room / ANSWER).read_text(encoding="utf-8"))
    except (OutputBroken, ValueError) as trouble:
        raise ToolFailed(helper.module, outcome.said) from trouble
