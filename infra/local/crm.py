"""What the story does in the CRM, by HubSpot's own dated API."""

from typing import Any, Optional

import loopback

VERSION = "2026-09"
CONTACT_TO_COMPANY = 279
DEAL_TO_COMPANY = 341
"""HubSpot's numbers for the associations without a label."""


class Crm:
    """A CRM at an address. It is called without a token: as another program, not as Fairlead."""

    def __init__(self, url: str) -> None:
        self._objects = f"{url}/crm/objects/{VERSION}"

    def create(self, kind: str, properties: dict[str, str], company: Optional[str] = None) -> str:
        """Creates a record, in a company if one is named; returns its id."""
        number = CONTACT_TO_COMPANY if kind == "contacts" else DEAL_TO_COMPANY
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}]
        associations = [{"to": {"id": company}, "types": types}] if company else []
        body = {"properties": properties, "associations": associations}
        return str(loopback.call("POST", f"{self._objects}/{kind}", body)["id"])

    def change(self, kind: str, record: str, properties: dict[str, str]) -> None:
        loopback.call("PATCH", f"{self._objects}/{kind}/{record}", {"properties": properties})

    def value(self, kind: str, record: str, name: str) -> str:
        """One property; an empty text if it has no value."""
        found = loopback.call("GET", f"{self._objects}/{kind}/{record}?properties={name}")
        return found["properties"].get(name) or ""

    def tasks(self) -> list[dict[str, Any]]:
        """All tasks, each as its properties."""
        names = "hs_task_subject,hs_task_body,hubspot_owner_id"
        found = loopback.call("GET", f"{self._objects}/tasks?limit=100&properties={names}")
        return [task["properties"] for task in found["results"]]
