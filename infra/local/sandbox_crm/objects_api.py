"""Single records: create, read, list, change, archive, merge, delete for good, search."""

from typing import Any

from . import body, paging
from .call import Answer, Call
from .definitions import Definitions
from .errors import invalid, not_found
from .merging import merge_records
from .object_type import ObjectType
from .pipeline import Pipeline
from .record import Record
from .record_writer import RecordWriter
from .search import MOST_RESULTS, Search
from .store import Store
from .views import simple, with_associations

LIST_LIMIT = 100
LIST_LIMIT_WITH_HISTORY = 50
SEARCH_LIMIT = 200


class ObjectsApi:
    """The paths under `/crm/objects/{version}/{objectType}` and `/crm/v3/objects/{objectType}`."""

    def __init__(self, store: Store, definitions: Definitions, writer: RecordWriter) -> None:
        self.store = store
        self.writer = writer
        self._definitions = definitions
        self._search = Search(store, definitions)

    def kind(self, name: str) -> ObjectType:
        """The type that a path names; raises 400 if there is none."""
        found = self._definitions.find(name)
        if found is None:
            raise invalid(f"Unable to infer object type from: {name}")
        return found

    def pipeline(self, call: Call) -> tuple[ObjectType, Pipeline]:
        """The pipeline that a path names, with its type; raises 404 if there is none."""
        kind = self.kind(call.parts["objectType"])
        found = kind.pipelines.get(call.parts["pipelineId"])
        if found is None:
            raise not_found(f"There is no pipeline with the id {call.parts['pipelineId']}.")
        return kind, found

    def create(self, call: Call) -> Answer:
        """POST: 201 with the record and every value it was given."""
        given = body.as_object(call.json())
        return 201, self.writer.create(self.kind(call.parts["objectType"]), given, call.actor)

    def read(self, call: Call) -> Answer:
        """GET one, by id or by a unique property."""
        return 200, self._full(self._named(call, body.flag(call.query, "archived")), call)

    def update(self, call: Call) -> Answer:
        """PATCH: 200 with the record."""
        record = self._named(call, archived=False)
        return 200, self.writer.update(record, body.as_object(call.json()), call.actor)

    def archive(self, call: Call) -> Answer:
        """DELETE: 204, also if there was nothing to archive."""
        kind = self.kind(call.parts["objectType"])
        if record := self.store.get(kind, call.parts["objectId"]):
            self.store.archive(record, call.actor)
        return 204, None

    def merge(self, call: Call) -> Answer:
        """POST merge: 200 with the record that both have become."""
        kind = self.kind(call.parts["objectType"])
        if not kind.announced:
            raise not_found(f"There is no merging of {kind.name}.")
        given = body.as_object(call.json())
        ids = [given.get("primaryObjectId"), given.get("objectIdToMerge")]
        if not all(isinstance(one, str) and one for one in ids):
            raise invalid("A merge needs `primaryObjectId` and `objectIdToMerge`, both strings.")
        primary, other = (self.store.get(kind, one) for one in ids)
        if primary is None or other is None:
            raise not_found(f"One of the two {kind.name} does not exist.")
        if primary is other:
            raise invalid(f"{kind.singular.capitalize()} {primary.id} cannot be merged with itself.")
        return 200, simple(merge_records(self.store, primary, other, call.actor))

    def privacy_delete(self, call: Call) -> Answer:
        """POST gdpr-delete: 204; the contact is gone for good, archived or not."""
        kind = self.kind(call.parts["objectType"])
        if kind.name != "contacts":
            raise not_found("Only contacts are deleted for privacy.")
        given = body.as_object(call.json())
        wanted, name = given.get("objectId"), given.get("idProperty")
        if not isinstance(wanted, str) or not wanted:
            raise invalid("`objectId` must be the id of a contact, a string.")
        if name is not None and not isinstance(name, str):
            raise invalid("`idProperty` must be the name of a property.")
        record = self.find(kind, name, wanted) or self.find(kind, name, wanted, archived=True)
        if record:
            self.store.purge(record, call.actor)
        return 204, None

    def page(self, call: Call) -> Answer:
        """GET many, in the order of their ids; `after` is the last id of the page before."""
        kind = self.kind(call.parts["objectType"])
        history = body.listed(call.query, "propertiesWithHistory")
        page = paging.asked(call.query, 10, LIST_LIMIT_WITH_HISTORY if history else LIST_LIMIT)
        listed = self.store.all(kind, body.flag(call.query, "archived"))
        held, more = page.cut(listed, lambda record: record.id)
        return 200, {"results": [self._full(record, call) for record in held]} | more

    def search(self, call: Call) -> Answer:
        """POST search: a total, and one page of records."""
        kind = self.kind(call.parts["objectType"])
        given = body.as_object(call.json())
        limit = body.limit(given.get("limit"), 10, SEARCH_LIMIT)
        after = body.after(given.get("after"))
        if after + limit > MOST_RESULTS:
            raise invalid(f"`after` and `limit` must stay within the first {MOST_RESULTS} results.")
        properties = body.texts(given, "properties")
        found = self._search.run(kind, given)
        end = after + limit
        results = [simple(record, properties) for record in found[after:end]]
        more = paging.following(str(end)) if end < len(found) else {}
        return 200, {"total": len(found), "results": results} | more

    def find(
        self, kind: ObjectType, name: str | None, value: str, archived: bool = False
    ) -> Record | None:
        """A record by its id or by a unique property; raises 400 if the property is not unique."""
        if name is not None and not (name in kind.properties and kind.properties[name].unique):
            raise invalid(f"`idProperty` {name!r} is not a unique property of {kind.name}.")
        return self.store.find(kind, name, value, archived)

    def _named(self, call: Call, archived: bool) -> Record:
        kind = self.kind(call.parts["objectType"])
        name = body.one(call.query, "idProperty")
        record = self.find(kind, name, call.parts["objectId"], archived)
        if record is None:
            raise not_found()
        return record

    def _full(self, record: Record, call: Call) -> dict[str, Any]:
        kinds = [self.kind(name) for name in body.listed(call.query, "associations")]
        shown = simple(
            record,
            body.listed(call.query, "properties"),
            body.listed(call.query, "propertiesWithHistory"),
        )
        return shown | with_associations(self.store, record, kinds)
