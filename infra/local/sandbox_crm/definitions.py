"""Which object types there are, which properties they have, and the stages of their pipelines."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Property:
    """`kind` is one of string, number, bool, date, datetime, enumeration, email, owner, pipeline,
    stage. A bookkeeping property is kept by the CRM itself and announced by no webhook."""

    name: str
    kind: str = "string"
    options: tuple[str, ...] = ()
    read_only: bool = False
    bookkeeping: bool = False
    unique: bool = False


@dataclass(frozen=True)
class Stage:
    """One column of a pipeline."""

    id: str
    label: str


@dataclass
class ObjectType:
    """One kind of record. `shown` are the properties an answer has when none are asked for."""

    name: str
    singular: str
    type_id: str
    modified: str
    first_id: int
    shown: tuple[str, ...]
    always: tuple[str, ...]
    properties: dict[str, Property] = field(default_factory=dict)
    pipelines: dict[str, tuple[Stage, ...]] = field(default_factory=dict)
    searched: tuple[str, ...] = ()
    announced: bool = True


def _parse(text: str) -> dict[str, Property]:
    """`name:kind` pairs; a kind may end in `!` (read only) and `~` (bookkeeping)."""
    found = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        bare = kind.rstrip("!~")
        found[name] = Property(
            name,
            bare or "string",
            options=_OPTIONS.get(name, ()),
            read_only="!" in kind,
            bookkeeping="~" in kind,
            unique=name in ("email", "hs_object_id"),
        )
    return found


_OPTIONS = {
    "lifecyclestage": (
        "subscriber",
        "lead",
        "marketingqualifiedlead",
        "salesqualifiedlead",
        "opportunity",
        "customer",
        "evangelist",
        "other",
    ),
    "hs_task_status": ("NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"),
    "hs_task_priority": ("NONE", "LOW", "MEDIUM", "HIGH"),
    "hs_task_type": ("TODO", "CALL", "EMAIL"),
}

_OWNED = (
    "hubspot_owner_id:owner hubspot_owner_assigneddate:datetime~ hs_object_id:string!~ "
    "notes_last_contacted:datetime notes_last_updated:datetime~ "
)

_CONTACT = _OWNED + (
    "email:email firstname lastname jobtitle company phone mobilephone website city state zip country "
    "industry numemployees lifecyclestage:enumeration hs_lead_status hs_analytics_source fairlead_stage "
    "hs_sales_email_last_replied:datetime createdate:datetime!~ lastmodifieddate:datetime!~ associatedcompanyid:string!~"
)

_COMPANY = _OWNED + (
    "name domain website phone industry country city state zip description annualrevenue:number "
    "numberofemployees:number lifecyclestage:enumeration createdate:datetime!~ hs_lastmodifieddate:datetime!~"
)

_DEAL = _OWNED + (
    "dealname amount:number deal_currency_code closedate:datetime dealstage:stage pipeline:pipeline dealtype "
    "description budget_confirmed:bool decision_maker_met:bool pain_documented:bool timeline_agreed:bool "
    "onboarding_contact promised_scope closed_lost_reason closed_won_reason "
    "createdate:datetime~ hs_lastmodifieddate:datetime!~"
)

_TASK = (
    "hs_task_subject hs_task_body hs_task_status:enumeration hs_task_priority:enumeration "
    "hs_task_type:enumeration hs_timestamp:datetime hs_task_reminders hubspot_owner_id:owner "
    "hubspot_owner_assigneddate:datetime~ hs_object_id:string!~ hs_createdate:datetime!~ "
    "hs_lastmodifieddate:datetime!~"
)

_STAGES = (
    Stage("appointmentscheduled", "Appointment scheduled"),
    Stage("qualifiedtobuy", "Qualified to buy"),
    Stage("presentationscheduled", "Presentation scheduled"),
    Stage("decisionmakerboughtin", "Decision maker bought in"),
    Stage("contractsent", "Contract sent"),
    Stage("closedwon", "Closed won"),
    Stage("closedlost", "Closed lost"),
)


class Definitions:
    """The object types by every name that the API accepts for them."""

    def __init__(self) -> None:
        self.types = {kind.name: kind for kind in _built_in()}

    def find(self, name: str) -> ObjectType | None:
        """`contacts`, `contact` and `0-1` all name the same type."""
        name = name.lower()
        for kind in self.types.values():
            if name in (kind.name, kind.singular, kind.type_id):
                return kind
        return None

    def extend(self, path: Path) -> None:
        """Adds what a JSON file holds: `{"properties": {"deals": [{"name", "kind"?, "options"?,
        "unique"?}]}, "pipelines": {"deals": [{"id", "stages": [{"id", "label"?}]}]}}`. A property or
        pipeline that exists is replaced. Raises `ValueError` if the file holds something else."""
        held = json.loads(path.read_text(encoding="utf-8"))
        try:
            for name, listed in held.get("properties", {}).items():
                self.types[name].properties.update({item["name"]: _property(item) for item in listed})
            for name, listed in held.get("pipelines", {}).items():
                for item in listed:
                    stages = tuple(
                        Stage(one["id"], one.get("label", one["id"])) for one in item["stages"]
                    )
                    self.types[name].pipelines[item["id"]] = stages
        except (KeyError, TypeError, AttributeError) as why:
            raise ValueError(f"{path}: not a file of property definitions: {why!r}") from why


KINDS = ("string", "number", "bool", "date", "datetime", "enumeration", "email", "owner")
"""The kinds that a file of definitions may use."""


def _property(item: dict[str, Any]) -> Property:
    options = tuple(str(option) for option in item.get("options", ()))
    kind = str(item.get("kind", "enumeration" if options else "string"))
    if kind not in KINDS:
        raise TypeError(f"{item['name']}: {kind} is none of {', '.join(KINDS)}")
    return Property(str(item["name"]), kind, options, unique=bool(item.get("unique", False)))


def _built_in() -> list[ObjectType]:
    return [
        ObjectType(
            "contacts",
            "contact",
            "0-1",
            "lastmodifieddate",
            100_001,
            shown=("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
            always=("createdate", "hs_object_id", "lastmodifieddate"),
            properties=_parse(_CONTACT),
            searched=("email", "firstname", "lastname", "phone", "company"),
        ),
        ObjectType(
            "companies",
            "company",
            "0-2",
            "hs_lastmodifieddate",
            200_001,
            shown=("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
            always=("createdate", "hs_lastmodifieddate", "hs_object_id"),
            properties=_parse(_COMPANY),
            searched=("name", "domain", "website", "phone"),
        ),
        ObjectType(
            "deals",
            "deal",
            "0-3",
            "hs_lastmodifieddate",
            300_001,
            shown=(
                "amount",
                "closedate",
                "createdate",
                "dealname",
                "dealstage",
                "hs_lastmodifieddate",
                "hs_object_id",
                "pipeline",
            ),
            always=("createdate", "hs_lastmodifieddate", "hs_object_id"),
            properties=_parse(_DEAL),
            pipelines={"default": _STAGES},
            searched=("dealname", "description"),
        ),
        ObjectType(
            "tasks",
            "task",
            "0-27",
            "hs_lastmodifieddate",
            400_001,
            shown=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
            always=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
            properties=_parse(_TASK),
            searched=("hs_task_subject", "hs_task_body"),
            announced=False,
        ),
    ]
