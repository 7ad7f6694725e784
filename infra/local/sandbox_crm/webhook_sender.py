"""Sends events as signed webhooks: in batches, from its own threads, with retries."""

import heapq
import http.client
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .signing import headers
from .timestamps import iso, now_ms

MOST_EVENTS = 100
"""Events in one webhook."""
MOST_RETRIES = 10
LONGEST_WAIT = 30.0
"""Seconds between two attempts, at most."""
AT_ONCE = 10
"""Webhooks under way at the same time."""
KEPT = 500
"""Deliveries that the log remembers."""


@dataclass
class Batch:
    """Events that travel together; `attempt` counts from 0."""

    events: list[dict[str, Any]]
    attempt: int = 0


class WebhookSender:
    """`offer` never waits. Events that are offered while no address is set are dropped, as HubSpot
    sends nothing to an app without a subscription."""

    def __init__(
        self,
        secret: str,
        url: str | None = None,
        *,
        window: float = 0.05,
        timeout: float = 5.0,
        retry_base: float = 0.5,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._secret = secret
        self._url = url
        self._window = window
        self._timeout = timeout
        self._retry_base = retry_base
        self._clock = clock
        self._condition = threading.Condition()
        self._gathering: list[dict[str, Any]] = []
        self._gathered_by = 0.0
        self._due: list[tuple[float, int, Batch]] = []
        self._order = itertools.count()
        self._under_way = 0
        self._stopped = False
        self._log: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begins to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Ends delivery; what has not been delivered is lost."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def set_url(self, url: str | None) -> None:
        """Where the next attempts go, also those of webhooks that failed before."""
        with self._condition:
            self._url = url

    def offer(self, event: dict[str, Any]) -> None:
        """Takes one event to be sent within the batching window."""
        with self._condition:
            if self._url is None or self._stopped:
                return
            if not self._gathering:
                self._gathered_by = time.monotonic() + self._window
            self._gathering.append(event)
            self._condition.notify_all()

    def state(self) -> dict[str, Any]:
        """The address, the events not yet delivered or given up, and the log, newest last."""
        with self._condition:
            waiting = sum(len(batch.events) for _, _, batch in self._due)
            return {
                "url": self._url,
                "pending": len(self._gathering) + waiting + self._under_way,
                "deliveries": list(self._log),
            }

    def wait_idle(self, timeout: float) -> bool:
        """Waits until nothing is pending, at most `timeout` seconds; tells whether that came."""
        with self._condition:
            return self._condition.wait_for(
                lambda: not (self._gathering or self._due or self._under_way), timeout
            )

    def _run(self) -> None:
        with self._condition:
            while not self._stopped:
                now = time.monotonic()
                if self._gathering and self._gathered_by <= now:
                    self._cut(now)
                while self._due and self._due[0][0] <= now:
                    batch = heapq.heappop(self._due)[2]
                    self._under_way += len(batch.events)
                    self._pool.submit(self._deliver, batch)
                self._condition.wait(self._wait_for(now))

    def _cut(self, now: float) -> None:
        for start in range(0, len(self._gathering), MOST_EVENTS):
            batch = Batch(self._gathering[start : start + MOST_EVENTS])
            heapq.heappush(self._due, (now, next(self._order), batch))
        self._gathering = []

    def _wait_for(self, now: float) -> float | None:
        moments = [self._due[0][0]] if self._due else []
        if self._gathering:
            moments.append(self._gathered_by)
        return max(0.0, min(moments) - now) if moments else None

    def _deliver(self, batch: Batch) -> None:
        with self._condition:
            url = self._url
        started = time.monotonic()
        status, problem = (None, "no address is set") if url is None else self._post(url, batch)
        again = (status is None or status == 429 or status >= 500) and batch.attempt < MOST_RETRIES
        entry = {
            "at": iso(self._clock()),
            "url": url,
            "attempt": batch.attempt,
            "status": status,
            "problem": problem,
            "milliseconds": round((time.monotonic() - started) * 1000),
            "retries": again,
            "events": batch.events,
        }
        with self._condition:
            self._log.append(entry)
            self._under_way -= len(batch.events)
            if again and not self._stopped:
                wait = min(self._retry_base * 2**batch.attempt, LONGEST_WAIT)
                batch = Batch(batch.events, batch.attempt + 1)
                heapq.heappush(self._due, (time.monotonic() + wait, next(self._order), batch))
            self._condition.notify_all()

    def _post(self, url: str, batch: Batch) -> tuple[int | None, str | None]:
        """One attempt: a status, or why there is none."""
        numbered = [event | {"attemptNumber": batch.attempt} for event in batch.events]
        body = json.dumps(numbered, ensure_ascii=False, separators=(",", ":")).encode()
        sent = {
            "Content-Type": "application/json",
            "User-Agent": "HubSpot Connect 2.0 (sandbox CRM, a stand-in; http://dev.hubspot.com/)",
            **headers(self._secret, url, body, self._clock()),
        }
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            # The address is the user's own text: even its port may turn out to be none.
            with closing(connect(parts.hostname or "", parts.port, timeout=self._timeout)) as connection:
                connection.request("POST", path, body, sent)
                answer = connection.getresponse()
                answer.read()
                return answer.status, None
        except (OSError, http.client.HTTPException, ValueError) as why:
            return None, f"{type(why).__name__}: {why}"
