"""Checking a property value and writing it as the CRM keeps it."""

import math
import re
from typing import Any

from .account import find_zone
from .availability import absences_problem, hours_problem
from .errors import ApiError, ValueProblem
from .object_type import ObjectType
from .owners import Directory
from .property_definition import Property
from .timestamps import DAY_MS, clock_time, iso, parse

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FREE = ("string", "html", "email", "working_hours", "absences")
"""Kinds whose values may begin or end with white space."""


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
            elif isinstance(found := self._value(definition, value, present), ValueProblem):
                problems.append(found)
            else:
                kept[name] = found
        problems.extend(_pipeline_problems(kind, kept, present))
        problems.extend(_hours_problems(kept, present))
        return kept, problems

    def _value(
        self, definition: Property, value: Any, present: dict[str, str]
    ) -> str | ValueProblem:
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
        if definition.kind not in _FREE and value != value.strip():
            text = f'"{value}" includes leading or trailing whitespace.'
            return ValueProblem("LEADING_TRAILING_WHITESPACE", definition.name, text)
        if definition.kind == "owner":
            return self._owner(definition, value, present)
        if definition.field_type == "checkbox":
            return _several(definition, value, present.get(definition.name, ""))
        return _KINDS.get(definition.kind, _string)(definition, value)

    def _owner(
        self, definition: Property, value: str, present: dict[str, str]
    ) -> str | ValueProblem:
        owner = self._owners.get(value)
        if owner is None:
            text = f"Owner with id {value} does not exist."
            return ValueProblem("INVALID_OWNER_ID", definition.name, text)
        if owner.archived and present.get(definition.name) != value:
            text = f"Owner with id {value} is deactivated; nothing more can be given to them."
            return ValueProblem("INVALID_OWNER_ID", definition.name, text)
        return value


def _pipeline_problems(
    kind: ObjectType, kept: dict[str, str], present: dict[str, str]
) -> list[ValueProblem]:
    """A pipeline must exist, and a stage must be one of its stages. A stage of another pipeline, with
    none named, takes the record along into that pipeline."""
    if not kind.pipelines or not {"pipeline", "dealstage"} & kept.keys():
        return []
    wanted = kept.get("pipeline") or present.get("pipeline") or next(iter(kind.pipelines))
    pipeline = kind.pipelines.get(wanted)
    if pipeline is None:
        text = f"{wanted} was not one of the allowed options: [{', '.join(kind.pipelines)}]"
        return [ValueProblem("INVALID_OPTION", "pipeline", text)]
    stage = kept.get("dealstage", present.get("dealstage", ""))
    if not stage or pipeline.stage(stage):
        return []
    home = next((one for one in kind.pipelines.values() if one.stage(stage)), None)
    if home and not kept.get("pipeline"):
        kept["pipeline"] = home.id
        return []
    allowed = ", ".join(one.id for one in pipeline)
    text = f"{stage} was not one of the allowed options of pipeline {wanted}: [{allowed}]"
    return [ValueProblem("INVALID_OPTION", "dealstage", text)]


def _hours_problems(kept: dict[str, str], present: dict[str, str]) -> list[ValueProblem]:
    """Hours say nothing without the time zone they are meant in."""
    zone = kept.get("hs_standard_time_zone", present.get("hs_standard_time_zone"))
    if kept.get("hs_working_hours") and not zone:
        text = "hs_standard_time_zone must be set before hs_working_hours."
        return [ValueProblem("INVALID_WORKING_HOURS", "hs_working_hours", text)]
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
    return value


def _bool(definition: Property, value: str) -> str | ValueProblem:
    lowered = value.lower()
    if lowered not in ("true", "false"):
        text = f"{value} was not one of the allowed options: [true, false]"
        return ValueProblem("INVALID_OPTION", definition.name, text)
    return lowered


def _moment(definition: Property, value: str) -> str | ValueProblem:
    """A date is midnight UTC and kept as a day; a datetime is any instant."""
    ms = parse(value)
    if ms is None:
        text = f"{value} was not a valid time; write ISO 8601 or milliseconds since 1970."
        return ValueProblem("INVALID_DATE", definition.name, text)
    try:
        whole = iso(ms)
    except (OverflowError, ValueError, OSError):
        return ValueProblem("INVALID_DATE", definition.name, f"{value} is out of range for a time.")
    if definition.kind == "date" and ms % DAY_MS:
        text = f"{value} is at {clock_time(ms)} UTC, not midnight!"
        return ValueProblem("INVALID_DATE", definition.name, text)
    return whole[:10] if definition.kind == "date" else whole


def _option(definition: Property, value: str) -> str | ValueProblem:
    if definition.options and value not in definition.options:
        text = f"{value} was not one of the allowed options: [{', '.join(definition.options)}]"
        return ValueProblem("INVALID_OPTION", definition.name, text)
    return value


def _several(definition: Property, value: str, present: str) -> str | ValueProblem:
    """Several options, joined by `;`. One before the first adds to those that are there."""
    added = [part for part in value.split(";") if part]
    for part in added:
        if isinstance(problem := _option(definition, part), ValueProblem):
            return problem
    kept = [part for part in present.split(";") if part] if value.startswith(";") else []
    return ";".join(dict.fromkeys(kept + added))


def _email(definition: Property, value: str) -> str | ValueProblem:
    lowered = value.strip().lower()
    if not _EMAIL.fullmatch(lowered):
        return ValueProblem("INVALID_EMAIL", definition.name, f"Email address {value} is invalid")
    return lowered


def _zone(definition: Property, value: str) -> str | ValueProblem:
    try:
        find_zone(value)
    except ApiError as why:
        return ValueProblem("INVALID_OPTION", definition.name, why.message)
    return value


def _hours(definition: Property, value: str) -> str | ValueProblem:
    if text := hours_problem(value):
        return ValueProblem("INVALID_WORKING_HOURS", definition.name, text)
    return value


def _absences(definition: Property, value: str) -> str | ValueProblem:
    if text := absences_problem(value):
        return ValueProblem("INVALID_OUT_OF_OFFICE_HOURS", definition.name, text)
    return value


_KINDS = {
    "number": _number,
    "bool": _bool,
    "date": _moment,
    "datetime": _moment,
    "enumeration": _option,
    "email": _email,
    "time_zone": _zone,
    "working_hours": _hours,
    "absences": _absences,
}
