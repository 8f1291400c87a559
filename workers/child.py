"""`python -m workers.child MODULE QUESTION …`: answers a question too heavy for the worker's own memory.

`MODULE` has an `answer`; the question is a file of JSON in the working directory, and so will its answer be.
Standard output tells, as ffmpeg does, how far it is.  The child confines itself before it loads anything
else, and dies with its worker.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from workers.launch import bind_to, filter_calls, set_limits, wall_in

ANSWER = "answer.json"
# Two workers share a machine: a child takes one core, and reaches for nothing outside.
SURROUNDINGS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Libraries of numbers ask what kind of machine they are on.
MACHINE = ("/proc/cpuinfo", "/proc/self", "/sys/devices/system/cpu")


def main(arguments: Sequence[str]) -> None:
    """Take the limits and walls, then load what answers; words after the numbers are what it may read."""
    module, question, *rest = arguments
    parent_id, cpu_s, memory_bytes, file_bytes, version = map(int, rest[:5])
    set_limits(cpu_s, memory_bytes, file_bytes)
    bind_to(parent_id)
    os.environ.update(SURROUNDINGS)
    wall_in(version, os.path.realpath(sys.executable), (*MACHINE, *programs(), *rest[6:]))
    filter_calls(bytes.fromhex(rest[5]))
    asked = json.loads(Path(question).read_text(encoding="utf-8"))
    said = json.dumps(import_module(module).answer(asked))
    Path(ANSWER).write_text(said, encoding="utf-8")


def programs() -> list[str]:
    """List where this Python finds its modules: ours are read from there too."""
    return [place for place in (sys.prefix, sys.base_prefix, *sys.path) if place]


if __name__ == "__main__":
    main(sys.argv[1:])
