"""What a process of ours loads as it starts: each second of it is waited for by whoever types `make run`."""

import subprocess
import sys

SERVING = "app.cli.run, app.cli.web, workers.__main__"
# What migrates the schema is for `visavis migrate` alone; its templates load a whole library of colours.
MIGRATING = {"alembic", "mako", "pygments"}


def test_what_serves_and_what_works_load_nothing_that_migrates() -> None:
    question = f"import sys, {SERVING}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert MIGRATING & set(done.stdout.split()) == set()
