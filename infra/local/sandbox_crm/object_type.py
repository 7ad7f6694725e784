"""One kind of record: its names, its properties, its pipelines."""

from dataclasses import dataclass, field

from .pipeline import Pipeline
from .property_definition import Property


@dataclass
class ObjectType:
    """One kind of record. `shown` are the properties an answer has when none are asked for. An
    activity is something that was done with people: a call, a meeting, an e-mail, a note, a task."""

    name: str
    singular: str
    type_id: str
    modified: str
    first_id: int
    shown: tuple[str, ...]
    always: tuple[str, ...]
    properties: dict[str, Property] = field(default_factory=dict)
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    searched: tuple[str, ...] = ()
    announced: bool = True
    activity: bool = False
    required: tuple[str, ...] = ()
    archived_properties: dict[str, Property] = field(default_factory=dict)

    @property
    def created(self) -> str:
        """The property that holds when a record came to be."""
        return "createdate" if "createdate" in self.properties else "hs_createdate"

    @property
    def group(self) -> str:
        """The group of properties that one without a group of its own belongs to."""
        return f"{self.singular}information" if not self.activity else self.singular
