"""All object types of the portal, the built-in ones and what a file adds to them."""

import json
from pathlib import Path
from typing import Any

from .built_in_types import built_in
from .object_type import ObjectType
from .pipeline import Pipeline, Stage, numbered
from .property_definition import KINDS, Property

__all__ = ["Definitions", "ObjectType", "Property"]


class Definitions:
    """The object types by every name that the API accepts for them."""

    def __init__(self) -> None:
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
