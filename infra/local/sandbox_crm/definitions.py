"""Which object types there are, which properties they have, and the stages of their pipelines."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .pipeline import Pipeline, Stage, numbered
from .property_definition import KINDS, Property

__all__ = ["Definitions", "ObjectType", "Pipeline", "Property", "Stage"]


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


class Definitions:
    """The object types by every name that the API accepts for them."""

    def __init__(self) -> None:
        # Only here, since the built-in types are written with the classes of this module.
        from .built_in_types import built_in

        self.types = {kind.name: kind for kind in built_in()}

    def find(self, name: str) -> ObjectType | None:
        """`contacts`, `contact` and `0-1` all name the same type."""
        name = name.lower()
        for kind in self.types.values():
            if name in (kind.name, kind.singular, kind.type_id):
                return kind
        return None

    def extend(self, path: Path) -> None:
        """Adds what a JSON file holds: `{"properties": {"deals": [{"name", "kind"?, "options"?,
        "unique"?}]}, "pipelines": {"deals": [{"id", "label"?, "stages": [{"id", "label"?,
        "probability"?}]}]}}`. A property or pipeline that exists is replaced. Raises `ValueError` if
        the file holds something else."""
        held = json.loads(path.read_text(encoding="utf-8"))
        try:
            for name, listed in held.get("properties", {}).items():
                self.types[name].properties.update({item["name"]: _property(item) for item in listed})
            for name, listed in held.get("pipelines", {}).items():
                pipelines = self.types[name].pipelines
                for item in listed:
                    known = pipelines.get(item["id"])
                    order = known.order if known else len(pipelines)
                    pipelines[item["id"]] = _pipeline(item, order)
        except (KeyError, TypeError, AttributeError, ValueError) as why:
            raise ValueError(f"{path}: not a file of property definitions: {why!r}") from why


def _property(item: dict[str, Any]) -> Property:
    options = tuple(str(option) for option in item.get("options", ()))
    kind = str(item.get("kind", "enumeration" if options else "string"))
    if kind not in KINDS:
        raise TypeError(f"{item['name']}: {kind} is none of {', '.join(KINDS)}")
    return Property(str(item["name"]), kind, options, unique=bool(item.get("unique", False)), own=True)


def _pipeline(item: dict[str, Any], order: int) -> Pipeline:
    stages = [
        Stage(one["id"], one.get("label", one["id"]), float(one.get("probability", 0.5)))
        for one in item["stages"]
    ]
    return numbered(Pipeline(item["id"], item.get("label", item["id"]), stages, order))
