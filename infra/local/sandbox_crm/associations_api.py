"""Associations between records: default, labelled, removed, and in batches."""

from typing import Any

from . import body, paging
from .association_types import HUBSPOT, Spec, label, pair
from .call import Answer, Call
from .errors import invalid, not_found
from .link_request import check_types, specs
from .object_type import ObjectType
from .objects_api import ObjectsApi
from .record import Record
from .views import batch

PAGE = 500
"""Associated records per record and page in a batch read."""
MOST_READ = 1000
MOST_WRITTEN = 2000


class AssociationsApi:
    """The paths under `/crm/objects/…/associations` and `/crm/associations/{version}`, and v4's."""

    def __init__(self, objects: ObjectsApi) -> None:
        self._objects = objects
        self._store = objects.store

    def put_default(self, call: Call) -> Answer:
        """PUT …/associations/default/…: the plain type, both ways."""
        started = self._store.now()
        source, target = self._ends(call, "fromObjectType", "fromObjectId")
        self._store.link(source, target, [], call.actor)
        return batch(started, self._store.now(), _defaults(source, target), [], source.kind.singular)

    def put_labelled(self, call: Call) -> Answer:
        """PUT …/associations/…: the given types; 201 with the labels that now stand."""
        source, target = self._ends(call, "objectType", "objectId")
        wanted = specs(call.json(), "the request body")
        check_types(source.kind, target.kind, wanted)
        standing = self._store.link(source, target, wanted, call.actor)
        return 201, _labels(source, target, standing)

    def page(self, call: Call) -> Answer:
        """GET …/associations/{toObjectType}: what one record is associated with, page by page."""
        kind = self._objects.kind(call.parts["objectType"])
        other = self._objects.kind(call.parts["toObjectType"])
        _require_pair(kind, other)
        record = self._store.get(kind, call.parts["objectId"])
        if record is None:
            raise not_found()
        page = paging.asked(call.query, PAGE, PAGE)
        held, more = page.cut(self._store.linked(record, other), lambda one: one[0].id)
        return 200, {"results": [_target(kind, *one) for one in held]} | more

    def types(self, call: Call) -> Answer:
        """GET …/labels: the types of association from one type of record to another."""
        kind, other = self._types(call)
        known = pair(kind.name, other.name)
        numbers = [] if known is None else filter(None, (known.primary, known.plain))
        return 200, {
            "results": [
                {
                    "category": HUBSPOT,
                    "typeId": number,
                    "label": label(kind.name, other.name, (HUBSPOT, number)),
                }
                for number in numbers
            ]
        }

    def delete(self, call: Call) -> Answer:
        """DELETE: every type between the two; 204 also if there was none."""
        source, target = self._ends(call, "objectType", "objectId")
        self._store.unlink(source, target, call.actor)
        return 204, None

    def batch_read(self, call: Call) -> Answer:
        """What each record is associated with; a record that has nothing is reported as missing."""
        started = self._store.now()
        kind, other = self._types(call)
        results, missing = [], []
        for index, item in enumerate(body.inputs(call.json(), MOST_READ)):
            wanted = body.identifier(item, f"inputs[{index}]")
            record = self._store.get(kind, wanted)
            linked = self._store.linked(record, other) if record else []
            page = paging.Page(body.after(item.get("after")), PAGE)
            held, more = page.cut(linked, lambda one: one[0].id)
            if not held:
                missing.append(wanted)
                continue
            found = {"from": {"id": wanted}, "to": [_target(kind, *one) for one in held]}
            results.append(found | more)
        reason = f"no {other.singular} is associated with them"
        return batch(started, self._store.now(), results, missing, kind.singular, reason=reason)

    def batch_create(self, call: Call) -> Answer:
        """Adds the given types to each pair of records."""
        started = self._store.now()
        planned, missing = self._planned(call, typed=True)
        results = []
        for source, target, wanted in planned:
            standing = self._store.link(source, target, wanted, call.actor)
            results.append(_labels(source, target, standing))
        kind, status = self._types(call)[0], 201 if _is_v4(call) else 200
        return batch(started, self._store.now(), results, missing, kind.singular, status)

    def batch_default(self, call: Call) -> Answer:
        """Adds the plain type to each pair of records."""
        started = self._store.now()
        planned, missing = self._planned(call, typed=False)
        results = []
        for source, target, _ in planned:
            self._store.link(source, target, [], call.actor)
            results.extend(_defaults(source, target))
        return batch(started, self._store.now(), results, missing, self._types(call)[0].singular)

    def batch_archive(self, call: Call) -> Answer:
        """Removes every type between a record and each of those listed with it."""
        started = self._store.now()
        kind, other = self._types(call)
        for index, item in enumerate(body.inputs(call.json(), MOST_WRITTEN)):
            source = self._store.get(kind, body.identifier(item.get("from"), f"inputs[{index}].from"))
            targets = item.get("to")
            if not isinstance(targets, list):
                raise invalid(f"inputs[{index}].to must be a list.")
            for one in targets:
                target = self._store.get(other, body.identifier(one, f"inputs[{index}].to"))
                if source and target:
                    self._store.unlink(source, target, call.actor)
        return _removed(call, batch(started, self._store.now(), [], [], kind.singular))

    def batch_labels_archive(self, call: Call) -> Answer:
        """Removes only the given types between each pair of records."""
        started = self._store.now()
        planned, missing = self._planned(call, typed=True)
        for source, target, wanted in planned:
            self._store.unlink(source, target, call.actor, set(wanted))
        kind = self._types(call)[0]
        return _removed(call, batch(started, self._store.now(), [], missing, kind.singular))

    def _types(self, call: Call) -> tuple[ObjectType, ObjectType]:
        kind = self._objects.kind(call.parts["fromObjectType"])
        other = self._objects.kind(call.parts["toObjectType"])
        _require_pair(kind, other)
        return kind, other

    def _ends(self, call: Call, type_part: str, id_part: str) -> tuple[Record, Record]:
        kind = self._objects.kind(call.parts[type_part])
        other = self._objects.kind(call.parts["toObjectType"])
        _require_pair(kind, other)
        source = self._store.get(kind, call.parts[id_part])
        target = self._store.get(other, call.parts["toObjectId"])
        if source is None or target is None:
            raise not_found("One of the two records does not exist.")
        return source, target

    def _planned(
        self, call: Call, typed: bool
    ) -> tuple[list[tuple[Record, Record, list[Spec]]], list[str]]:
        kind, other = self._types(call)
        planned, missing = [], []
        for index, item in enumerate(body.inputs(call.json(), MOST_WRITTEN)):
            where = f"inputs[{index}]"
            source_id = body.identifier(item.get("from"), f"{where}.from")
            target_id = body.identifier(item.get("to"), f"{where}.to")
            wanted = specs(item.get("types"), f"{where}.types") if typed else []
            check_types(kind, other, wanted)
            source, target = self._store.get(kind, source_id), self._store.get(other, target_id)
            if source is None or target is None:
                missing.append(source_id if source is None else target_id)
            else:
                planned.append((source, target, wanted))
        return planned, missing


