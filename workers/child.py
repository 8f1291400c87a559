"""`python -m workers.child NAME QUESTION …`: answers a question too heavy for the worker's own memory.

`NAME` is a module of this package with an `answer`; the question is a file of JSON, the answer is printed.
The child limits itself before it loads anything, and dies with its worker.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from workers.launch import bind_to, set_limits

# Two workers share a machine: a child takes one core, and reaches for nothing outside.
SURROUNDINGS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main(arguments: Sequence[str]) -> None:
    """Take the limits, then load what answers."""
    name, question, *numbers = arguments
    parent_id, cpu_s, memory_bytes, file_bytes = map(int, numbers)
    set_limits(cpu_s, memory_bytes, file_bytes)
    bind_to(parent_id)
    os.environ.update(SURROUNDINGS)
    asked = json.loads(Path(question).read_text(encoding="utf-8"))
    json.dump(import_module(f"workers.{name}").answer(asked), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
