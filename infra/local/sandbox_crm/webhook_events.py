"""What a change looks like as an event of an app's webhook."""

import itertools
from typing import Any

from .association_types import event_name
from .record import Change
from .timestamps import now_ms

FIRST_SUBSCRIPTION = 92_001
FIRST_EVENT = 100

_FLAGS = {
    "creation": "CREATED",
    "deletion": "DELETED",
    "restore": "RESTORED",
    "privacyDeletion": "DELETED",
}


class EventWriter:
    """Numbers events and subscriptions. The app is subscribed to everything that people see change
    on contacts, companies and deals; each property is a subscription of its own."""

    def __init__(self, portal: int, app_id: int, creation_changes: bool = False) -> None:
        self._portal = portal
        self._app_id = app_id
        self._creation_changes = creation_changes
        self._subscriptions: dict[tuple[str, str], int] = {}
        self._events = itertools.count(FIRST_EVENT)

    def go_on(self) -> None:
        """Numbers from the present time on, so that no number of an earlier run comes again."""
        self._events = itertools.count(now_ms())

    def write(self, change: Change) -> dict[str, Any] | None:
        """The event, without its `attemptNumber`; `None` if no subscription covers the change."""
        kind = change.record.kind
        if not kind.announced or (change.first and not self._creation_changes):
            return None
        if change.what == "propertyChange" and kind.properties[change.name].bookkeeping:
            return None
        if change.target is not None and not change.target.kind.announced:
            return None
        subscription = f"{kind.singular}.{change.what}"
        event = {
            "eventId": next(self._events),
            "subscriptionId": self._subscription(subscription, change.name),
            "portalId": self._portal,
            "appId": self._app_id,
            "occurredAt": change.at,
            "subscriptionType": subscription,
            "changeSource": change.actor.source_type,
            "sourceId": change.actor.source_id,
        }
        return event | _details(change)

    def _subscription(self, name: str, property_name: str) -> int:
        key = (name, property_name)
        return self._subscriptions.setdefault(key, FIRST_SUBSCRIPTION + len(self._subscriptions))


def _details(change: Change) -> dict[str, Any]:
    if change.target is not None:
        return {
            "associationType": event_name(change.record.kind.name, change.target.kind.name),
            "fromObjectId": int(change.record.id),
            "toObjectId": int(change.target.id),
            "associationRemoved": change.removed,
            "isPrimaryAssociation": change.primary,
        }
    if change.what == "merge":
        # Both are merged into a new record; whoever asks for an old id is given the new one.
        primary, *others = change.merged
        return {
            "primaryObjectId": int(primary),
            "mergedObjectIds": [int(other) for other in others],
            "newObjectId": int(change.record.id),
            "numberOfPropertiesMoved": change.moved,
        }
    details: dict[str, Any] = {"objectId": int(change.record.id)}
    if change.what == "propertyChange":
        return details | {"propertyName": change.name, "propertyValue": change.value}
    return details | {"changeFlag": _FLAGS[change.what]}
