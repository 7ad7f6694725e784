"""Reading request bodies and query strings: each reader returns a checked value or raises 400."""

import json
import re
from typing import Any

from .errors import invalid

Query = dict[str, list[str]]
_DIGITS = re.compile(r"[0-9]{1,20}")


def parse_json(raw: bytes) -> Any:
    """The body as JSON; an empty one is an error, since every path that reads one needs it."""
    if not raw:
        raise invalid("The request has no body; this path expects JSON.")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as why:
        raise invalid(f"The request body is not JSON: {why}") from why


def as_object(value: Any, where: str = "the request body") -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise invalid(f"{where} must be a JSON object.")
    return value


def inputs(body: Any, at_most: int = 100) -> list[dict[str, Any]]:
    """The `inputs` of a batch: a list of objects, not empty, and not longer than `at_most`."""
    listed = as_object(body).get("inputs")
    if not isinstance(listed, list) or not listed:
        raise invalid("`inputs` must be a list with at least one item.")
    if len(listed) > at_most:
        raise invalid(f"`inputs` has {len(listed)} items; a batch takes at most {at_most}.")
    return [as_object(item, f"inputs[{index}]") for index, item in enumerate(listed)]


def texts(body: dict[str, Any], name: str) -> list[str]:
    """A list of strings; absent means empty."""
    listed = body.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise invalid(f"`{name}` must be a list of strings.")
    return listed


def identifier(body: Any, where: str) -> str:
    """The `id` of an object such as `{"id": "123"}`; a number is taken as its digits."""
    value = as_object(body, where).get("id")
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        raise invalid(f"{where} needs an `id`, a string.")
    return str(value)


def listed(query: Query, name: str) -> list[str]:
    """A query parameter that may be repeated, comma separated, or both."""
    return [part.strip() for text in query.get(name, []) for part in text.split(",") if part.strip()]


def one(query: Query, name: str) -> str | None:
    """The last value of a query parameter."""
    values = query.get(name)
    return values[-1] if values else None


def flag(query: Query, name: str) -> bool:
    """A boolean query parameter; absent means false. The vendor's client for Python writes `True`."""
    value = one(query, name)
    lowered = value.lower() if value else value
    if lowered not in (None, "true", "false"):
        raise invalid(f"The query parameter `{name}` must be true or false, not {value!r}.")
    return lowered == "true"


def digits(value: Any) -> bool:
    """Whether this is the text of a whole number as ids have it: not so `²`, though it is a digit."""
    return isinstance(value, str) and _DIGITS.fullmatch(value) is not None


def after(value: Any) -> int:
    """Where a page begins; absent means at the beginning."""
    text = str(value or "0")
    if not digits(text):
        raise invalid(f"`after` must be the value that the page before gave, not {value!r}.")
    return int(text)


def limit(value: Any, default: int, at_most: int) -> int:
    """A page size between 1 and `at_most`."""
    if value is None:
        return default
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = 0
    if not 1 <= number <= at_most:
        raise invalid(f"`limit` must be between 1 and {at_most}, not {value!r}.")
    return number
