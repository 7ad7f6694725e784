"""Merging one record into another: both end, and a new one takes their place.

So it has been since January 2025: the new record has an id of its own, the primary record's values
win, the other's fill what it leaves empty, and either old id finds the new record.
"""

from .actors import Actor, merge
from .association_types import HUBSPOT, inverse, pair
from .record import Change, PastValue, Record
from .store import Store
from .timestamps import iso

OWN = ("hs_object_id", "hs_merged_object_ids", "hs_additional_emails")
"""Properties that the merge writes itself."""


def merge_records(store: Store, primary: Record, other: Record, actor: Actor) -> Record:
    """The record that both become; raises 409 if a third one has a unique value of it by now."""
    kind, by = primary.kind, merge(actor)
    values, moved = _values(primary, other)
    # Before anything changes: a merge that ends halfway would lose both.
    store.refuse_taken(kind, values, primary, other)
    at = max(store.now(), primary.updated + 1, other.updated + 1)
    heir = store.blank(kind, at)
    heir.created = min(primary.created, other.created)
    heir.properties = values | _own_values(heir, primary, other)
    for name in sorted({*primary.history, *other.history, *heir.properties}):
        heir.history[name] = _history(name, heir, primary, other, at, by)
    _take_links(store, heir, primary, other)
    _take_links(store, heir, other, primary)
    store.replace(primary, heir)
    store.replace(other, heir)
    store.adopt(heir, Change("merge", heir, at, by, merged=(primary.id, other.id), moved=moved))
    return heir


def _values(primary: Record, other: Record) -> tuple[dict[str, str], int]:
    """The values, and how many of them come from the other record."""
    values = {**other.properties, **primary.properties}
    values[primary.kind.created] = iso(min(primary.created, other.created))
    if stage := _furthest(primary, other):
        values["lifecyclestage"] = stage
    for name in OWN:
        values.pop(name, None)
    moved = [
        name
        for name, value in values.items()
        if value != primary.properties.get(name) and value == other.properties.get(name)
    ]
    return values, len(moved)


def _furthest(primary: Record, other: Record) -> str | None:
    """A lifecycle never goes back: the later stage of the two stays."""
    definition = primary.kind.properties.get("lifecyclestage")
    held = [record.properties.get("lifecyclestage") for record in (primary, other)]
    stages = [stage for stage in held if definition and stage in definition.options]
    return max(stages, key=definition.options.index) if definition and stages else None


def _own_values(heir: Record, primary: Record, other: Record) -> dict[str, str]:
    merged, emails = [], []
    for record in (primary, other):
        merged += [record.properties.get("hs_merged_object_ids", ""), record.id]
        emails.append(record.properties.get("hs_additional_emails", ""))
    if primary.properties.get("email"):
        emails.append(other.properties.get("email", ""))
    found = {"hs_object_id": heir.id, "hs_merged_object_ids": ";".join(filter(None, merged))}
    if "hs_additional_emails" in heir.kind.properties and any(emails):
        found["hs_additional_emails"] = ";".join(filter(None, emails))
    return found


def _history(
    name: str, heir: Record, primary: Record, other: Record, at: int, by: Actor
) -> list[PastValue]:
    """What either record held, newest first, with the value that now stands on top."""
    past = [*primary.history.get(name, ()), *other.history.get(name, ())]
    past.sort(key=lambda one: one.at, reverse=True)
    value = heir.properties.get(name, "")
    if not past or past[0].value != value:
        past.insert(0, PastValue(value, at, by))
    return past


def _take_links(store: Store, heir: Record, old: Record, beside: Record) -> None:
    """Associations of the old record become the heir's; a second primary company is only a company."""
    for key, specs in old.links.items():
        target = store.other_end(key)
        if target is None or target.key in (old.key, beside.key):
            continue
        target.links.pop(old.key, None)
        known = pair(heir.kind.name, target.kind.name)
        primary = (HUBSPOT, known.primary) if known and target.kind.name == "companies" else None
        taken = any(primary in held for held in heir.links.values())
        kept = {spec for spec in specs if not (taken and spec == primary)}
        heir.links.setdefault(key, set()).update(kept)
        back = {inverse(heir.kind.name, target.kind.name, spec) for spec in kept}
        target.links.setdefault(heir.key, set()).update(spec for spec in back if spec)
