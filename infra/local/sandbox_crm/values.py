"""Checking a property value and writing it as the CRM keeps it."""

import math
import re
from typing import Any

from .definitions import ObjectType, Property
from .errors import ValueProblem
from .owners import Directory
from .timestamps import iso, parse

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Checker:
    """Turns the values of a request into stored text, or says for each one why it cannot be."""

    def __init__(self, owners: Directory) -> None:
        self._owners = owners

    def check(
        self, kind: ObjectType, given: dict[str, Any], present: dict[str, str]
    ) -> tuple[dict[str, str], list[ValueProblem]]:
        """The values to store, `""` meaning "clear", and the problems. `present` are the values the
        record has now: a stage is judged in the pipeline that the record will be in."""
        kept: dict[str, str] = {}
        problems: list[ValueProblem] = []
        for name, value in given.items():
            definition = kind.properties.get(name)
            if definition is None:
                problems.append(
                    ValueProblem("PROPERTY_DOESNT_EXIST", name, f'Property "{name}" does not exist')
                )
            elif definition.read_only:
                text = f'"{name}" is a read only property; its value cannot be set.'
                problems.append(ValueProblem("READ_ONLY_VALUE", name, text))
            elif isinstance(found := self._value(definition, value), ValueProblem):
                problems.append(found)
            else:
                kept[name] = found
        problems.extend(_pipeline_problems(kind, kept, present))
        return kept, problems

    def _value(self, definition: Property, value: Any) -> str | ValueProblem:
        if value is None:
            return ""
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, (int, float)):
            value = str(value)
        if not isinstance(value, str):
            return ValueProblem("INVALID_TYPE", definition.name, "A property value is a string.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            text = "The value holds half of a character (a lone surrogate)."
            return ValueProblem("INVALID_STRING", definition.name, text)
        if value.strip() == "":
            return ""
        if definition.kind == "owner":
            return self._owner(definition, value.strip())
        return _KINDS.get(definition.kind, _string)(definition, value)

    def _owner(self, definition: Property, value: str) -> str | ValueProblem:
        if self._owners.get(value) is None:
            text = f"Owner with id {value} does not exist."
            return ValueProblem("INVALID_OWNER_ID", definition.name, text)
        return value


def _pipeline_problems(
    kind: ObjectType, kept: dict[str, str], present: dict[str, str]
) -> list[ValueProblem]:
    """A pipeline must exist, and a stage must be one of its stages."""
    if not kind.pipelines or not {"pipeline", "dealstage"} & kept.keys():
        return []
    pipeline = kept.get("pipeline") or present.get("pipeline") or next(iter(kind.pipelines))
    stages = kind.pipelines.get(pipeline)
    if stages is None:
        text = f"{pipeline} was not one of the pipelines: {', '.join(kind.pipelines)}."
        return [ValueProblem("INVALID_OPTION", "pipeline", text)]
    stage = kept.get("dealstage", present.get("dealstage", ""))
    if stage and stage not in {one.id for one in stages}:
        allowed = ", ".join(one.id for one in stages)
        text = f"{stage} was not one of the allowed options of pipeline {pipeline}: {allowed}."
        return [ValueProblem("INVALID_OPTION", "dealstage", text)]
    return []


def _string(_: Property, value: str) -> str:
    return value


def _number(definition: Property, value: str) -> str | ValueProblem:
    try:
        fine = math.isfinite(float(value))
    except ValueError:
        fine = False
    if not fine:
        return ValueProblem("INVALID_DOUBLE", definition.name, f"{value} was not a valid number.")
    return value.strip()


def _bool(definition: Property, value: str) -> str | ValueProblem:
    lowered = value.strip().lower()
    if lowered not in ("true", "false"):
        text = f"{value} was not one of the allowed options: true, false."
        return ValueProblem("INVALID_OPTION", definition.name, text)
    return lowered


def _moment(definition: Property, value: str) -> str | ValueProblem:
    ms = parse(value)
    if ms is None:
        text = f"{value} was not a valid time; write ISO 8601 or milliseconds since 1970."
        return ValueProblem("INVALID_DATE", definition.name, text)
    try:
        whole = iso(ms)
    except (OverflowError, ValueError, OSError):
        return ValueProblem("INVALID_DATE", definition.name, f"{value} is out of range for a time.")
    return whole[:10] if definition.kind == "date" else whole


def _option(definition: Property, value: str) -> str | ValueProblem:
    if definition.options and value not in definition.options:
        text = f"{value} was not one of the allowed options: {', '.join(definition.options)}."
        return ValueProblem("INVALID_OPTION", definition.name, text)
    return value


def _email(definition: Property, value: str) -> str | ValueProblem:
    lowered = value.strip().lower()
    if not _EMAIL.fullmatch(lowered):
        return ValueProblem("INVALID_EMAIL", definition.name, f"Email address {value} is invalid")
    return lowered


_KINDS = {
    "number": _number,
    "bool": _bool,
    "date": _moment,
    "datetime": _moment,
    "enumeration": _option,
    "email": _email,
}
