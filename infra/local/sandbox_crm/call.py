"""One request on its way to the code that answers it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .actors import Actor
from .body import Query, parse_json

Answer = tuple[int, Any]
"""A status and a JSON value; `None` is an answer without a body."""


@dataclass
class Call:
    """`parts` are the variable segments of the path, decoded."""

    method: str
    path: str
    query: Query
    raw: bytes
    actor: Actor
    parts: dict[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON; raises 400 if it is none."""
        return parse_json(self.raw)


Handler = Callable[[Call], Answer]
