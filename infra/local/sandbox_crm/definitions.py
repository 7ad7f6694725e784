"""All object types of the portal, the built-in ones and what a file adds to them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .built_in_types import built_in
from .object_type import ObjectType
from .pipeline import Pipeline, Stage, numbered
from .property_definition import KINDS, Property


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
        try:
            held = _object(json.loads(path.read_text(encoding="utf-8")), "the file")
            for kind, item, where in self._entries(held, "properties"):
                name = _text(item, "name", where)
                kind.properties[name] = _property(item, name, where)
            for kind, item, where in self._entries(held, "pipelines"):
                name = _text(item, "id", where)
                known = kind.pipelines.get(name)
                order = known.order if known else len(kind.pipelines)
                kind.pipelines[name] = _pipeline(item, name, order, where)
        except ValueError as why:
            raise ValueError(f"{path}: not a file of definitions of properties and pipelines: {why}") from why

    def _entries(
        self, held: dict[str, Any], member: str
    ) -> Iterator[tuple[ObjectType, dict[str, Any], str]]:
        """Each entry with its type, and where it stands."""
        for name, listed in _object(held.get(member, {}), member).items():
            kind = self.types.get(name)
            if kind is None:
                raise ValueError(f"{member}.{name}: there is no such type; there are {', '.join(self.types)}")
            for place, item in enumerate(_list(listed, f"{member}.{name}")):
                where = f"{member}.{name}[{place}]"
                yield kind, _object(item, where), where


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be an object, not {value!r}")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{where} must be a list, not {value!r}")
    return value


def _text(item: dict[str, Any], member: str, where: str) -> str:
    value = item.get(member)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where} needs `{member}`, a text")
    return value


def _property(item: dict[str, Any], name: str, where: str) -> Property:
    options = tuple(str(option) for option in _list(item.get("options", []), f"{where}.options"))
    kind = item.get("kind", "enumeration" if options else "string")
    if kind not in KINDS:
        raise ValueError(f"{where}: the kind {kind!r} of {name} is none of {', '.join(KINDS)}")
    return Property(name, kind, options, unique=bool(item.get("unique", False)), own=True)


def _pipeline(item: dict[str, Any], name: str, order: int, where: str) -> Pipeline:
    if not item.get("stages"):
        raise ValueError(f"{where} needs `stages`, a list with at least one")
    stages = [
        _stage(_object(one, f"{where}.stages[{place}]"), f"{where}.stages[{place}]")
        for place, one in enumerate(_list(item["stages"], f"{where}.stages"))
    ]
    return numbered(Pipeline(name, str(item.get("label", name)), stages, order))


def _stage(item: dict[str, Any], where: str) -> Stage:
    name, probability = _text(item, "id", where), item.get("probability", 0.5)
    if isinstance(probability, bool) or not isinstance(probability, (int, float)) or not 0 <= probability <= 1:
        raise ValueError(f"{where}.probability must be a number from 0 to 1, not {probability!r}")
    return Stage(name, str(item.get("label", name)), float(probability))
