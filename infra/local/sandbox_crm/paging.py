"""Pages of what is listed in the order of numbers: `after` is the number that the page before ended
with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from . import body

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted."""

    after: int
    limit: int

    def cut(self, listed: Iterable[T], number: Callable[[T], str]) -> tuple[list[T], dict[str, Any]]:
        """What stands on the page, and the `paging` member of the answer if more follows."""
        rest = [one for one in listed if int(number(one)) > self.after]
        held = rest[: self.limit]
        return held, following(number(held[-1])) if len(rest) > self.limit else {}


def asked(query: body.Query, default: int, at_most: int) -> Page:
    """The page that a query names; raises 400 if it names none."""
    limit = body.limit(body.one(query, "limit"), default, at_most)
    return Page(body.after(body.one(query, "after")), limit)


def following(after: str) -> dict[str, Any]:
    """The member of an answer that leads to the next page."""
    return {"paging": {"next": {"after": after, "link": f"?after={after}"}}}
