"""The paths under `/_sandbox`, which HubSpot does not have: for tests and scripts."""

from typing import Any
from urllib.parse import urlsplit

from .body import as_object
from .call import Answer, Call
from .errors import invalid
from .faults import Faults
from .request_log import RequestLog
from .webhook_sender import WebhookSender


class ControlApi:
    """Webhooks, faults, the log of requests, health."""

    def __init__(self, sender: WebhookSender, faults: Faults, requests: RequestLog) -> None:
        self._sender = sender
        self._faults = faults
        self._requests = requests

    def health(self, _: Call) -> Answer:
        """200 as soon as the server answers at all."""
        return 200, {"status": "ok", "standInFor": "HubSpot"}

    def webhooks(self, _: Call) -> Answer:
        """The address, what is pending, and the last deliveries."""
        return 200, self._sender.state()

    def set_webhooks(self, call: Call) -> Answer:
        """PUT `{"url": …}`; null stops webhooks."""
        url = as_object(call.json()).get("url")
        if url is not None and not _is_address(url):
            raise invalid("`url` must be a full http or https address, or null.")
        self._sender.set_url(url)
        return 200, {"url": url}

    def faults(self, _: Call) -> Answer:
        """The faults still waiting, and those that keep a client waiting at this moment."""
        return 200, {"faults": self._faults.shown(), "holding": self._faults.holding()}

    def add_fault(self, call: Call) -> Answer:
        """POST one fault."""
        self._faults.add(call.json())
        return 201, {"faults": self._faults.shown()}

    def clear_faults(self, _: Call) -> Answer:
        """DELETE all faults."""
        self._faults.clear()
        return 204, None

    def requests(self, _: Call) -> Answer:
        """The last requests to the API."""
        return 200, {"requests": self._requests.shown()}

    def clear_requests(self, _: Call) -> Answer:
        """DELETE the log."""
        self._requests.clear()
        return 204, None


def _is_address(url: Any) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except (ValueError, TypeError, AttributeError):
        return False
