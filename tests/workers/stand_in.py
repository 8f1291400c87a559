"""Stands for the recogniser at the edge of its process: the child loads it, and it hears what a file says.

The file is `model.bin` of the directory that is given as the model: JSON of the answer, or how to misbehave.
"""

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

FOREVER_S = 600


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Answer as the model says; nothing for silence."""
    told: dict[str, Any] = json.loads((Path(question["model"]) / "model.bin").read_text(encoding="utf-8"))
    speech = Path(question["speech"]).read_bytes()
    misbehave(told.get("does", ""))
    phrases = told["phrases"] if any(speech) else []
    for phrase in phrases:
        print(f"out_time_ms={round(phrase['words'][-1][1] * 1_000_000)}", flush=True)  # noqa: T201  as ffmpeg tells it
    return {"phrases": phrases}


def misbehave(what: str) -> None:
    """Do what no recogniser should."""
    if what == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "give up":
        raise ValueError("this model is of another version")
    elif what == "hang":
        time.sleep(FOREVER_S)
    elif what == "grow":
        bytearray(64 * 1024**3)
    elif what == "call":
        socket.create_connection(("127.0.0.1", 9))
    elif what == "write":
        Path("/tmp/out-of-its-room").write_text("out", encoding="utf-8")  # noqa: S108  it must not come to that
    elif what == "read":
        Path("/etc/passwd").read_bytes()
    elif what == "say too much":
        Path("more").write_bytes(bytes(64 * 1024**2))
