"""What a property of a record is: its type, its options, and who may set it."""

from dataclasses import dataclass
from typing import Any

from .timestamps import iso

KINDS = ("string", "number", "bool", "date", "datetime", "enumeration", "email", "owner")
"""The kinds that a file of definitions may use."""


@dataclass(frozen=True)
class Shape:
    """HubSpot's `type` and `fieldType`. External options are kept elsewhere: in the owners or in the
    pipelines, and the definition lists none of them."""

    type: str
    field_type: str
    external: bool = False
    referenced: str | None = None


SHAPES = {
    "string": Shape("string", "text"),
    "number": Shape("number", "number"),
    "bool": Shape("bool", "booleancheckbox"),
    "date": Shape("date", "date"),
    "datetime": Shape("datetime", "date"),
    "enumeration": Shape("enumeration", "select"),
    "email": Shape("string", "text"),
    "owner": Shape("enumeration", "select", external=True, referenced="OWNER"),
    "pipeline": Shape("enumeration", "select", external=True),
    "stage": Shape("enumeration", "radio", external=True),
    "phone_number": Shape("phone_number", "phonenumber"),
    "html": Shape("string", "html"),
    "time_zone": Shape("string", "text"),
    "working_hours": Shape("string", "text"),
    "absences": Shape("string", "text"),
}


@dataclass(frozen=True)
class Property:
    """`kind` is one of `SHAPES`. A bookkeeping property is kept by the CRM itself and announced by no
    webhook. `labels` belong to `options`, in the same order; `own` is one that the portal made."""

    name: str
    kind: str = "string"
    options: tuple[str, ...] = ()
    read_only: bool = False
    bookkeeping: bool = False
    unique: bool = False
    label: str = ""
    labels: tuple[str, ...] = ()
    group: str = ""
    field_type: str = ""
    description: str = ""
    own: bool = False
    made: int = 0


def words(name: str) -> str:
    """A label for a property that has none: `hs_task_body` is called "Task body"."""
    return name.removeprefix("hs_").removeprefix("hubspot_").replace("_", " ").capitalize()


def shown(one: Property, group: str, archived: bool = False) -> dict[str, Any]:
    """The definition as HubSpot's `Property`."""
    shape = SHAPES[one.kind]
    labels = one.labels or tuple(words(value.lower()) for value in one.options)
    options = [("true", "Yes"), ("false", "No")] if one.kind == "bool" else zip(one.options, labels)
    answer: dict[str, Any] = {
        "name": one.name,
        "label": one.label or words(one.name),
        "type": shape.type,
        "fieldType": one.field_type or shape.field_type,
        "description": one.description,
        "groupName": one.group or group,
        "options": [
            {"label": text, "value": value, "displayOrder": index, "hidden": False}
            for index, (value, text) in enumerate(options)
        ],
        "createdAt": iso(one.made),
        "updatedAt": iso(one.made),
        "archived": archived,
        "calculated": False,
        "displayOrder": -1,
        "externalOptions": shape.external,
        "formField": not (one.read_only or one.bookkeeping),
        "hasUniqueValue": one.unique,
        "hidden": False,
        "hubspotDefined": not one.own,
        "modificationMetadata": {
            "archivable": one.own,
            "readOnlyDefinition": not one.own,
            "readOnlyOptions": not one.own,
            "readOnlyValue": one.read_only,
        },
    }
    if shape.referenced:
        answer["referencedObjectType"] = shape.referenced
    return answer
