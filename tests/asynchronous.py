"""How a test runs a coroutine: in a thread of its own.

Playwright keeps a loop running in the main thread for as long as its browser lives, and the order of the
tests is random: `asyncio.run` in a test passes before the browser's tests and fails after them.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end and return the result, whatever loop the main thread has."""
    with ThreadPoolExecutor(1) as own:
        return own.submit(asyncio.run, coroutine).result()
