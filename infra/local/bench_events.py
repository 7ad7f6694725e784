"""What `make bench` sends each function: an event of the shape it expects, so that it comes as far
as its first call of a cloud service."""

import json
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from event_version import EVENT_VERSION

# Ids of events and decisions are 32 hexadecimal digits.
ID = "be" * 16


def _coming_morning() -> str:
    """A Wednesday's morning that is still to come: an event counts for the business's time only where it
    is ahead of the machine's, and at night nobody gets a digest."""
    now = datetime.now(timezone.utc)
    ahead = timedelta(days=(2 - now.weekday()) % 7 or 7)
    return (now + ahead).strftime("%Y-%m-%dT07:05:00Z")


MORNING = _coming_morning()

NAMES_AND_DATA: dict[str, tuple[str, dict[str, Any]]] = {
    "crm-sync": (
        "record.noticed",
        {"property": None, "occurred": MORNING, "deleted": False},
    ),
    "daily-digest": ("tick", {"at": MORNING}),
    "notify": ("notice.requested", {"to": "anna", "notice": {"lead_assigned": {"rule": "bench", "respond_by": None}}}),
    "crm-writeback": ("crm_write.requested", {"write": {"owner": {"to": "anna", "only_if": None}}}),
}
CHANGED = ("record.changed", {"changed": [], "modified": MORNING, "first": True, "contact": None})


def event(function: str, source: str) -> bytes:
    """The event for a function, as Lambda would hand it over; `source` is the model's name of the CRM."""
    if function == "webhook-intake":
        return json.dumps(_request(f"/webhooks/{source}")).encode()
    if function == "views":
        return json.dumps(_request(f"/views/v1.00000000.{source}.bench", "GET")).encode()
    name, data = NAMES_AND_DATA.get(function, CHANGED)
    record = {"source": source, "kind": "lead", "id": "1"}
    detail = _detail(name, data, record)
    if function == "event-publisher":
        image = {"pk": {"S": f"A#{source}:lead:1"}, "sk": {"S": ID}, "body": _attribute(_audit(detail, record))}
        change = {"NewImage": image, "SequenceNumber": "1", "StreamViewType": "NEW_IMAGE"}
        return json.dumps({"Records": [{"eventID": "1", "eventName": "INSERT", "dynamodb": change}]}).encode()
    body = {"id": "bench", "source": "fairlead", "detail-type": name, "time": MORNING, "detail": detail}
    message = {"messageId": "1", "body": json.dumps(body), "attributes": {"ApproximateReceiveCount": "1"}}
    return json.dumps({"Records": [message | {"eventSource": "aws:sqs", "messageAttributes": {}}]}).encode()


def _detail(name: str, data: dict[str, Any], record: dict[str, str]) -> dict[str, Any]:
    return {
        "id": ID,
        "name": name,
        "version": EVENT_VERSION,
        "time": MORNING,
        "record": record,
        "sequence": 1,
        "revision": {"number": 0, "hash": "bench"},
        "causation": ID,
        "correlation": ID,
        "data": data,
    }


def _audit(event_of_it: dict[str, Any], record: dict[str, str]) -> dict[str, Any]:
    return {
        "decision": ID,
        "function": "lead-routing",
        "subject": {"record": record},
        "event": ID,
        "event_name": "record.changed",
        "correlation": ID,
        "at": MORNING,
        "sequence": 1,
        "revision": {"number": 0, "hash": "bench"},
        "facts": {},
        "reasons": [],
        "outcome": "bench",
        "events": [event_of_it],
    }


def _attribute(value: Any) -> dict[str, Any]:
    """A value in DynamoDB's JSON."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [_attribute(item) for item in value]}
    return {"M": {name: _attribute(item) for name, item in value.items()}}


def _request(path: str, method: str = "POST") -> dict[str, Any]:
    now = int(time.time() * 1000)
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"x-hubspot-signature-v3": "c2ln", "x-hubspot-request-timestamp": str(now)},
        "requestContext": {"http": {"method": method, "path": path}, "requestId": "bench", "timeEpoch": now},
        "isBase64Encoded": False,
        "body": "[]",
    }
