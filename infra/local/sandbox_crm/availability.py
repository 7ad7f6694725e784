"""When a user works and when they are out of office: two properties that hold JSON as text.

Source: HubSpot's guide to the users API.
"""

import json
from typing import Any

WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DAYS = {day: (day,) for day in WEEK} | {
    "MONDAY_TO_FRIDAY": WEEK[:5],
    "SATURDAY_SUNDAY": WEEK[5:],
    "EVERY_DAY": WEEK,
}
MINUTES = 1440


def hours_problem(text: str) -> str | None:
    """Why this is no `[{"days", "startMinute", "endMinute"}]` without overlaps, if it is none."""
    listed = _list(text)
    if listed is None:
        return "Working hours are a JSON list of objects, as text."
    taken: list[tuple[str, int, int]] = []
    for item in listed:
        days = item.get("days")
        start, end = item.get("startMinute"), item.get("endMinute")
        if not isinstance(days, str) or days not in DAYS:
            return f"`days` must be one of {', '.join(DAYS)}."
        if not (_whole(start) and _whole(end) and 0 <= start < end <= MINUTES):
            return f"`startMinute` and `endMinute` must be whole numbers from 0 to {MINUTES}, in order."
        for day in DAYS[days]:
            if any(day == other and start < ends and begins < end for other, begins, ends in taken):
                return f"Working hours overlap on {day}."
            taken.append((day, start, end))
    return None


def absences_problem(text: str) -> str | None:
    """Why this is no `[{"startTimestamp", "endTimestamp"}]`, if it is none."""
    listed = _list(text)
    if listed is None:
        return "Out of office hours are a JSON list of objects, as text."
    for item in listed:
        start, end = item.get("startTimestamp"), item.get("endTimestamp")
        if not (_whole(start) and _whole(end) and start < end):
            return "`startTimestamp` and `endTimestamp` must be milliseconds since 1970, in order."
    return None


def _list(text: str) -> list[dict[str, Any]] | None:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    fine = isinstance(listed, list) and all(isinstance(item, dict) for item in listed)
    return listed if fine else None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
