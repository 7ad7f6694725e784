"""How many requests one app may make, as HubSpot limits private and public apps.

Source: HubSpot's usage guidelines: a number per rolling ten seconds, and for searches one per second.
"""

import math
import time
from collections import deque
from collections.abc import Callable

from .errors import ApiError

Clock = Callable[[], float]


class Window:
    """At most `most` requests in any `seconds`; times are seconds of a clock that never goes back."""

    def __init__(self, most: int, seconds: float, clock: Clock = time.monotonic) -> None:
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._taken: deque[float] = deque()

    def wait(self) -> float:
        """Seconds until a request would be let through; 0 if it would be now."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) < self.most:
            return 0.0
        return self._taken[len(self._taken) - self.most] + self.seconds - now

    def take(self) -> None:
        """Counts a request."""
        self._taken.append(self._clock())

    @property
    def left(self) -> int:
        """Requests that would be let through now."""
        return max(0, self.most - len(self._taken))


class RateLimit:
    """The limits of one token. A request that is refused does not count against them."""

    def __init__(self, rate: int, search_rate: int, clock: Clock = time.monotonic) -> None:
        self._all = Window(rate, 10.0, clock)
        self._searches = Window(search_rate, 1.0, clock)

    def check(self, search: bool) -> dict[str, str]:
        """Counts a request and returns the headers that tell what is left; raises 429."""
        if (wait := self._all.wait()) > 0:
            raise refusal("TEN_SECONDLY_ROLLING", "ten_secondly_rolling", wait, self._headers())
        if search and (wait := self._searches.wait()) > 0:
            raise refusal("SECONDLY", "secondly", wait, self._headers())
        self._all.take()
        if search:
            self._searches.take()
        return self._headers()

    def _headers(self) -> dict[str, str]:
        return {
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(round(self._all.seconds * 1000)),
            "X-HubSpot-RateLimit-Max": str(self._all.most),
            "X-HubSpot-RateLimit-Remaining": str(self._all.left),
        }


def refusal(policy: str, words: str, wait: float, headers: dict[str, str]) -> ApiError:
    """429, with the whole seconds to wait in `Retry-After`."""
    return ApiError(
        429,
        "RATE_LIMITS",
        f"You have reached your {words} limit.",
        extra={"errorType": "RATE_LIMIT", "policyName": policy},
        headers={**headers, "Retry-After": str(max(1, math.ceil(wait)))},
    )