def _is_v4(call: Call) -> bool:
    return call.path.startswith("/crm/v4/")


def _removed(call: Call, answer: Answer) -> Answer:
    """The dated version tells what a removal came to; v4 answers it without a body."""
    return (204, None) if _is_v4(call) else answer


def _require_pair(kind: ObjectType, other: ObjectType) -> None:
    if pair(kind.name, other.name) is None:
        raise invalid(f"{kind.name} and {other.name} cannot be associated.")


def _defaults(source: Record, target: Record) -> list[dict[str, Any]]:
    known = pair(source.kind.name, target.kind.name)
    if known is None:
        return []
    return [
        _default(source, target, known.plain),
        _default(target, source, known.plain_back),
    ]


def _default(source: Record, target: Record, number: int) -> dict[str, Any]:
    return {
        "from": {"id": source.id},
        "to": {"id": target.id},
        "associationSpec": {"associationCategory": HUBSPOT, "associationTypeId": number},
    }


def _labels(source: Record, target: Record, standing: set[Spec]) -> dict[str, Any]:
    found = (label(source.kind.name, target.kind.name, spec) for spec in sorted(standing))
    return {
        "fromObjectTypeId": source.kind.type_id,
        "fromObjectId": source.id,
        "toObjectTypeId": target.kind.type_id,
        "toObjectId": target.id,
        "labels": [text for text in found if text],
    }


def _target(kind: ObjectType, target: Record, standing: set[Spec]) -> dict[str, Any]:
    types = []
    for category, number in sorted(standing):
        shown: dict[str, Any] = {"category": category, "typeId": number}
        if text := label(kind.name, target.kind.name, (category, number)):
            shown["label"] = text
        types.append(shown)
    return {"toObjectId": target.id, "associationTypes": types}
