"""JSON over HTTP with the parts of the stack, past any proxy that the shell has set."""

import json
import urllib.error
import urllib.request
from typing import Any, Optional

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
TIMEOUT_SECONDS = 15.0


class Refused(Exception):
    """An answer outside 2xx."""

    def __init__(self, method: str, url: str, status: int, body: str) -> None:
        super().__init__(f"{method} {url} was answered {status}: {body[:500]}")
        self.status = status


def call(method: str, url: str, body: Optional[Any] = None) -> Any:
    """Sends JSON, returns the JSON of the answer, or None if it has no content."""
    request = urllib.request.Request(
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Accept": "application/json", "Content-Type": "application/json"},
    )
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            content = answer.read()
    except urllib.error.HTTPError as refused:
        raise Refused(method, url, refused.code, refused.read().decode(errors="replace")) from None
    return json.loads(content) if content else None


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with _OPENER.open(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False
