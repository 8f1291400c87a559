"""The signal that ends the server, heard before it waits for its streams, which never end by themselves."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def heard(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` on the running loop as soon as this process is told to stop; the server then does its part.

    A server waits for the requests under way, and tells the application after that: too late for a stream.
    Signals come to the main thread alone: in any other, as in tests, nothing is heard.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    handlers = {kind: handler for kind in SIGNALS if callable(handler := signal.getsignal(kind))}

    def hear(kind: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(tell)
        handlers[signal.Signals(kind)](kind, frame)

    for kind in handlers:
        signal.signal(kind, hear)
    try:
        yield
    finally:
        for kind, handler in handlers.items():
            signal.signal(kind, handler)
