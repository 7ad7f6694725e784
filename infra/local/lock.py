"""One stack per folder. The kernel drops the lock with its holder, so a crash leaves none."""

import fcntl
import os
from pathlib import Path
from typing import TextIO

from layout import shown
from problem import Problem


def hold(path: Path) -> TextIO:
    """Takes the lock and keeps it while the returned file stays open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open(path, "a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise Problem(
            f"A stack already runs in {shown(path.parent)} (process {holder}).",
            f"Use it, or end it with Ctrl-C in its window or `kill {holder}`, then start again. "
            "A second one beside it needs a folder of its own: --state-dir.",
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
