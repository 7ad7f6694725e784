"""Which code answers which path."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from . import API_VERSION
from .associations_api import AssociationsApi
from .batches_api import BatchesApi
from .call import Handler
from .control_api import ControlApi
from .errors import ApiError, not_found
from .objects_api import ObjectsApi
from .owners_api import OwnersApi
from .ui_api import UiApi

Rule = tuple[str, str, Handler]


class Routes:
    """Finds the handler of a request; variable segments of a pattern stand in braces."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [(method, _compile(pattern), handler) for method, pattern, handler in rules]

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str]]:
        """The handler and the variable segments; raises 404 or 405."""
        others = []
        for allowed, pattern, handler in self._rules:
            if match := pattern.fullmatch(path):
                if allowed == method:
                    parts = {name: unquote(text) for name, text in match.groupdict().items()}
                    return handler, parts
                others.append(allowed)
        if others:
            text = f"{path} answers {', '.join(sorted(set(others)))}, not {method}."
            raise ApiError(405, "METHOD_NOT_ALLOWED", text, headers={"Allow": ", ".join(others)})
        raise not_found(f"The sandbox CRM has no path {path}.")


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern.replace(".", r"\.")))


def api_rules(
    objects: ObjectsApi, batches: BatchesApi, associations: AssociationsApi, owners: OwnersApi
) -> list[Rule]:
    """The paths of HubSpot's API."""
    records = f"/crm/objects/{API_VERSION}/{{objectType}}"
    record = records + "/{objectId}"
    links = f"/crm/associations/{API_VERSION}/{{fromObjectType}}/{{toObjectType}}/batch"
    default = (
        f"/crm/objects/{API_VERSION}/{{fromObjectType}}/{{fromObjectId}}"
        "/associations/default/{toObjectType}/{toObjectId}"
    )
    return [
        ("POST", f"{records}/search", objects.search),
        ("POST", f"{records}/batch/read", batches.read),
        ("POST", f"{records}/batch/create", batches.create),
        ("POST", f"{records}/batch/update", batches.update),
        ("POST", f"{records}/batch/upsert", batches.upsert),
        ("POST", f"{records}/batch/archive", batches.archive),
        ("GET", records, objects.page),
        ("POST", records, objects.create),
        ("GET", record, objects.read),
        ("PATCH", record, objects.update),
        ("DELETE", record, objects.archive),
        ("PUT", default, associations.put_default),
        ("PUT", f"{record}/associations/{{toObjectType}}/{{toObjectId}}", associations.put_labelled),
        ("DELETE", f"{record}/associations/{{toObjectType}}/{{toObjectId}}", associations.delete),
        ("POST", f"{links}/read", associations.batch_read),
        ("POST", f"{links}/create", associations.batch_create),
        ("POST", f"{links}/associate/default", associations.batch_default),
        ("POST", f"{links}/archive", associations.batch_archive),
        ("POST", f"{links}/labels/archive", associations.batch_labels_archive),
        ("GET", f"/crm/owners/{API_VERSION}", owners.page),
        ("GET", f"/crm/owners/{API_VERSION}/{{ownerId}}", owners.read),
    ]


def sandbox_rules(control: ControlApi, ui: UiApi) -> list[Rule]:
    """The paths that only the sandbox has."""
    return [
        ("GET", "/_sandbox/health", control.health),
        ("GET", "/_sandbox/webhooks", control.webhooks),
        ("PUT", "/_sandbox/webhooks", control.set_webhooks),
        ("GET", "/_sandbox/faults", control.faults),
        ("POST", "/_sandbox/faults", control.add_fault),
        ("DELETE", "/_sandbox/faults", control.clear_faults),
        ("GET", "/_sandbox/requests", control.requests),
        ("DELETE", "/_sandbox/requests", control.clear_requests),
        ("GET", "/_sandbox/ui/state", ui.state),
        ("POST", "/_sandbox/ui/leads", ui.create_lead),
        ("POST", "/_sandbox/ui/deals", ui.create_deal),
        ("POST", "/_sandbox/ui/change", ui.change),
        ("POST", "/_sandbox/ui/contact-log", ui.log_contact),
    ]
