"""Everything the sandbox knows, in memory. Values come in checked; callers hold `lock`."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from .actors import Actor
from .association_types import HUBSPOT, Spec, inverse, pair
from .definitions import Definitions
from .errors import conflict
from .object_type import ObjectType
from .record import Change, Key, PastValue, Record
from .timestamps import iso, now_ms, parse

Listener = Callable[[Change], None]


class Store:
    """Records by type and id, the next id of each type, and of what was merged who took its place.
    `revision` rises with every change, so that a page can tell whether anything is new."""

    def __init__(self, definitions: Definitions, clock: Callable[[], int] = now_ms) -> None:
        self.lock = threading.RLock()
        self.revision = 0
        self._clock = clock
        self.records: dict[str, dict[str, Record]] = {name: {} for name in definitions.types}
        self.next_ids = {name: kind.first_id for name, kind in definitions.types.items()}
        self._unique: dict[tuple[str, str, str], str] = {}
        self.heirs: dict[Key, str] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tells `listener` of every change, while the lock is held: it must be quick."""
        self._listeners.append(listener)

    def now(self) -> int:
        """The time of the store's clock."""
        return self._clock()

    def get(self, kind: ObjectType, record_id: str, archived: bool = False) -> Record | None:
        """The record with this id, if it is (or is not) archived as asked; the id of one that was
        merged into another finds the other."""
        record_id = self.heirs.get((kind.name, record_id), record_id)
        record = self.records[kind.name].get(record_id)
        if record is None or (record.archived is not None) != archived:
            return None
        return record

    def find(
        self, kind: ObjectType, name: str | None, value: str, archived: bool = False
    ) -> Record | None:
        """The record whose unique property `name` has this value; no name means the id. Several
        archived ones may have had it: the one put away last is found."""
        if name in (None, "hs_object_id"):
            return self.get(kind, value, archived)
        wanted = value.strip().lower()
        if archived:
            # What is archived holds its values no more, so no index leads to it.
            held = (one for one in self.all(kind, archived) if one.properties.get(name, "").lower() == wanted)
            return max(held, key=lambda one: one.archived or 0, default=None) if wanted else None
        found = self._unique.get((kind.name, name, wanted))
        return self.get(kind, found) if found else None

    def all(self, kind: ObjectType, archived: bool = False) -> Iterator[Record]:
        """Every record of a type, oldest id first."""
        for record in self.records[kind.name].values():
            if (record.archived is not None) == archived:
                yield record

    def create(self, kind: ObjectType, values: dict[str, str], actor: Actor) -> Record:
        """A new record; raises 409 if a unique value is taken."""
        self.refuse_taken(kind, values)
        at = self._clock()
        record = self.blank(kind, at)
        first = {"hs_object_id": record.id, kind.created: iso(at)}
        if kind.pipelines:
            first["pipeline"] = next(iter(kind.pipelines))
        self._tell(Change("creation", record, at, actor))
        given = {name: value for name, value in values.items() if value}
        self._write(record, first | given, at, actor, first=True)
        self._stamp(record, at, actor)
        return record

    def refuse_taken(self, kind: ObjectType, values: dict[str, str], *but: Record) -> None:
        """Raises 409 if a unique value belongs to a record other than these."""
        for name, value in values.items():
            if not value or not _unique(kind, name):
                continue
            holder = self._unique.get((kind.name, name, value.lower()))
            if holder and holder not in {one.id for one in but}:
                title = kind.singular.capitalize()
                raise conflict(f"{title} already exists. Existing ID: {holder}")

    def blank(self, kind: ObjectType, at: int) -> Record:
        """A new record without any value, of which nobody is told."""
        record = Record(kind, str(self.next_ids[kind.name]), created=at, updated=at)
        self.next_ids[kind.name] += 1
        self.records[kind.name][record.id] = record
        return record

    def update(self, record: Record, values: dict[str, str], actor: Actor) -> bool:
        """Sets values; what already stands changes nothing, and if nothing changes at all then
        neither does the time of modification. Tells whether anything changed."""
        self.refuse_taken(record.kind, values, record)
        at = max(self._clock(), record.updated + 1)
        if not self._write(record, values, at, actor):
            return False
        self._stamp(record, at, actor)
        return True

    def archive(self, record: Record, actor: Actor) -> None:
        """Puts a record away; its unique values are free again, its associations rest."""
        at = max(self._clock(), record.updated + 1)
        record.archived = at
        record.updated = at
        self._free(record)
        self._tell(Change("deletion", record, at, actor))

    def restore(self, record: Record, actor: Actor) -> None:
        """Takes an archived record back with its associations; raises 409 if another holds a unique
        value of it by now."""
        self.refuse_taken(record.kind, record.properties, record)
        at = max(self._clock(), record.updated + 1)
        record.archived = None
        self._hold(record)
        self._stamp(record, at, actor)
        self._tell(Change("restore", record, at, actor))

    def purge(self, record: Record, actor: Actor) -> None:
        """Deletes a record for good, as a person may demand it: nothing of it is left to be read."""
        at = max(self._clock(), record.updated + 1)
        self._tell(Change("privacyDeletion", record, at, actor))
        if record.archived is None:
            self._tell(Change("deletion", record, at, actor))
        self._remove(record)
        for key in [*record.links]:
            if other := self.other_end(key):
                other.links.pop(record.key, None)

    def replace(self, old: Record, heir: Record) -> None:
        """Takes a record out of the store; whoever asks for it is given the heir from now on."""
        self._remove(old)
        for key, held in self.heirs.items():
            if key[0] == old.kind.name and held == old.id:
                self.heirs[key] = heir.id
        self.heirs[old.key] = heir.id

    def restore_all(self, records: list[Record], heirs: dict[Key, str], next_ids: dict[str, int]) -> None:
        """Holds exactly these from now on, as an earlier run left them; nobody is told."""
        self._unique.clear()
        for held in self.records.values():
            held.clear()
        for record in sorted(records, key=lambda one: int(one.id)):
            self.records[record.kind.name][record.id] = record
            if record.archived is None:
                self._hold(record)
        self.heirs = heirs
        self.next_ids |= next_ids
        self.revision += 1

    def adopt(self, record: Record, change: Change) -> None:
        """Takes over a record whose values were put together elsewhere, and tells of it."""
        self._hold(record)
        self._stamp(record, change.at, change.actor)
        self._tell(change)

    def other_end(self, key: Key) -> Record | None:
        """The record that an association leads to, archived or not."""
        return self.records[key[0]].get(key[1])

    def linked(self, record: Record, kind: ObjectType) -> list[tuple[Record, set[Spec]]]:
        """The records of a type that this one is associated with, and how."""
        found = []
        for (name, record_id), specs in record.links.items():
            if name == kind.name and (target := self.get(kind, record_id)):
                found.append((target, specs))
        return sorted(found, key=lambda one: int(one[0].id))

    def link(self, source: Record, target: Record, specs: list[Spec], actor: Actor) -> set[Spec]:
        """Associates two records, with the given types beside the plain one. The first company of a
        contact or deal is its primary one. Returns the types that now stand, seen from `source`."""
        known = pair(source.kind.name, target.kind.name)
        if known is None:
            return set()
        wanted = {*specs, (HUBSPOT, known.plain)}
        if known.primary is not None:
            self._settle_primary(source, target, wanted, (HUBSPOT, known.primary))
        before = set(source.links.get(target.key, ()))
        if wanted <= before:
            return before
        for spec in wanted:
            back = inverse(source.kind.name, target.kind.name, spec)
            source.links.setdefault(target.key, set()).add(spec)
            if back:
                target.links.setdefault(source.key, set()).add(back)
        self._linked(source, target, actor, removed=False)
        return set(source.links[target.key])

    def unlink(
        self, source: Record, target: Record, actor: Actor, specs: set[Spec] | None = None
    ) -> None:
        """Removes these types of association between two records, or all of them."""
        present = source.links.get(target.key, set())
        gone = present & specs if specs is not None else set(present)
        if not gone:
            return
        seen_back = (inverse(source.kind.name, target.kind.name, spec) for spec in gone)
        _drop(source.links, target.key, gone)
        _drop(target.links, source.key, {spec for spec in seen_back if spec})
        self._linked(source, target, actor, removed=True)

    def _settle_primary(self, source: Record, target: Record, wanted: set[Spec], primary: Spec) -> None:
        if target.kind.name != "companies":
            return
        holder = next((key for key, specs in source.links.items() if primary in specs), None)
        if holder is None:
            wanted.add(primary)
        elif primary in wanted and holder != target.key:
            back = inverse(source.kind.name, target.kind.name, primary)
            source.links[holder].discard(primary)
            if back:
                self.records[holder[0]][holder[1]].links[source.key].discard(back)

    def _linked(self, source: Record, target: Record, actor: Actor, removed: bool) -> None:
        """An association moves the modification time of both ends, as HubSpot's counters of
        associated records do; a task or another activity is the exception: it says nothing about the
        record, and what it does say is written by itself."""
        for one, other in ((source, target), (target, source)):
            at = max(self._clock(), one.updated + 1)
            specs = one.links.get(other.key, set())
            known = pair(one.kind.name, other.kind.name)
            primary = bool(known and (HUBSPOT, known.primary) in specs)
            if not (one.kind.activity or other.kind.activity):
                self._note_company(one, at, actor)
                self._stamp(one, at, actor)
            self._tell(
                Change(
                    "associationChange", one, at, actor, target=other, removed=removed, primary=primary
                )
            )
            if one.key == other.key:
                break

    def _note_company(self, record: Record, at: int, actor: Actor) -> None:
        if record.kind.name != "contacts":
            return
        primary = next((key[1] for key, specs in record.links.items() if (HUBSPOT, 1) in specs), "")
        self._write(record, {"associatedcompanyid": primary}, at, actor)

    def _write(
        self, record: Record, values: dict[str, str], at: int, actor: Actor, first: bool = False
    ) -> bool:
        changed = False
        owner = values.get("hubspot_owner_id", record.properties.get("hubspot_owner_id", ""))
        assigned = "hubspot_owner_assigneddate" in record.kind.properties
        if assigned and owner != record.properties.get("hubspot_owner_id", ""):
            given = iso(at) if owner else ""
            values = {**values, "hubspot_owner_assigneddate": given}
        for name, value in values.items():
            before = record.properties.get(name, "")
            if before == value:
                continue
            changed = True
            if _unique(record.kind, name):
                self._unique.pop((record.kind.name, name, before.lower()), None)
                if value:
                    self._unique[(record.kind.name, name, value.lower())] = record.id
            if value:
                record.properties[name] = value
            else:
                del record.properties[name]
            record.history.setdefault(name, []).insert(0, PastValue(value, at, actor))
            self._tell(Change("propertyChange", record, at, actor, name=name, value=value, first=first))
        return changed

    def age(self, by: int) -> int:
        """Makes everything that has happened to every record older, by milliseconds. How many records there are."""
        count = 0
        for record in (one for all_of in self.records.values() for one in all_of.values()):
            count += 1
            record.created -= by
            record.updated -= by
            record.archived = None if record.archived is None else record.archived - by
            for name, past in record.history.items():
                record.history[name] = [replace(one, at=one.at - by) for one in past]
            for name, at in ((record.kind.created, record.created), (record.kind.modified, record.updated)):
                if name in record.properties:
                    record.properties[name] = iso(at)
                record.history[name] = [replace(one, value=iso(at)) for one in record.history.get(name, [])[:1]]
        self.revision += 1
        return count

    def _hold(self, record: Record) -> None:
        for name, value in record.properties.items():
            if _unique(record.kind, name):
                self._unique[(record.kind.name, name, value.lower())] = record.id

    def _free(self, record: Record) -> None:
        for name, value in record.properties.items():
            key = (record.kind.name, name, value.lower())
            if self._unique.get(key) == record.id:
                del self._unique[key]

    def _remove(self, record: Record) -> None:
        self._free(record)
        del self.records[record.kind.name][record.id]

    def _stamp(self, record: Record, at: int, actor: Actor) -> None:
        record.updated = at
        # A deal may be given another time of creation, for example when it is imported.
        record.created = parse(record.properties.get(record.kind.created, "")) or record.created
        record.properties[record.kind.modified] = iso(at)
        record.history[record.kind.modified] = [PastValue(iso(at), at, actor)]
        self.revision += 1

    def _tell(self, change: Change) -> None:
        self.revision += 1
        for listener in self._listeners:
            listener(change)


def _unique(kind: ObjectType, name: str) -> bool:
    """A record keeps the value of a property whose definition was archived: it is not unique any more."""
    definition = kind.properties.get(name)
    return definition is not None and definition.unique


def _drop(links: dict[Key, set[Spec]], key: Key, specs: set[Spec]) -> None:
    left = links.get(key, set()) - specs
    if left:
        links[key] = left
    else:
        links.pop(key, None)
