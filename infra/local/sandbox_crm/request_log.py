"""The last requests to the API, so that a test can see what a client did."""

import threading
from collections import deque
from typing import Any

KEPT = 20_000


class RequestLog:
    """Newest last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def add(self, entry: dict[str, Any]) -> None:
        """Remembers one request."""
        with self._lock:
            self._kept.append(entry)

    def clear(self) -> None:
        """Forgets all of them."""
        with self._lock:
            self._kept.clear()

    def shown(self) -> list[dict[str, Any]]:
        """All that are remembered."""
        with self._lock:
            return list(self._kept)
