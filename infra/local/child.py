"""A program that runs beside us, in a session of its own, with its output in a log file."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence

from layout import shown
from problem import Problem

POLL_SECONDS = 0.05
STOP_SECONDS = 8.0


class Child:
    """A started program. `stop` ends it and everything that it started."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        cwd: Optional[Path] = None,
    ) -> None:
        self.name = name
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        guard = Path(__file__).with_name("guard.py")
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(guard), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
            )

    def running(self) -> bool:
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Waits for the program to serve; tells which log to read if it does not."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running():
                raise Problem(
                    f"{self.name} ended as soon as it started. Its last words:\n{self.last_words()}",
                    f"Read {shown(self._log)}.",
                )
            if time.monotonic() > deadline:
                self.stop()
                raise Problem(
                    f"{self.name} did not answer within {seconds:.0f} seconds.",
                    f"Read {shown(self._log)}; start again on an idle machine.",
                )
            time.sleep(POLL_SECONDS)

    def last_words(self, lines: int = 12) -> str:
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])

    def stop(self) -> None:
        """Closes the guard's pipe, which ends the whole group, and waits for that."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
