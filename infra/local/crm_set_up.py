"""Sets the sandbox CRM up as the model needs it: somebody else's model names properties, stages and people that the
company of the example does not have, and a CRM refuses whatever it does not know."""

import json
from pathlib import Path
from typing import Any

import asking
from layout import Layout, shown
from problem import Problem
from sandbox_crm.object_type import ObjectType
from sandbox_crm.built_in_types import built_in
from sandbox_crm.owners import BUILT_IN

KINDS = {
    "single-line text": "string",
    "number": "number",
    "single checkbox": "bool",
    "date picker": "date",
    "date and time picker": "datetime",
    "HubSpot user": "owner",
    "dropdown": "enumeration",
}
"""What `fairlead crm setup` calls a property's kind, and the sandbox."""


def write(config: Path, source: str, layout: Layout) -> None:
    """Writes the files that the sandbox starts with, from what `fairlead crm setup` says of the model."""
    told = asking.fairlead("crm", "setup", "--config", str(config), "--source", source, "--json")
    if told.returncode != 0:
        raise Problem(
            f"What the model in {shown(config)} needs of its CRM cannot be told: {told.stderr.strip()}",
            "Run `make model`, then start again.",
        )
    needs = json.loads(told.stdout)
    layout.crm_owners.write_text(json.dumps(owners(needs)), encoding="utf-8")
    layout.crm_definitions.write_text(json.dumps(lacking(needs)), encoding="utf-8")


def owners(needs: dict[str, Any]) -> list[dict[str, Any]]:
    """The people of the example company, and those of the model in the place of whoever has their id. An id that is
    no number is none that this kind of CRM gives: `fairlead crm check` names it."""
    known = {
        str(number): {"id": number, "email": f"{first.lower()}@northwind.example", "firstName": first, "lastName": last}
        for number, first, last in BUILT_IN
    }
    for one in needs["owners"]:
        if one["id"].isascii() and one["id"].isdecimal():
            first, _, last = one["name"].partition(" ")
            known[one["id"]] = {"id": int(one["id"]), "email": one["email"], "firstName": first, "lastName": last}
    return list(known.values())


def lacking(needs: dict[str, Any]) -> dict[str, Any]:
    """The properties and pipelines that the sandbox does not bring along, as its file of definitions has them."""
    types = {kind.name: kind for kind in built_in()}
    properties: dict[str, list[dict[str, Any]]] = {}
    for one in needs["properties"]:
        kind = types.get(one["object"])
        if kind is not None and one["holds"] in KINDS and (made := _property(kind, one)):
            properties.setdefault(kind.name, []).append(made)
    pipelines: dict[str, list[dict[str, Any]]] = {}
    for one in needs["pipelines"]:
        kind = types.get(one["object"])
        if kind is not None and (made := _pipeline(kind, one)):
            pipelines.setdefault(kind.name, []).append(made)
    return {"properties": properties, "pipelines": pipelines}


def _property(kind: ObjectType, needed: dict[str, Any]) -> dict[str, Any]:
    """What is to be made of a property; nothing if it is there with every option. What is there and holds something
    else stays as it is: that is a mistake of the model, and `fairlead crm check` says so."""
    there, wanted = kind.properties.get(needed["name"]), needed["options"]
    made = {"name": needed["name"], "kind": KINDS[needed["holds"]], "options": wanted, "unique": needed["unique"]}
    if there is None:
        return made
    if there.kind != "enumeration" or set(wanted) <= set(there.options):
        return {}
    return made | {"kind": "enumeration", "options": [*there.options, *(it for it in wanted if it not in there.options)]}


def _pipeline(kind: ObjectType, needed: dict[str, Any]) -> dict[str, Any]:
    there = kind.pipelines.get(needed["id"])
    known = [{"id": one.id, "label": one.label, "probability": one.probability} for one in there.stages] if there else []
    names = {one["id"] for one in known}
    added = [stage for stage in needed["stages"] if stage["id"] not in names]
    if not added:
        return {}
    label = there.label if there else needed["id"].replace("_", " ").capitalize()
    # The ends of a pipeline stand last, here as in every portal.
    open_ones = [one for one in known if 0 < one["probability"] < 1]
    return {"id": needed["id"], "label": label, "stages": [*open_ones, *added, *(it for it in known if it not in open_ones)]}
