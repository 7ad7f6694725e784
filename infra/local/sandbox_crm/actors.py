"""Who made a change: it stands in the history of a property and in the webhook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`source_type` is HubSpot's word (`CRM_UI`, `INTEGRATION`, …); `user_id` is set for a person."""

    source_type: str
    source_id: str
    user_id: int | None = None


def app(app_id: int, user_id: int | None = None) -> Actor:
    """The app of a token; with a user if the app acts for one."""
    return Actor("INTEGRATION", str(app_id), user_id)


def other_integration() -> Actor:
    """Whoever calls without a token: some other program that also writes to this CRM."""
    return Actor("INTEGRATION", "sandbox-api")


def person(user_id: int) -> Actor:
    """A person at the page."""
    return Actor("CRM_UI", f"userId:{user_id}", user_id)


def person_of_many(user_id: int) -> Actor:
    """A person at the page who has chosen many records and changes them by one edit."""
    return Actor("CRM_UI_BULK_ACTION", f"userId:{user_id}", user_id)


def activity(record_id: str, user_id: int | None = None) -> Actor:
    """The CRM itself, when a call, a meeting or an e-mail is logged."""
    return Actor("ENGAGEMENTS", f"EngagementId:{record_id}", user_id)


def merge(by: Actor) -> Actor:
    """The CRM itself, when one record is merged into another."""
    return Actor("MERGE_OBJECTS", by.source_id, by.user_id)
