"""Instants as milliseconds since 1970 UTC, and as HubSpot writes them: ISO 8601, milliseconds, Z."""

import re
import time
from datetime import UTC, datetime

_DIGITS = re.compile(r"-?[0-9]{1,20}")


def now_ms() -> int:
    """The present, in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def iso(ms: int) -> str:
    """`1764000000123` becomes `2025-11-24T16:00:00.123Z`."""
    seconds, millis = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{millis:03d}Z"


def parse(text: str) -> int | None:
    """Milliseconds since 1970 UTC from an ISO 8601 date or time, or from digits that already are
    milliseconds; `None` if the text is neither. A time without a zone is taken as UTC."""
    text = text.strip()
    if _DIGITS.fullmatch(text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    whole = moment.replace(microsecond=0)
    return int(whole.timestamp()) * 1000 + moment.microsecond // 1000


DAY_MS = 86_400_000
"""Milliseconds in a day."""


def clock_time(ms: int) -> str:
    """The time of day in UTC, as HubSpot writes it: `9:5:0.0`."""
    seconds, millis = divmod(ms % DAY_MS, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}.{millis}"
