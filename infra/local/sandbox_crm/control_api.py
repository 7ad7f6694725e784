"""The paths under `/_sandbox`, which HubSpot does not have: for tests and scripts."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .account import Account
from .body import as_object
from .call import Answer, Call
from .errors import invalid, not_found
from .faults import Faults
from .portal_rules import PortalRules
from .request_log import RequestLog
from .store import Store
from .timestamps import now_ms
from .tokens import Tokens
from .users import Users
from .webhook_sender import WebhookSender


MOST_MINUTES = 10 * 365 * 24 * 60
"""By how much everything can be made older at once: ten years."""


@dataclass
class Controlled:
    """What a test or a script may set."""

    sender: WebhookSender
    faults: Faults
    requests: RequestLog
    tokens: Tokens
    rules: PortalRules
    account: Account
    users: Users
    store: Store


class ControlApi:
    """Webhooks, faults, the log of requests, health; and what an administrator sets by hand."""

    def __init__(self, controlled: Controlled) -> None:
        self._of = controlled

    def health(self, _: Call) -> Answer:
        """200 as soon as the server answers at all."""
        return 200, {"status": "ok", "standInFor": "HubSpot"}

    def webhooks(self, _: Call) -> Answer:
        """The address, what is pending, and the last deliveries."""
        return 200, self._of.sender.state()

    def set_webhooks(self, call: Call) -> Answer:
        """PUT `{"url": …}`; null stops webhooks."""
        url = as_object(call.json()).get("url")
        if url is not None and not _is_address(url):
            raise invalid("`url` must be a full http or https address, or null.")
        self._of.sender.set_url(url)
        return 200, {"url": url}

    def faults(self, _: Call) -> Answer:
        """The faults still waiting, and those that keep a client waiting at this moment."""
        return 200, {"faults": self._of.faults.shown(), "holding": self._of.faults.holding()}

    def add_fault(self, call: Call) -> Answer:
        """POST one fault."""
        self._of.faults.add(call.json())
        return 201, {"faults": self._of.faults.shown()}

    def clear_faults(self, _: Call) -> Answer:
        """DELETE all faults."""
        self._of.faults.clear()
        return 204, None

    def requests(self, _: Call) -> Answer:
        """The last requests to the API."""
        return 200, {"requests": self._of.requests.shown()}

    def clear_requests(self, _: Call) -> Answer:
        """DELETE the log."""
        self._of.requests.clear()
        return 204, None

    def tokens(self, _: Call) -> Answer:
        """The tokens, without their secrets, with what each has used today."""
        return 200, {"tokens": self._of.tokens.shown()}

    def put_token(self, call: Call) -> Answer:
        """PUT one token: whose it is, and its limits."""
        self._of.tokens.put(as_object(call.json()))
        return self.tokens(call)

    def rules(self, _: Call) -> Answer:
        """The portal's own rules."""
        return 200, self._of.rules.shown()

    def put_rules(self, call: Call) -> Answer:
        """PUT all of them anew."""
        self._of.rules.put(call.json())
        return self.rules(call)

    def clear_rules(self, _: Call) -> Answer:
        """DELETE all of them."""
        self._of.rules.clear()
        return 204, None

    def account(self, _: Call) -> Answer:
        """The account as HubSpot tells it."""
        return 200, self._of.account.details(now_ms())

    def put_account(self, call: Call) -> Answer:
        """PUT its time zone or its currencies."""
        self._of.account.change(as_object(call.json()))
        return self.account(call)

    def put_owner(self, call: Call) -> Answer:
        """PUT `{"archived": true}`: somebody leaves; false: they come back."""
        archived = as_object(call.json()).get("archived")
        if not isinstance(archived, bool):
            raise invalid("`archived` of an owner is true or false.")
        try:
            owner = self._of.users.archive(call.parts["ownerId"], archived)
        except KeyError as why:
            raise not_found(f"There is no owner with the id {call.parts['ownerId']}.") from why
        return 200, {"id": owner.id, "archived": owner.archived}


    def age(self, call: Call) -> Answer:
        """POST `{"minutes": 60}`: everything that has happened to every record was so much longer ago. No webhook tells."""
        minutes = as_object(call.json()).get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 < minutes <= MOST_MINUTES:
            raise invalid(f"`minutes` is a whole number from 1 to {MOST_MINUTES}.")
        return 200, {"records": self._of.store.age(minutes * 60_000)}


def _is_address(url: Any) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except (ValueError, TypeError, AttributeError):
        return False
