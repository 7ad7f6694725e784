"""How many requests one app may make, as HubSpot limits private apps.

Source: HubSpot's usage guidelines: a number per rolling ten seconds and a number per day, by plan, and
for searches a number per second. The day ends at midnight in the account's time zone. A daily refusal
says no time to wait, and the answers to searches carry no headers about the limits.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .errors import ApiError

Clock = Callable[[], float]
Day = Callable[[], str]


@dataclass(frozen=True)
class Plan:
    """What a subscription allows each private app."""

    rate: int
    daily: int


PLANS = {
    "free": Plan(100, 250_000),
    "starter": Plan(100, 250_000),
    "professional": Plan(190, 625_000),
    "enterprise": Plan(190, 1_000_000),
}


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

    def __init__(
        self,
        rate: int,
        search_rate: int,
        clock: Clock = time.monotonic,
        daily: int = PLANS["starter"].daily,
        day: Day = lambda: "",
    ) -> None:
        self._all = Window(rate, 10.0, clock)
        self._searches = Window(search_rate, 1.0, clock)
        self.daily = daily
        self._day = day
        self._counted_on = ""
        self._used = 0

    @property
    def rate(self) -> int:
        """Requests in ten seconds."""
        return self._all.most

    @property
    def search_rate(self) -> int:
        """Searches in a second."""
        return self._searches.most

    @property
    def used_today(self) -> int:
        """Requests let through since midnight."""
        if (today := self._day()) != self._counted_on:
            self._counted_on, self._used = today, 0
        return self._used

    def check(self, search: bool) -> dict[str, str]:
        """Counts a request and returns the headers that tell what is left; raises 429."""
        if self.used_today >= self.daily:
            raise refusal("DAILY", "daily", None, self._headers(search))
        if (wait := self._all.wait()) > 0:
            raise refusal("TEN_SECONDLY_ROLLING", "ten_secondly_rolling", wait, self._headers(search))
        if search and (wait := self._searches.wait()) > 0:
            raise refusal("SECONDLY", "secondly", wait, self._headers(search))
        self._all.take()
        self._used += 1
        if search:
            self._searches.take()
        return self._headers(search)

    def _headers(self, search: bool) -> dict[str, str]:
        if search:
            return {}
        return {
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(round(self._all.seconds * 1000)),
            "X-HubSpot-RateLimit-Max": str(self._all.most),
            "X-HubSpot-RateLimit-Remaining": str(self._all.left),
            "X-HubSpot-RateLimit-Daily": str(self.daily),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, self.daily - self._used)),
        }


def refusal(policy: str, words: str, wait: float | None, headers: dict[str, str]) -> ApiError:
    """429, with the whole seconds to wait in `Retry-After` if there is a time worth waiting for."""
    told = {} if wait is None else {"Retry-After": str(max(1, math.ceil(wait)))}
    return ApiError(
        429,
        "RATE_LIMITS",
        f"You have reached your {words} limit.",
        extra={"errorType": "RATE_LIMIT", "policyName": policy},
        headers={**headers, **told},
    )
