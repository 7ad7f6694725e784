"""Batches of up to 100 records: read, create, change, create or change, archive.

A batch is all or nothing, except for records that are not there. It becomes partial when each of its
inputs carries an `objectWriteTraceId`: then 207 tells by that id which ones were refused, and why.
"""

from collections.abc import Callable
from typing import Any

from . import body
from .call import Answer, Call
from .errors import ApiError, conflict, invalid
from .object_type import ObjectType
from .objects_api import ObjectsApi
from .record import Record
from .views import batch, failure, simple

MOST = 100
MOST_WITH_HISTORY = 50

Item = dict[str, Any]


class BatchesApi:
    """The paths under `…/{objectType}/batch`."""

    def __init__(self, objects: ObjectsApi) -> None:
        self._objects = objects
        self._store = objects.store
        self._writer = objects.writer

    def read(self, call: Call) -> Answer:
        """The records found, and 207 with the ids of those that are not."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        given = body.as_object(call.json())
        properties = body.texts(given, "properties")
        history = body.texts(given, "propertiesWithHistory")
        archived = body.flag(call.query, "archived")
        results, missing, seen = [], [], set()
        most = MOST_WITH_HISTORY if history else MOST
        for index, item in enumerate(body.inputs(given, most)):
            wanted = body.identifier(item, f"inputs[{index}]")
            record = self._objects.find(kind, _id_property(given), wanted, archived)
            if record is None:
                missing.append(wanted)
            elif record.id not in seen:
                seen.add(record.id)
                results.append(simple(record, properties, history))
        return batch(started, self._store.now(), results, missing, kind.singular)

    def create(self, call: Call) -> Answer:
        """201; every item is checked before the first is created."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        items = body.inputs(call.json())
        refused = _Refusals(items)
        checked = []
        for item in items:
            with refused.of(item):
                checked.append((item, self._writer.checked_create(kind, item, call.actor)))
        if not refused.partial:
            self._refuse_repeats(kind, [values for _, (values, _) in checked])
        results = []
        for item, one in checked:
            with refused.of(item):
                results.append(_traced(item, self._writer.commit(kind, one, call.actor)))
        done = self._store.now()
        return batch(started, done, results, [], kind.singular, 201, problems=refused.problems)

    def update(self, call: Call) -> Answer:
        """Changes those found, and 207 with the ids of those that are not."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        items = body.inputs(call.json())
        refused = _Refusals(items)
        found: list[tuple[Record, Item]] = []
        missing = []
        for index, item in enumerate(items):
            wanted = body.identifier(item, f"inputs[{index}]")
            record = self._objects.find(kind, _id_property(item), wanted)
            if record is None:
                missing.append(wanted)
                continue
            with refused.of(item):
                self._writer.checked(kind, item, record.properties, call.actor)
                found.append((record, item))
        _refuse_twice([record.id for record, _ in found])
        results = []
        for record, item in found:
            with refused.of(item):
                results.append(_traced(item, self._writer.update(record, item, call.actor)))
        done = self._store.now()
        return batch(started, done, results, missing, kind.singular, problems=refused.problems)

    def upsert(self, call: Call) -> Answer:
        """Changes the record with the unique value, or creates it with that value."""
        started = self._store.now()
        kind = self._objects.kind(call.parts["objectType"])
        items = body.inputs(call.json())
        refused = _Refusals(items)
        planned = []
        for index, item in enumerate(items):
            name, value = _id_property(item), body.identifier(item, f"inputs[{index}]")
            record = self._objects.find(kind, name, value)
            if record is None and name in (None, "hs_object_id"):
                raise invalid(f"inputs[{index}]: no record has the id {value}.")
            whole = _whole(item, name, value) if record is None else item
            with refused.of(item):
                self._writer.checked(kind, whole, record.properties if record else {}, call.actor)
                planned.append((name, value, whole))
        _refuse_twice([value.lower() for _, value, _ in planned])
        results = []
        for name, value, item in planned:
            with refused.of(item):
                results.append(_traced(item, self._upserted(kind, name, value, item, call)))
        done = self._store.now()
        return batch(started, done, results, [], kind.singular, problems=refused.problems)

    def archive(self, call: Call) -> Answer:
        """204, also for ids that are not there."""
        kind = self._objects.kind(call.parts["objectType"])
        for index, item in enumerate(body.inputs(call.json())):
            if record := self._store.get(kind, body.identifier(item, f"inputs[{index}]")):
                self._store.archive(record, call.actor)
        return 204, None

    def _upserted(
        self, kind: ObjectType, name: str | None, value: str, item: Item, call: Call
    ) -> dict[str, Any]:
        record = self._objects.find(kind, name, value)
        if record is None:
            shown = self._writer.create(kind, item, call.actor)
        else:
            shown = self._writer.update(record, item, call.actor)
        shown["properties"] = {key: text or "" for key, text in shown["properties"].items()}
        return shown | {"new": record is None}

    def _refuse_repeats(self, kind: ObjectType, listed: list[dict[str, str]]) -> None:
        for name, definition in kind.properties.items():
            if not definition.unique:
                continue
            given = [values[name] for values in listed if values.get(name)]
            taken = [value for value in given if self._store.find(kind, name, value)]
            if taken or len(set(given)) < len(given):
                title = kind.singular.capitalize()
                raise conflict(f"{title} already exists, or stands twice in the batch: {name}")


class _Refusals:
    """Gathers what was refused if the batch may be partial; otherwise the first refusal is the answer."""

    def __init__(self, items: list[Item]) -> None:
        traces = [item.get("objectWriteTraceId") for item in items]
        self.partial = all(isinstance(trace, str) and trace for trace in traces)
        if self.partial and len(set(traces)) < len(traces):
            raise invalid("Each `objectWriteTraceId` of a batch must be another one.")
        self.problems: list[dict[str, Any]] = []

    def of(self, item: Item) -> "_Guard":
        """Stands around what is done for one item."""
        return _Guard(self.partial, lambda why: self._add(item, why))

    def _add(self, item: Item, why: ApiError) -> None:
        self.problems.append(failure(why, {"objectWriteTraceId": [item["objectWriteTraceId"]]}))


class _Guard:
    def __init__(self, partial: bool, note: Callable[[ApiError], None]) -> None:
        self._partial = partial
        self._note = note

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _: Any, why: BaseException | None, __: Any) -> bool:
        if not self._partial or not isinstance(why, ApiError):
            return False
        self._note(why)
        return True


def _traced(item: Item, shown: dict[str, Any]) -> dict[str, Any]:
    trace = item.get("objectWriteTraceId")
    return shown | {"objectWriteTraceId": trace} if isinstance(trace, str) else shown


def _whole(item: Item, name: str | None, value: str) -> Item:
    """The item with the unique value that it is to be found by."""
    given = body.as_object(item.get("properties", {}), "`properties`")
    return {**item, "properties": {str(name): value, **given}}


def _refuse_twice(ids: list[str]) -> None:
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise invalid(f"Duplicate IDs found in batch input: {twice}. IDs must be unique")


def _id_property(given: Item) -> str | None:
    name = given.get("idProperty")
    if name is not None and not isinstance(name, str):
        raise invalid("`idProperty` must be the name of a property.")
    return name
