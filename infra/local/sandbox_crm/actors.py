"""Who made a change: it stands in the history of a property and in the webhook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`source_type` is HubSpot's word (`CRM_UI`, `INTEGRATION`, …); `user_id` is set for a person."""

    source_type: str
    source_id: str
    user_id: int | None = None


def app(app_id: int) -> Actor:
    """Our own app: the one whose token the sandbox was started with."""
    return Actor("INTEGRATION", str(app_id))


def other_integration() -> Actor:
    """Whoever calls without a token: some other program that also writes to this CRM."""
    return Actor("INTEGRATION", "sandbox-api")


def person(user_id: int) -> Actor:
    """A person at the page."""
    return Actor("CRM_UI", f"userId:{user_id}", user_id)
