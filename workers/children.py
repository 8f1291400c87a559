"""Asks a child process (`workers/child.py`) a question: what it loads never weighs on the worker."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from workers.outputs import write_plain
from workers.runner import ToolFailed, Watch, run
from workers.sandbox import Ceilings, Confinement

QUESTION = "question.json"
ANSWER_MAX_BYTES = 4 * 1024**2


def ask(name: str, room: Path, question: dict[str, Any], ceilings: Ceilings, watch: Watch) -> Any:
    """Return the answer of a module of this package; raise as `workers.runner.run` does.

    The child is our own code over samples and text: it stays the worker's user, for it must read our modules.
    """
    write_plain(room, QUESTION, json.dumps(question))
    numbers = (os.getpid(), ceilings.cpu_s, ceilings.memory_bytes, ceilings.file_bytes)
    words = [sys.executable, "-I", "-m", "workers.child", name, QUESTION, *map(str, numbers)]
    alone = {"cwd": room, "env": {}, "start_new_session": True, "stdin": subprocess.DEVNULL}
    outcome = run(
        Confinement(prefix=(), popen=alone),
        words,
        replace(watch, stall_s=None, output_bytes=ANSWER_MAX_BYTES),
    )
    try:
        return json.loads(outcome.output)
    except ValueError as trouble:
        raise ToolFailed(name, outcome.said) from trouble
