"""Faults on request: answers that go wrong a set number of times, so that a test can watch a client
recover."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from .body import as_object
from .errors import ApiError, invalid, lacking_scopes
from .rate_limit import refusal


@dataclass
class Fault:
    """`status` 0 only delays. With `after`, the request is carried out and only its answer is late
    or lost. With `record`, only requests about the record of this id meet it. With `for_ms` it lasts so
    long, however often it is met, and `times` says nothing."""

    status: int = 0
    times: int = 1
    method: str | None = None
    path: str = "/"
    record: str | None = None
    delay_ms: int = 0
    after: bool = False
    for_ms: int = 0
    asked: float = field(default_factory=time.monotonic)

    def meets(self, method: str, path: str, body: bytes) -> bool:
        """Whether a request meets it. A batch names its records in the body."""
        if self.method not in (None, method) or not path.startswith(self.path):
            return False
        return self.record is None or self.record in path.split("/") or f'"{self.record}"'.encode() in body

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "status": self.status,
            "times": self.times,
            "method": self.method,
            "path": self.path,
            "record": self.record,
            "delay_ms": self.delay_ms,
            "after": self.after,
            "for_ms": self.for_ms,
        }

    def is_over(self) -> bool:
        """Whether it has lasted as long as it was to."""
        return self.for_ms > 0 and time.monotonic() >= self.asked + self.for_ms / 1000

    def error(self) -> ApiError:
        """What the client is answered."""
        if self.status == 429:
            return refusal("TEN_SECONDLY_ROLLING", "ten_secondly_rolling", 1.0, {})
        if self.status == 403:
            return lacking_scopes("sandbox.fault")
        return ApiError(self.status, "SANDBOX_FAULT", "A fault that was asked for at /_sandbox/faults.")


class Faults:
    """The faults that are waiting, in the order they were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._holding: list[Fault] = []

    def add(self, given: Any) -> None:
        """Takes a fault from JSON; raises 400 if it is not one."""
        fault = _parse(as_object(given))
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forgets all of them."""
        with self._lock:
            self._waiting.clear()

    def shown(self) -> list[dict[str, Any]]:
        """Those still waiting, as JSON."""
        with self._lock:
            self._forget_what_is_over()
            return [fault.shown() for fault in self._waiting]

    def holding(self) -> list[dict[str, Any]]:
        """Those that keep a client waiting at this moment, as JSON."""
        with self._lock:
            return [fault.shown() for fault in self._holding]

    def hold(self, fault: Fault) -> None:
        """Keeps a client waiting, as it was asked for: the one wait in the sandbox."""
        with self._lock:
            self._holding.append(fault)
        try:
            time.sleep(fault.delay_ms / 1000)
        finally:
            with self._lock:
                self._holding.remove(fault)

    def take(self, method: str, path: str, body: bytes) -> Fault | None:
        """The first fault that this request meets; it is used up by one."""
        with self._lock:
            self._forget_what_is_over()
            for fault in self._waiting:
                if fault.meets(method, path, body):
                    if not fault.for_ms:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._waiting.remove(fault)
                    return fault
        return None

    def _forget_what_is_over(self) -> None:
        self._waiting = [fault for fault in self._waiting if not fault.is_over()]


def _parse(given: dict[str, Any]) -> Fault:
    unknown = given.keys() - {"status", "times", "method", "path", "record", "delay_ms", "after", "for_ms"}
    if unknown:
        raise invalid(f"A fault has no {', '.join(sorted(unknown))}.")
    status, times = given.get("status", 0), given.get("times", 1)
    delay, method = given.get("delay_ms", 0), given.get("method")
    path, after = given.get("path", "/"), given.get("after", False)
    record, lasts = given.get("record"), given.get("for_ms", 0)
    numbers = (status, times, delay, lasts)
    if not all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in numbers):
        raise invalid("`status`, `times`, `delay_ms` and `for_ms` are whole numbers.")
    if status and not 400 <= status <= 599:
        raise invalid(f"`status` of a fault is between 400 and 599, not {status}.")
    if not (status or delay) or times < 1:
        raise invalid("A fault needs a `status` or a `delay_ms`, and `times` of at least 1.")
    if not (method is None or isinstance(method, str)) or not isinstance(path, str):
        raise invalid("`method` and `path` of a fault are strings.")
    if not (record is None or isinstance(record, str) and record):
        raise invalid("`record` of a fault is the id of a record, a string.")
    if not isinstance(after, bool):
        raise invalid("`after` of a fault is true or false.")
    return Fault(status, times, method.upper() if method else None, path, record, delay, after, lasts)
