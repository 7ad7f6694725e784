"""A file to which each change is appended as it is made, so that an end without warning loses none.

One line is one commit: either all of its changes are in the file or, if the writer was ended in the
middle of the line, none is. Values are JSON; a key that is given none is gone.
"""

import json
import time
from pathlib import Path
from typing import Any, Iterable, Optional, TextIO

Key = tuple[str, str]
Change = tuple[str, str, Optional[Any]]
"""Both parts of a key, and what stands there from now on."""


class Damaged(Exception):
    """A line within the file is not what was written."""


class Journal:
    """What stands by now, and the file that tells how it came to be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.held: dict[Key, Any] = {}
        self.written: dict[Key, float] = {}
        """When each was written, in seconds since 1970 by this machine's clock."""
        self._file: Optional[TextIO] = None

    def read(self) -> None:
        """Takes over what the file tells. Raises `Damaged`; no file is an empty one."""
        if not self.path.exists():
            return
        lines = self.path.read_bytes().split(b"\n")
        # What stands behind the last end of line was being written when its writer was ended.
        for number, line in enumerate(lines[:-1], 1):
            try:
                at, changes = json.loads(line)
                for first, second, value in changes:
                    self._take(float(at), (str(first), str(second)), value)
            except (ValueError, TypeError) as why:
                raise Damaged(f"line {number} is no commit ({type(why).__name__})") from why

    def open(self) -> None:
        """Begins to write: a file that tells only what stands takes the place of the one before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        with open(part, "w", encoding="utf-8") as file:
            for key, value in self.held.items():
                file.write(_line(self.written[key], [(*key, value)]))
        part.replace(self.path)
        self._file = open(self.path, "a", encoding="utf-8")

    def commit(self, changes: Iterable[Change]) -> None:
        """Appends changes that were made together. Raises `OSError` if they cannot be written."""
        changes, at = list(changes), time.time()
        if self._file is None or not changes:
            return
        # The line leaves in one piece, and the system keeps it even if this process is killed now.
        self._file.write(_line(at, changes))
        self._file.flush()
        for first, second, value in changes:
            self._take(at, (first, second), value)

    def close(self) -> None:
        """Ends writing; what comes from now on is not kept."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _take(self, at: float, key: Key, value: Optional[Any]) -> None:
        if value is None:
            self.held.pop(key, None)
            self.written.pop(key, None)
        else:
            self.held[key], self.written[key] = value, at


def _line(at: float, changes: list[Change]) -> str:
    return json.dumps([at, changes], separators=(",", ":"), ensure_ascii=True) + "\n"
