"""Being told to stop: Ctrl-C, SIGTERM and a closed terminal leave by one door, through every `finally`."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGNALLED = 128  # what shells add to the number of a signal


class Stopped(BaseException):
    """Somebody asked the command to stop; `code` is what it leaves with, unless stopping is its usual end."""

    def __init__(self, kind: int) -> None:
        super().__init__(kind)
        self.code = SIGNALLED + kind


@contextmanager
def heard() -> Iterator[None]:
    """Raise Stopped, once, wherever the block is when a signal comes; a second one leaves it to finish."""
    former = {kind: signal.signal(kind, stop) for kind in SIGNALS}
    hang_up = signal.getsignal(signal.SIGHUP)
    if hang_up is signal.SIG_DFL:  # `nohup` has it ignored
        # Servers and workers know SIGTERM: a closed terminal is said in its words.
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        yield
    finally:
        for kind, handler in {**former, signal.SIGHUP: hang_up}.items():
            signal.signal(kind, handler)


@contextmanager
def held() -> Iterator[None]:
    """Put a signal off to the end of the block: what it starts or stops is never left half way."""
    caught: list[int] = []
    former = {kind: signal.signal(kind, lambda kind, _: caught.append(kind)) for kind in SIGNALS}
    try:
        yield
    finally:
        for kind, handler in former.items():
            signal.signal(kind, handler)
        if caught:
            signal.raise_signal(caught[0])


def stop(kind: int, _: FrameType | None) -> NoReturn:
    """Leave the block from wherever it is; a second signal must not interrupt the stopping."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(kind)
