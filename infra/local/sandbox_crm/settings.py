"""What the sandbox is told at its start."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Settings:
    """Every value has a default that suits a laptop."""

    port: int = 0
    """TCP port on 127.0.0.1; 0 takes a free one."""
    webhook_url: str | None = None
    """Where webhooks go; `None` means that none are sent until one is set."""
    secret: str = "sandbox-secret"
    """Signs the webhooks, as an app's client secret does."""
    token: str = "sandbox-app-token"
    """The bearer token of our own app."""
    portal: int = 62515
    app_id: int = 54321
    rate: int = 100
    """Requests per rolling ten seconds with our token."""
    daily: int = 250_000
    """Requests per day with our token."""
    search_rate: int = 5
    """Searches per rolling second with our token."""
    time_zone: str = "Europe/Berlin"
    currency: str = "EUR"
    """Time zone and currency of the account."""
    creation_changes: bool = False
    """Also send a propertyChange for every first value of a new record."""
    owners: Path | None = None
    definitions: Path | None = None
    retry_base: float = 0.5
    """Seconds before the first repeat of a webhook; doubles with each further one."""
    delivery_timeout: float = 5.0
    """Seconds until an unanswered webhook counts as failed."""
    batch_window: float = 0.05
    """Seconds that events are gathered before they are sent as one webhook."""
    port_file: Path | None = field(default=None)
    """Written with the address once the server listens."""
    state: Path | None = None
    """Keeps what the portal holds, and is where an earlier run kept it; `None` forgets it all."""
