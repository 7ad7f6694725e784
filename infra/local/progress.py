"""One line per step, with the seconds since the start, so that a wait is never silent."""

import sys
import time
from contextlib import contextmanager
from typing import Iterator, TextIO


class Progress:
    """Prints steps as they begin and end."""

    def __init__(self, to: TextIO = sys.stdout) -> None:
        self._to = to
        self._start = time.monotonic()

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._start

    def say(self, text: str) -> None:
        print(f"{self.elapsed():6.1f} s  {text}", flush=True, file=self._to)

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Names a step when it begins and tells how long it took, unless that was nothing."""
        self.say(f"{doing} …")
        began = time.monotonic()
        yield
        took = time.monotonic() - began
        if took >= 0.5:
            self.say(f"  done in {took:.1f} s")
