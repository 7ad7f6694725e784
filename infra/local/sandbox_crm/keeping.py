"""What the portal holds, kept in a file: every change is written before the request is answered.

Kept are records with their histories and associations, properties and pipelines as they were made,
who has left, and the account's settings. Faults, tokens with their limits, and the portal's own rules
are for one run. So are webhooks that were not delivered: in their place each record that changed in the last
two minutes before the end is told of once, as made or as deleted, whatever became of it. What the last run
told of merges and privacy deletions is not told again.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from journal import Change as Written
from journal import Damaged, Journal

from .account import Account
from .actors import Actor
from .built_in_types import built_in
from .definitions import Definitions
from .object_type import ObjectType
from .owners import Directory
from .pipeline import Pipeline, Stage
from .property_definition import Property
from .record import Change, Key, PastValue, Record
from .store import Store

TOLD_AGAIN_MS = 120_000
"""Webhooks of the last two minutes may not have been delivered when everything ended."""


class Keeper:
    """Writes what changes. Callers hold the store's lock."""

    def __init__(
        self, path: Path, store: Store, definitions: Definitions, owners: Directory, account: Account
    ) -> None:
        self._store, self._definitions, self._owners, self._account = store, definitions, owners, account
        self._journal = Journal(path)
        self._changed: dict[Key, None] = {}
        try:
            self._journal.read()
            self._restore()
        except (Damaged, KeyError, TypeError, ValueError, AttributeError) as why:
            raise ValueError(f"{path} is not what was kept: {why}") from why
        self._journal.open()
        self._journal.commit(one for one in self._everything() if self._journal.held.get(one[:2]) != one[2])
        store.listen(self._hear)

    def told_again(self) -> list[Record]:
        """The records of which webhooks may have been under way when the run before ended."""
        ended = max((record.updated for record in self._records()), default=0)
        return [one for one in self._records() if one.updated >= ended - TOLD_AGAIN_MS]

    def keep(self, types: bool) -> None:
        """Writes what has changed since the last call, `types` among it if those may have changed.
        Raises `OSError` if it cannot be written."""
        settings = self._settings() + (self._types() if types else [])
        changes = [(*key, self._written(key)) for key in self._changed]
        changes += [one for one in settings if self._journal.held.get(one[:2]) != one[2]]
        self._changed.clear()
        self._journal.commit(changes)

    def close(self) -> None:
        """Ends writing."""
        self._journal.close()

    def _hear(self, change: Change) -> None:
        self._changed[change.record.key] = None
        if change.target is not None:
            self._changed[change.target.key] = None
        if change.what in ("merge", "privacyDeletion"):
            # Associations of others lead elsewhere now, and the ends of these are gone.
            known = [key for key in self._journal.held if key[0] in self._definitions.types]
            self._changed |= dict.fromkeys([*known, *(one.key for one in self._records())])

    def _records(self) -> Iterable[Record]:
        return (record for held in self._store.records.values() for record in held.values())

    def _everything(self) -> list[Written]:
        records: list[Written] = [(*record.key, _record(record)) for record in self._records()]
        return records + self._settings() + self._types()

    def _written(self, key: Key) -> dict[str, Any] | None:
        record = self._store.other_end(key)
        return None if record is None else _record(record)

    def _settings(self) -> list[Written]:
        found: list[Written] = [("_settings", "account", asdict(self._account))]
        found += [("_settings", "heirs", [[*key, heir] for key, heir in self._store.heirs.items()])]
        found += [("_settings", "left", [owner.id for owner in self._owners if owner.archived])]
        found += [("_next", name, number) for name, number in self._store.next_ids.items()]
        return found

    def _types(self) -> list[Written]:
        return [("_type", name, _type(kind)) for name, kind in self._definitions.types.items()]

    def _restore(self) -> None:
        held = self._journal.held
        if not held:
            return
        for (part, name), value in held.items():
            if part == "_type":
                _restore_type(self._definitions.types[name], value)
        account = held[("_settings", "account")]
        self._account.time_zone, self._account.currency = account["time_zone"], account["currency"]
        self._account.currencies = tuple(account["currencies"])
        self._account.rates = dict(account.get("rates", self._account.rates))
        for owner in held[("_settings", "left")]:
            if self._owners.get(owner):
                self._owners.archive(owner, True)
        records = [
            _restored(self._definitions.types[part], name, value)
            for (part, name), value in held.items()
            if part in self._definitions.types
        ]
        heirs = {(kind, old): heir for kind, old, heir in held[("_settings", "heirs")]}
        ids = {name: int(value) for (part, name), value in held.items() if part == "_next"}
        self._store.restore_all(records, heirs, ids)


_BUILT_IN_PIPELINES = {name for kind in built_in() for name in kind.pipelines}
"""Where one of these is not kept, somebody has deleted it."""


def _type(kind: ObjectType) -> dict[str, Any]:
    return {
        "properties": [_property(one) for one in kind.properties.values()],
        "archived": [_property(one) for one in kind.archived_properties.values()],
        "pipelines": [asdict(one) for one in kind.pipelines.values()],
    }


def _property(one: Property) -> dict[str, Any]:
    return asdict(one) | {"options": list(one.options), "labels": list(one.labels)}


def _restore_type(kind: ObjectType, held: dict[str, Any]) -> None:
    def properties(listed: list[dict[str, Any]]) -> dict[str, Property]:
        made = [Property(**one) for one in listed]
        return {
            one.name: replace(one, options=tuple(one.options), labels=tuple(one.labels)) for one in made
        }

    # What this version has built in beyond the kept ones stays.
    kind.archived_properties = properties(held["archived"])
    kept = properties(held["properties"])
    built_in = {
        name: one for name, one in kind.properties.items() if name not in kind.archived_properties
    }
    kind.properties.clear()
    kind.properties.update(built_in | kept)
    known = {one["id"] for one in held["pipelines"]}
    given = [one for one in kind.pipelines.values() if one.id not in known | _BUILT_IN_PIPELINES]
    kind.pipelines.clear()
    for one in held["pipelines"]:
        pipeline = Pipeline(**one)
        pipeline.stages = [Stage(**stage) for stage in one["stages"]]
        kind.pipelines[pipeline.id] = pipeline
    # What the model needs that came since.
    kind.pipelines.update({one.id: one for one in given})


def _record(record: Record) -> dict[str, Any]:
    return {
        "created": record.created,
        "updated": record.updated,
        "archived": record.archived,
        "properties": dict(record.properties),
        "history": {
            name: [[one.value, one.at, one.actor.source_type, one.actor.source_id, one.actor.user_id] for one in past]
            for name, past in record.history.items()
        },
        "links": [[*key, sorted(list(spec) for spec in specs)] for key, specs in record.links.items()],
    }


def _restored(kind: ObjectType, record_id: str, held: dict[str, Any]) -> Record:
    return Record(
        kind,
        record_id,
        created=held["created"],
        updated=held["updated"],
        archived=held["archived"],
        properties=dict(held["properties"]),
        history={
            name: [PastValue(value, at, Actor(*actor)) for value, at, *actor in past]
            for name, past in held["history"].items()
        },
        links={
            (other, other_id): {(category, number) for category, number in specs}
            for other, other_id, specs in held["links"]
        },
    )
