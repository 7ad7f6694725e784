"""Starts a program and ends it, with all that it started, when the starter is gone.

Run as `python guard.py PROGRAM ARG…` in a session of its own, with a pipe as standard
input that the starter keeps open. The pipe closes however the starter ends, even if it is
killed, so no process outlives it. Emulated functions are children of the emulator and would
stay behind if only the emulator were ended: therefore the whole group is signalled.
"""

import os
import select
import signal
import subprocess
import sys

GRACE_SECONDS = 3.0
LOOK_SECONDS = 0.25


def _starter_is_gone() -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)


def main() -> None:
    asked_to_end: list[int] = []
    # Handlers, not "ignore": what is ignored stays ignored in the program started here.
    signal.signal(signal.SIGTERM, lambda number, _: asked_to_end.append(number))
    signal.signal(signal.SIGINT, lambda *_: None)
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    while child.poll() is None and not asked_to_end and not _starter_is_gone():
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)
    try:
        child.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
