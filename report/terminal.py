"""What the stages say on the screen: a line each, with what was done and how long it took.

On a terminal a stage that takes more than a second shows that it is at work; elsewhere nothing moves and nothing is
coloured.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

PATIENCE = 1.0


def moment(at: str) -> str:
    """Return a moment of the ledger as a person reads it."""
    return f"{at[:10]} {at[11:16]} UTC"


def count(number: int, thing: str) -> str:
    """Return a number with what it counts, such as "3 files"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


class Line:
    """The line of one stage; the stage says what it did by ``done``."""

    def __init__(self) -> None:
        self.summary = ""

    def done(self, summary: str) -> None:
        """Say what was done, such as "127 results from 2 data files"."""
        self.summary = summary


@contextmanager
def stage(name: str, out: TextIO | None = None) -> Iterator[Line]:
    """Time a stage and print its line when it ends well; a stage that fails prints nothing here."""
    stream = out or sys.stdout
    begun = time.monotonic()
    stop = threading.Event()
    worker = _progress(name, begun, stop) if sys.stderr.isatty() else None
    line = Line()
    try:
        yield line
    finally:
        stop.set()
        if worker is not None:
            worker.join()
    print(f"{name:<11} {line.summary:<58} {time.monotonic() - begun:5.1f} s", file=stream, flush=True)


def _progress(name: str, begun: float, stop: threading.Event) -> threading.Thread:
    def show() -> None:
        shown = stop.wait(PATIENCE)
        if shown:
            return
        while not stop.wait(0.2):
            print(f"\r{name:<11} working, {time.monotonic() - begun:.0f} s", end="", file=sys.stderr, flush=True)
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)

    worker = threading.Thread(target=show, daemon=True)
    worker.start()
    return worker
