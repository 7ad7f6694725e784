"""Batches of up to 100 records: read, create, change, create or change, archive."""

from typing import Any

from . import body
from .call import Answer, Call
from .definitions import ObjectType
from .errors import conflict, invalid
from .objects_api import ObjectsApi
from .record import Record
from .views import batch, simple


class BatchesApi:
    """The paths under `/crm/objects/{version}/{objectType}/batch`."""

    def __init__(self, objects: ObjectsApi) -> None:
        self._objects = objects
        self._store = objects.store

    def read(self, call: Call) -> Answer:
        """The records found, and 207 with the ids of those that are not."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        given = body.as_object(call.json())
        properties = body.texts(given, "properties")
        history = body.texts(given, "propertiesWithHistory")
        archived = body.flag(call.query, "archived")
        results, missing, seen = [], [], set()
        for index, item in enumerate(body.inputs(given)):
            wanted = body.identifier(item, f"inputs[{index}]")
            record = self._objects.find(kind, _id_property(given), wanted, archived)
            if record is None:
                missing.append(wanted)
            elif record.id not in seen:
                seen.add(record.id)
                results.append(simple(record, properties, history))
        return batch(started, self._store.now(), results, missing, kind.singular)

    def create(self, call: Call) -> Answer:
        """All or none: every item is checked before the first is created."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        checked = [self._objects.checked_create(kind, item) for item in body.inputs(call.json())]
        self._refuse_repeats(kind, [values for values, _ in checked])
        results = [
            self._objects.commit_create(kind, values, links, call.actor) for values, links in checked
        ]
        return batch(started, self._store.now(), results, [], kind.singular, 201)

    def update(self, call: Call) -> Answer:
        """Changes those found, and 207 with the ids of those that are not."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        found: list[tuple[Record, dict[str, Any]]] = []
        missing = []
        for index, item in enumerate(body.inputs(call.json())):
            wanted = body.identifier(item, f"inputs[{index}]")
            record = self._objects.find(kind, _id_property(item), wanted)
            if record is None:
                missing.append(wanted)
            else:
                self._objects.checked(kind, item, record.properties)
                found.append((record, item))
        results = [self._objects.update_one(record, item, call.actor) for record, item in found]
        return batch(started, self._store.now(), results, missing, kind.singular)

    def upsert(self, call: Call) -> Answer:
        """Changes the record with the unique value, or creates it with that value."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        planned = []
        for index, item in enumerate(body.inputs(call.json())):
            name, value = _id_property(item), body.identifier(item, f"inputs[{index}]")
            record = self._objects.find(kind, name, value)
            if record is None and name in (None, "hs_object_id"):
                raise invalid(f"inputs[{index}]: no record has the id {value}.")
            present = record.properties if record else {}
            self._objects.checked(kind, item, present)
            planned.append((name, value, item))
        results = []
        for name, value, item in planned:
            record = self._objects.find(kind, name, value)
            if record is None:
                given = {**item, "properties": {str(name): value, **item.get("properties", {})}}
                shown = self._objects.create_one(kind, given, call.actor)
            else:
                shown = self._objects.update_one(record, item, call.actor)
            shown["properties"] = {key: text or "" for key, text in shown["properties"].items()}
            results.append(shown | {"new": record is None})
        return batch(started, self._store.now(), results, [], kind.singular)

    def archive(self, call: Call) -> Answer:
        """204, also for ids that are not there."""
        kind = self._objects.kind(call.parts["objectType"])
        for index, item in enumerate(body.inputs(call.json())):
            if record := self._store.get(kind, body.identifier(item, f"inputs[{index}]")):
                self._store.archive(record, call.actor)
        return 204, None

    def _refuse_repeats(self, kind: ObjectType, listed: list[dict[str, str]]) -> None:
        for name, definition in kind.properties.items():
            if not definition.unique:
                continue
            given = [values[name] for values in listed if values.get(name)]
            taken = [value for value in given if self._store.find(kind, name, value)]
            if taken or len(set(given)) < len(given):
                title = kind.singular.capitalize()
                raise conflict(f"{title} already exists, or stands twice in the batch: {name}")


def _id_property(given: dict[str, Any]) -> str | None:
    name = given.get("idProperty")
    if name is not None and not isinstance(name, str):
        raise invalid("`idProperty` must be the name of a property.")
    return name
