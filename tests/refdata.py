"""Real reference data, in the folder VISAVIS_REFDATA: never part of the project, and tests go without it."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("VISAVIS_REFDATA", Path(__file__).parents[2] / "shared" / "refdata"))


def real(name: str) -> Path:
    """Return a file of the real reference data; skip where it is not there."""
    if not (FOLDER / name).exists():
        pytest.skip(f"no {name} in {FOLDER} (VISAVIS_REFDATA names the folder of the real reference data)")
    return FOLDER / name
