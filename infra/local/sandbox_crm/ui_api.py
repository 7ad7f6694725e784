"""What the page shows and does. Every change made here is one that a person made at the screen."""

from typing import Any

from . import body
from .actors import Actor, person, person_of_many
from .call import Answer, Call
from .definitions import Definitions
from .errors import invalid, not_found
from .object_type import ObjectType
from .objects_api import ObjectsApi
from .owners import Directory
from .record import Record
from .timestamps import iso

SHOWN = 200
"""Records of each type that the page gets, newest first."""


class UiApi:
    """The paths under `/_sandbox/ui`."""

    def __init__(self, objects: ObjectsApi, definitions: Definitions, owners: Directory) -> None:
        self._objects = objects
        self._store = objects.store
        self._writer = objects.writer
        self._types = definitions.types
        self._owners = owners

    def state(self, call: Call) -> Answer:
        """Everything on the page, or only the revision if nothing is new since `?since=`."""
        if body.one(call.query, "since") == str(self._store.revision):
            return 200, {"revision": self._store.revision, "unchanged": True}
        deals = self._types["deals"]
        pipelines = sorted(deals.pipelines.values(), key=lambda one: one.order)
        return 200, {
            "revision": self._store.revision,
            "owners": [
                {"id": owner.id, "name": owner.name, "email": owner.email}
                for owner in self._owners
                if not owner.archived
            ],
            "pipelines": [
                {
                    "id": pipeline.id,
                    "label": pipeline.label,
                    "stages": [{"id": stage.id, "label": stage.label} for stage in pipeline],
                }
                for pipeline in pipelines
            ],
            "criteria": [one.name for one in deals.properties.values() if one.kind == "bool"],
            "leads": self._newest(self._types["contacts"]),
            "deals": self._newest(deals),
            "tasks": self._newest(self._types["tasks"]),
        }

    def create_lead(self, call: Call) -> Answer:
        """POST a contact and, if it is named, its company."""
        given = body.as_object(call.json())
        actor = self._actor(given)
        contacts = self._types["contacts"]
        company = self._company_request(given, actor)
        properties = {"lifecyclestage": "lead"} | _filled(given.get("properties"))
        if "email" not in properties:
            raise invalid("A lead needs an e-mail address.")
        if company.get("name"):
            properties["company"] = company["name"]
        return self._create(contacts, properties, company, actor)

    def create_deal(self, call: Call) -> Answer:
        """POST a deal in the first stage of its pipeline and, if it is named, its company."""
        given = body.as_object(call.json())
        actor = self._actor(given)
        deals = self._types["deals"]
        company = self._company_request(given, actor)
        properties = _filled(given.get("properties"))
        if "dealname" not in properties:
            raise invalid("A deal needs a name.")
        first = next(iter(deals.pipelines), "")
        if pipeline := deals.pipelines.get(properties.get("pipeline", first)):
            properties.setdefault("dealstage", pipeline.stages[0].id)
        return self._create(deals, properties, company, actor)

    def change(self, call: Call) -> Answer:
        """POST new values of one record."""
        given = body.as_object(call.json())
        record = self._record(given)
        return 200, self._writer.update(record, given, self._actor(given))

    def change_many(self, call: Call) -> Answer:
        """POST the same new values of many records, by one edit: `{"user": …, "type": …, "ids": […], "properties": …}`.
        All are checked before the first is changed, and all are told of together."""
        given = body.as_object(call.json())
        ids = given.get("ids")
        if not isinstance(ids, list) or not ids:
            raise invalid("`ids` are those of the records to change, in a list.")
        many = person_of_many(self._person(given))
        records = [self._record(given | {"id": one}) for one in ids]
        changes = [
            (record, self._writer.checked(record.kind, given, record.properties, many)) for record in records
        ]
        changed = [self._store.update(record, values, many) for record, values in changes]
        return 200, {"changed": sum(changed)}

    def restore(self, call: Call) -> Answer:
        """POST that somebody takes an archived record out of the bin."""
        given = body.as_object(call.json())
        record = self._record(given, archived=True)
        self._store.restore(record, self._actor(given))
        return 200, self._row(record)

    def log_contact(self, call: Call) -> Answer:
        """POST that somebody has just been in touch: the CRM notes the time."""
        given = body.as_object(call.json())
        record = self._record(given)
        if "notes_last_contacted" not in record.kind.properties:
            raise invalid(f"A contact cannot be logged on {record.kind.name}.")
        now = iso(self._store.now())
        values = {"notes_last_contacted": now, "notes_last_updated": now}
        self._store.update(record, values, self._actor(given))
        return 200, self._row(record)

    def _actor(self, given: dict[str, Any]) -> Actor:
        return person(self._person(given))

    def _person(self, given: dict[str, Any]) -> int:
        """The id of the user who says that they do it."""
        owner = self._owners.get(str(given.get("user")))
        if owner is None or owner.archived:
            raise invalid('Say who you are: `user` is the id of an owner, for example "11002".')
        return owner.user_id

    def _record(self, given: dict[str, Any], archived: bool = False) -> Record:
        kind = self._objects.kind(str(given.get("type")))
        record = self._store.get(kind, str(given.get("id")), archived)
        if record is None:
            raise not_found(f"There is no {kind.singular} with the id {given.get('id')}.")
        return record

    def _create(
        self, kind: ObjectType, properties: dict[str, str], company: dict[str, str], actor: Actor
    ) -> Answer:
        values = self._writer.checked(kind, {"properties": properties}, {}, actor)
        record = self._store.create(kind, values, actor)
        self._join_company(record, company, actor)
        return 201, self._row(record)

    def _company_request(self, given: dict[str, Any], actor: Actor) -> dict[str, str]:
        """The checked values of the company, or nothing if no name or domain is given."""
        wanted = _filled(given.get("company"))
        if not wanted.get("name") and not wanted.get("domain"):
            return {}
        return self._writer.checked(self._types["companies"], {"properties": wanted}, {}, actor)

    def _join_company(self, record: Record, wanted: dict[str, str], actor: Actor) -> None:
        """Associates a record with the company of that domain or name, which is created if new."""
        if not wanted:
            return
        companies = self._types["companies"]
        by = "domain" if wanted.get("domain") else "name"
        company = next(
            (
                one
                for one in self._store.all(companies)
                if one.properties.get(by, "").lower() == wanted[by].lower()
            ),
            None,
        )
        if company is None:
            company = self._store.create(companies, wanted, actor)
        self._store.link(record, company, [], actor)

    def _newest(self, kind: ObjectType) -> list[dict[str, Any]]:
        return [self._row(record) for record in [*self._store.all(kind)][: -SHOWN - 1 : -1]]

    def _row(self, record: Record) -> dict[str, Any]:
        company = next(iter(self._store.linked(record, self._types["companies"])), None)
        owner = self._owners.get(record.properties.get("hubspot_owner_id", ""))
        return {
            "id": record.id,
            "properties": dict(record.properties),
            "owner": owner.name if owner else None,
            "company": dict(company[0].properties) if company else None,
            "createdAt": iso(record.created),
        }


def _filled(given: Any) -> dict[str, str]:
    """The fields of a form that were filled in."""
    fields = body.as_object({} if given is None else given, "the fields of a form")
    return {name: value for name, value in fields.items() if value not in (None, "")}
