"""One record, the history of its values, and what can happen to it."""

from dataclasses import dataclass, field

from .actors import Actor
from .association_types import Spec
from .object_type import ObjectType

Key = tuple[str, str]
"""Object type and id."""


@dataclass(frozen=True)
class PastValue:
    """One value that a property has had; `""` is a value that was cleared."""

    value: str
    at: int
    actor: Actor


@dataclass
class Record:
    """Times are milliseconds since 1970 UTC; `history` has the newest value first."""

    kind: ObjectType
    id: str
    created: int
    updated: int
    properties: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[PastValue]] = field(default_factory=dict)
    links: dict[Key, set[Spec]] = field(default_factory=dict)
    archived: int | None = None

    @property
    def key(self) -> Key:
        """Where the store keeps it."""
        return (self.kind.name, self.id)


@dataclass(frozen=True)
class Change:
    """Something that webhooks may tell about. `what` is creation, propertyChange, deletion, restore,
    privacyDeletion, merge or associationChange; `target`, `removed` and `primary` belong to the last.
    A first value is one that a record was created with. A merge makes `record` out of those in
    `merged`, the primary one first."""

    what: str
    record: Record
    at: int
    actor: Actor
    name: str = ""
    value: str = ""
    first: bool = False
    target: Record | None = None
    removed: bool = False
    primary: bool = False
    merged: tuple[str, ...] = ()
    moved: int = 0
