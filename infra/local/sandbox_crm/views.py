"""How records are written in answers: HubSpot's `SimplePublicObject` and its relatives."""

from typing import Any

from .association_types import names
from .errors import ApiError
from .object_type import ObjectType
from .record import PastValue, Record
from .store import Store
from .timestamps import iso


def simple(
    record: Record, properties: list[str] | None = None, history: list[str] | None = None
) -> dict[str, Any]:
    """A record with the asked properties (those it lacks are null, those its type lacks are left
    out), or with the default ones if none are asked for."""
    kind = record.kind
    wanted = [*(properties or ()), *(history or ())]
    shown = {*(wanted or kind.shown), *kind.always}
    answer: dict[str, Any] = {
        "id": record.id,
        "properties": {
            name: record.properties.get(name) for name in sorted(shown) if name in kind.properties
        },
        "createdAt": iso(record.created),
        "updatedAt": iso(record.updated),
        "archived": record.archived is not None,
    }
    if record.archived is not None:
        answer["archivedAt"] = iso(record.archived)
    if history:
        answer["propertiesWithHistory"] = {
            name: [_past(one) for one in record.history.get(name, ())]
            for name in history
            if name in kind.properties
        }
    return answer


def without_nulls(answer: Any) -> Any:
    """The same answer as v3's document has it, which knows no null among the properties: what is empty
    is an empty text."""
    if isinstance(answer, list):
        return [without_nulls(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    changed = dict(answer)
    if "results" in answer:
        changed["results"] = without_nulls(answer["results"])
    if isinstance(answer.get("properties"), dict):
        changed["properties"] = {name: value or "" for name, value in answer["properties"].items()}
    return changed


def with_associations(store: Store, record: Record, kinds: list[ObjectType]) -> dict[str, Any]:
    """The `associations` member of a record: one list per type that has any."""
    found = {}
    for kind in kinds:
        results = [
            {"id": target.id, "type": name}
            for target, specs in store.linked(record, kind)
            for name in names(record.kind.name, kind.name, specs)
        ]
        if results:
            found[kind.name] = {"results": results}
    return {"associations": found} if found else {}


def _past(one: PastValue) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "value": one.value,
        "timestamp": iso(one.at),
        "sourceType": one.actor.source_type,
        "sourceId": one.actor.source_id,
    }
    if one.actor.user_id is not None:
        shown["updatedByUserId"] = one.actor.user_id
    return shown


def failure(why: ApiError, context: dict[str, list[str]]) -> dict[str, Any]:
    """One entry of a batch's `errors`: HubSpot's `StandardError`."""
    return {
        "status": "error",
        "category": why.category,
        "message": why.message,
        "context": {**why.context, **context},
        "errors": why.errors,
        "links": {},
    }


def batch(
    started: int,
    completed: int,
    results: list[Any],
    missing: list[str],
    kind: str,
    status: int = 200,
    reason: str = "they may be deleted or not exist",
    problems: list[dict[str, Any]] | None = None,
) -> tuple[int, dict[str, Any]]:
    """The answer to a batch. If some records are missing or were refused the status is 207. HubSpot's
    document for the dated version gives a shape for full success and one for errors but none for 207,
    so that answer carries the members of both and can be read as either."""
    answer: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": iso(started),
        "completedAt": iso(completed),
    }
    errors = list(problems or ())
    if missing:
        text = f"Could not get some {kind.upper()} objects: {reason}."
        errors.append(failure(ApiError(207, "OBJECT_NOT_FOUND", text), {"ids": missing}))
    if not errors:
        return status, answer
    whole = ApiError(207, errors[-1]["category"], errors[-1]["message"]).body()
    count = len(missing) + len(problems or ())
    return 207, whole | answer | {"numErrors": count, "errors": errors}
