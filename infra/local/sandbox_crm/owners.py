"""The people who can own a record, those who have left among them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

USER_ID_OFFSET = 9_000_000
"""An owner and their user are two ids in HubSpot; here one follows from the other."""

BUILT_IN = (
    (11000, "Carla", "Reyes"),
    (11001, "Jonas", "Brandt"),
    (11002, "Anna", "Vogel"),
    (11003, "Ben", "Huber"),
    (11010, "Maya", "Ortiz"),
    (11020, "Ines", "Roth"),
    (11030, "Olga", "Weiss"),
    (11040, "Tom", "Berger"),
    (11050, "Nina", "Falk"),
)


@dataclass(frozen=True)
class Owner:
    """One owner; `id` stands in `hubspot_owner_id`, `user_id` in the history of a change. Who has left
    is archived: their id stays in records and histories, but nothing new is given to them."""

    id: str
    user_id: int
    email: str
    first_name: str
    last_name: str
    archived: bool = False

    @property
    def name(self) -> str:
        """First and last name, or the address if both are empty."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


class Directory:
    """All owners, in the order of their ids."""

    def __init__(self, owners: Iterable[Owner]) -> None:
        self._by_id = {owner.id: owner for owner in sorted(owners, key=lambda one: int(one.id))}

    def __iter__(self) -> Iterator[Owner]:
        return iter(self._by_id.values())

    def get(self, owner_id: str) -> Owner | None:
        """The owner with this id, who may have left."""
        return self._by_id.get(owner_id)

    def of_user(self, user_id: int) -> Owner | None:
        """The owner behind a user id."""
        return next((owner for owner in self if owner.user_id == user_id), None)

    def archive(self, owner_id: str, archived: bool) -> Owner:
        """Somebody leaves, or comes back; raises `KeyError` if there is no such owner."""
        changed = replace(self._by_id[owner_id], archived=archived)
        self._by_id[owner_id] = changed
        return changed


def built_in() -> Directory:
    """The team of the example company."""
    return Directory(
        Owner(str(number), number + USER_ID_OFFSET, f"{first.lower()}@northwind.example", first, last)
        for number, first, last in BUILT_IN
    )


def load(path: Path) -> Directory:
    """Owners from a JSON list of `{id, userId, email, firstName, lastName, archived}`; `userId` and
    `archived` may be left out. Raises `ValueError` if the file holds something else."""
    listed = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(listed, list):
        raise ValueError(f"{path}: expected a JSON list of owners")
    return Directory(_owner(path, index, item) for index, item in enumerate(listed))


def _owner(path: Path, index: int, item: Any) -> Owner:
    try:
        number = int(item["id"])
        return Owner(
            id=str(number),
            user_id=int(item.get("userId", number + USER_ID_OFFSET)),
            email=str(item["email"]),
            first_name=str(item.get("firstName", "")),
            last_name=str(item.get("lastName", "")),
            archived=item.get("archived", False) is True,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as why:
        raise ValueError(f"{path}: owner {index} needs a numeric `id` and an `email`: {why!r}") from why
