"""A process that only numbers facts, for tests to kill: `python -m tests.evidence.sequencer URL`."""

import sys
import time
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError

from app.db import connect, session_factory
from app.evidence.service import drain

PAUSE_S = 0.02


def main(url: str) -> None:
    """Give what waits its numbers, for ever, whatever becomes of the database."""
    units = session_factory(connect(url, pool_size=1))
    while True:
        try:
            with units.begin() as session:
                drain(session, datetime.now(UTC), limit=50)
        except DBAPIError:
            pass
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(sys.argv[1])
