"""The definitions of properties: listed, read, made, changed, archived."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import body
from .call import Answer, Call
from .errors import conflict, invalid, not_found
from .object_type import ObjectType
from .objects_api import ObjectsApi
from .portal_rules import PortalRules
from .property_definition import SHAPES, Property, shown
from .views import batch

TYPES = ("string", "number", "bool", "date", "datetime", "enumeration", "phone_number")
FIELD_TYPES = (
    "booleancheckbox",
    "calculation_equation",
    "checkbox",
    "date",
    "file",
    "html",
    "number",
    "phonenumber",
    "radio",
    "select",
    "text",
    "textarea",
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


class PropertiesApi:
    """The paths under `/crm/properties/{version}/{objectType}` and `/crm/v3/properties/{objectType}`."""

    def __init__(self, objects: ObjectsApi, rules: PortalRules) -> None:
        self._objects = objects
        self._store = objects.store
        self._rules = rules

    def page(self, call: Call) -> Answer:
        """GET all, or those that were archived."""
        kind, archived = self._kind(call), body.flag(call.query, "archived")
        held = kind.archived_properties if archived else kind.properties
        return 200, {"results": [shown(one, kind.group, archived) for one in held.values()]}

    def read(self, call: Call) -> Answer:
        """GET one."""
        kind, archived = self._kind(call), body.flag(call.query, "archived")
        return 200, shown(_held(kind, call.parts["propertyName"], archived), kind.group, archived)

    def create(self, call: Call) -> Answer:
        """POST one of the portal's own."""
        kind, given = self._kind(call), body.as_object(call.json())
        name = given.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise invalid("`name` must be lower case letters, digits and underscores.")
        if name in kind.properties:
            raise conflict(f"Property {name} already exists.")
        if given.get("type") not in TYPES:
            raise invalid(f"`type` must be one of {', '.join(TYPES)}.")
        blank = Property(name, _kind_of(given["type"]), own=True, made=self._store.now())
        kind.properties[name] = _filled(blank, given, needed=("label", "groupName", "fieldType"))
        kind.archived_properties.pop(name, None)
        return 201, shown(kind.properties[name], kind.group)

    def update(self, call: Call) -> Answer:
        """PATCH label, description, group, field type or options."""
        kind, given = self._kind(call), body.as_object(call.json())
        held = _held(kind, call.parts["propertyName"])
        kind.properties[held.name] = _filled(held, given)
        return 200, shown(kind.properties[held.name], kind.group)

    def archive(self, call: Call) -> Answer:
        """DELETE one of the portal's own; the CRM's stay."""
        kind = self._kind(call)
        held = _held(kind, call.parts["propertyName"])
        if not held.own:
            raise invalid(f"{held.name} is one of the CRM's own properties and cannot be archived.")
        self._rules.forget_property(kind, held.name)
        kind.archived_properties[held.name] = kind.properties.pop(held.name)
        return 204, None

    def batch_read(self, call: Call) -> Answer:
        """POST names; 207 with those that there are not."""
        started, kind = self._store.now(), self._kind(call)
        given = body.as_object(call.json())
        results, missing = [], []
        for index, item in enumerate(body.inputs(given)):
            name = item.get("name")
            if not isinstance(name, str):
                raise invalid(f"inputs[{index}] needs a `name`, a string.")
            if name in kind.properties:
                results.append(shown(kind.properties[name], kind.group))
            else:
                missing.append(name)
        return batch(started, self._store.now(), results, missing, "property")

    def _kind(self, call: Call) -> ObjectType:
        return self._objects.kind(call.parts["objectType"])


def _held(kind: ObjectType, name: str, archived: bool = False) -> Property:
    held = (kind.archived_properties if archived else kind.properties).get(name)
    if held is None:
        raise not_found(f"Property {name} of {kind.name} does not exist.")
    return held


def _kind_of(name: str) -> str:
    return name if name in SHAPES else "string"


def _filled(one: Property, given: dict[str, Any], needed: tuple[str, ...] = ()) -> Property:
    texts: dict[str, str] = {}
    for member, name in _MEMBERS.items():
        value = given.get(member)
        if value is None and member not in needed:
            continue
        if not isinstance(value, str) or not _FITS.get(member, bool)(value):
            raise invalid(f"`{member}` of a property cannot be {value!r}.")
        texts[name] = value
    changed = replace(one, **texts, unique=given.get("hasUniqueValue", one.unique) is True)
    if "options" not in given:
        return changed
    values, labels = _options(given["options"])
    return replace(changed, options=values, labels=labels)


_MEMBERS = {
    "label": "label",
    "groupName": "group",
    "fieldType": "field_type",
    "description": "description",
}
_FITS: dict[str, Callable[[str], bool]] = {
    "fieldType": lambda value: value in FIELD_TYPES,
    "description": lambda _: True,
}


def _options(listed: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not isinstance(listed, list):
        raise invalid("`options` must be a list.")
    values, labels = [], []
    for index, item in enumerate(listed):
        held = body.as_object(item, f"options[{index}]")
        value, label = held.get("value"), held.get("label")
        if not isinstance(value, str) or not isinstance(label, str) or value in values:
            raise invalid(f"options[{index}] needs a `label` and a `value` of its own.")
        values.append(value)
        labels.append(label)
    return tuple(values), tuple(labels)
