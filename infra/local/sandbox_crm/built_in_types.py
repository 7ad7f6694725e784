"""The object types of the sandbox's portal, as it is when it starts."""

from .object_type import ObjectType
from .pipeline import Pipeline, Stage, numbered
from .property_definition import Property

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
    "hs_call_direction": ("INBOUND", "OUTBOUND"),
    "hs_call_status": (
        "BUSY",
        "CALLING_CRM_USER",
        "CANCELED",
        "COMPLETED",
        "CONNECTING",
        "FAILED",
        "IN_PROGRESS",
        "NO_ANSWER",
        "QUEUED",
        "RINGING",
    ),
    "hs_meeting_outcome": ("SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"),
    "hs_email_direction": ("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"),
    "hs_email_status": ("BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"),
    "hs_availability_status": ("available", "away"),
}

_OWNED = (
    "hubspot_owner_id:owner hubspot_owner_assigneddate:datetime~ hs_object_id:string!~ "
    "notes_last_contacted:datetime notes_last_updated:datetime~ hs_merged_object_ids:string!~ "
)

_CONTACT = _OWNED + (
    "email:email firstname lastname jobtitle company phone mobilephone website city state zip country "
    "industry numemployees lifecyclestage:enumeration hs_lead_status hs_analytics_source fairlead_stage "
    "hs_sales_email_last_replied:datetime createdate:datetime!~ lastmodifieddate:datetime!~ associatedcompanyid:string!~ "
    "hs_additional_emails:string!~"
)

_COMPANY = _OWNED + (
    "name domain website phone industry country city state zip description annualrevenue:number "
    "numberofemployees:number lifecyclestage:enumeration createdate:datetime!~ hs_lastmodifieddate:datetime!~"
)

_DEAL = _OWNED + (
    "dealname amount:number deal_currency_code amount_in_home_currency:number!~ closedate:datetime dealstage:stage pipeline:pipeline dealtype "
    "description budget_confirmed:bool decision_maker_met:bool pain_documented:bool timeline_agreed:bool "
    "onboarding_contact promised_scope discount_percent:number closed_lost_reason closed_won_reason "
    "fairlead_lost_on:date fairlead_follows createdate:datetime~ hs_lastmodifieddate:datetime!~"
)

_ACTIVITY = (
    " hs_timestamp:datetime hubspot_owner_id:owner hubspot_owner_assigneddate:datetime~ "
    "hs_object_id:string!~ hs_createdate:datetime!~ hs_lastmodifieddate:datetime!~"
)

_TASK = (
    "hs_task_subject hs_task_body:html hs_task_status:enumeration hs_task_priority:enumeration "
    "hs_task_type:enumeration hs_task_reminders hs_task_completion_date:datetime" + _ACTIVITY
)

_CALL = (
    "hs_call_title hs_call_body:html hs_call_duration:number hs_call_direction:enumeration "
    "hs_call_disposition hs_call_status:enumeration hs_call_from_number hs_call_to_number" + _ACTIVITY
)

_MEETING = (
    "hs_meeting_title hs_meeting_body:html hs_internal_meeting_notes:html hs_meeting_location "
    "hs_meeting_start_time:datetime hs_meeting_end_time:datetime hs_meeting_outcome:enumeration" + _ACTIVITY
)

_EMAIL = (
    "hs_email_subject hs_email_text hs_email_html:html hs_email_direction:enumeration "
    "hs_email_status:enumeration hs_email_headers" + _ACTIVITY
)

_NOTE = "hs_note_body:html" + _ACTIVITY

_USER = (
    "hs_email:email! hs_given_name:string! hs_family_name:string! hs_job_title hs_additional_phone "
    "hubspot_owner_id:string!~ hs_internal_user_id:number!~ hs_deactivated:bool!~ "
    "hs_availability_status:enumeration hs_working_hours:working_hours hs_out_of_office_hours:absences "
    "hs_standard_time_zone:time_zone hs_object_id:string!~ hs_createdate:datetime!~ hs_lastmodifieddate:datetime!~"
)


def _properties(text: str, unique: tuple[str, ...] = ()) -> dict[str, Property]:
    """`name:kind` pairs; a kind may end in `!` (read only) and `~` (bookkeeping)."""
    found = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        found[name] = Property(
            name,
            kind.rstrip("!~") or "string",
            options=_OPTIONS.get(name, ()),
            read_only="!" in kind,
            bookkeeping="~" in kind,
            unique=name in (*unique, "hs_object_id"),
        )
    return found


def built_in() -> list[ObjectType]:
    """Records that people work on, then what they did, then the people themselves."""
    return [*_records(), *_activities(), _users()]


def _records() -> list[ObjectType]:
    return [
        ObjectType(
            "contacts",
            "contact",
            "0-1",
            "lastmodifieddate",
            100_001,
            shown=("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
            always=("createdate", "hs_object_id", "lastmodifieddate"),
            properties=_properties(_CONTACT, unique=("email",)),
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
            properties=_properties(_COMPANY),
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
            properties=_properties(_DEAL, unique=("fairlead_follows",)),
            pipelines={one.id: one for one in _deal_pipelines()},
            searched=("dealname", "description"),
        ),
    ]


def _deal_pipelines() -> list[Pipeline]:
    sales = [
        Stage("appointmentscheduled", "Appointment scheduled", 0.2),
        Stage("qualifiedtobuy", "Qualified to buy", 0.4),
        Stage("presentationscheduled", "Presentation scheduled", 0.6),
        Stage("decisionmakerboughtin", "Decision maker bought in", 0.8),
        Stage("contractsent", "Contract sent", 0.9),
        Stage("closedwon", "Closed won", 1.0),
        Stage("closedlost", "Closed lost", 0.0),
    ]
    renewals = [
        Stage("renewaldue", "Renewal due", 0.6),
        Stage("renewaloffered", "Renewal offered", 0.8),
        Stage("renewed", "Renewed", 1.0),
        Stage("notrenewed", "Not renewed", 0.0),
    ]
    return [
        numbered(Pipeline("default", "Sales Pipeline", sales, 0)),
        numbered(Pipeline("renewals", "Renewals", renewals, 1)),
    ]


def _activities() -> list[ObjectType]:
    timed = ("hs_timestamp",)
    return [
        _activity("tasks", "task", "0-27", 400_001, _TASK, ("hs_task_subject", "hs_task_body")),
        _activity("calls", "call", "0-48", 500_001, _CALL, ("hs_call_title", "hs_call_body"), timed),
        _activity("meetings", "meeting", "0-47", 600_001, _MEETING, ("hs_meeting_title",), timed),
        _activity("emails", "email", "0-49", 700_001, _EMAIL, ("hs_email_subject",), timed),
        _activity("notes", "note", "0-46", 800_001, _NOTE, ("hs_note_body",), timed),
    ]


def _activity(
    name: str,
    singular: str,
    type_id: str,
    first_id: int,
    text: str,
    searched: tuple[str, ...],
    required: tuple[str, ...] = (),
) -> ObjectType:
    always = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    return ObjectType(
        name,
        singular,
        type_id,
        "hs_lastmodifieddate",
        first_id,
        shown=always,
        always=always,
        properties=_properties(text),
        searched=searched,
        announced=False,
        activity=True,
        required=required,
    )


def _users() -> ObjectType:
    always = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    return ObjectType(
        "users",
        "user",
        "0-115",
        "hs_lastmodifieddate",
        900_001,
        shown=always,
        always=always,
        properties=_properties(_USER, unique=("hs_email", "hs_internal_user_id")),
        searched=("hs_email", "hs_given_name", "hs_family_name"),
        announced=False,
    )
