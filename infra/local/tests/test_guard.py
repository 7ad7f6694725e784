"""However the starter ends, what it started ends too."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from child import Child
from problem import Problem

# A program that starts another and ignores the request to end, as a hanging function would.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
inner = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"])
print(inner.pid, flush=True)
time.sleep(600)
"""
STARTER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from child import Child
Child("stubborn", [sys.executable, "-c", sys.argv[3]], {}, Path(sys.argv[2]))
print("started", flush=True)
time.sleep(600)
"""


def eventually(seen: object, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while not seen():  # type: ignore[operator]
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        # A process that has ended but was not collected still has a number.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return Path("/proc").is_dir() is False


class GuardTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "program.log"

    def inner_pid(self) -> int:
        self.assertTrue(eventually(lambda: self.log.is_file() and self.log.read_text(encoding="utf-8").endswith("\n")))
        return int(self.log.read_text(encoding="utf-8"))

    def test_stop_ends_the_program_and_its_children(self) -> None:
        child = Child("stubborn", [sys.executable, "-c", STUBBORN], {}, self.log)
        inner = self.inner_pid()
        child.stop()
        self.assertFalse(child.running())
        self.assertTrue(eventually(lambda: not lives(inner)))

    def test_a_starter_that_is_killed_leaves_nothing(self) -> None:
        here = str(Path(__file__).resolve().parent.parent)
        command = [sys.executable, "-c", STARTER, here, str(self.log), STUBBORN]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as starter:
            assert starter.stdout is not None
            starter.stdout.readline()
            inner = self.inner_pid()
            starter.send_signal(signal.SIGKILL)
        self.assertTrue(eventually(lambda: not lives(inner)))

    def test_a_program_that_ends_at_once_is_reported_with_its_last_words(self) -> None:
        child = Child("The thing", [sys.executable, "-c", "raise SystemExit('no such file')"], {}, self.log)
        with self.assertRaises(Problem) as raised:
            child.wait_until(lambda: False, 20.0)
        self.assertIn("no such file", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
