"""Which code answers which path."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from . import API_VERSION
from .account_api import AccountApi
from .associations_api import AssociationsApi
from .batches_api import BatchesApi
from .call import Answer, Call, Handler
from .control_api import ControlApi
from .errors import ApiError, not_found
from .objects_api import ObjectsApi
from .owners_api import OwnersApi
from .pipeline_rules_api import VERSION as RULES_VERSION
from .pipeline_rules_api import PipelineRulesApi
from .pipelines_api import PipelinesApi
from .properties_api import PropertiesApi
from .ui_api import UiApi
from .views import without_nulls

Rule = tuple[str, str, Handler]


class Routes:
    """Finds the handler of a request; variable segments of a pattern stand in braces. A slash at the
    end of a path means nothing: the vendor's own clients send some."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [(method, _compile(pattern), handler) for method, pattern, handler in rules]

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str]]:
        """The handler and the variable segments; raises 404 or 405."""
        others = []
        for allowed, pattern, handler in self._rules:
            if match := pattern.fullmatch(path.rstrip("/")):
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


@dataclass
class Apis:
    """Everything of HubSpot's API that the sandbox answers."""

    objects: ObjectsApi
    batches: BatchesApi
    associations: AssociationsApi
    owners: OwnersApi
    pipelines: PipelinesApi
    properties: PropertiesApi
    pipeline_rules: PipelineRulesApi
    account: AccountApi


def api_rules(apis: Apis) -> list[Rule]:
    """The paths of HubSpot's API: the dated ones, and v3 and v4 for the vendor's own clients."""
    dated = f"/{API_VERSION}"
    return [
        *_records(apis, f"/crm/objects{dated}/{{objectType}}"),
        *map(_older, _records(apis, "/crm/v3/objects/{objectType}")),
        *_associations(apis.associations, f"/crm/objects{dated}", f"/crm/associations{dated}"),
        *_associations(apis.associations, "/crm/v4/objects", "/crm/v4/associations"),
        *_properties(apis.properties, f"/crm/properties{dated}/{{objectType}}"),
        *_properties(apis.properties, "/crm/v3/properties/{objectType}"),
        *_pipelines(apis.pipelines, f"/crm/pipelines{dated}/{{objectType}}"),
        *_pipelines(apis.pipelines, "/crm/v3/pipelines/{objectType}"),
        *_pipeline_rules(apis.pipeline_rules),
        *_people(apis, f"/crm/owners{dated}", f"/account-info{dated}"),
        *_people(apis, "/crm/v3/owners", "/account-info/v3"),
    ]


def _records(apis: Apis, records: str) -> list[Rule]:
    objects, batches, record = apis.objects, apis.batches, f"{records}/{{objectId}}"
    return [
        ("POST", f"{records}/search", objects.search),
        ("POST", f"{records}/merge", objects.merge),
        ("POST", f"{records}/gdpr-delete", objects.privacy_delete),
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
    ]


def _older(rule: Rule) -> Rule:
    method, pattern, handler = rule

    def answer(call: Call) -> Answer:
        status, held = handler(call)
        return status, without_nulls(held)

    return method, pattern, answer


def _associations(api: AssociationsApi, objects: str, associations: str) -> list[Rule]:
    record = f"{objects}/{{objectType}}/{{objectId}}/associations"
    source = f"{objects}/{{fromObjectType}}/{{fromObjectId}}/associations"
    links = f"{associations}/{{fromObjectType}}/{{toObjectType}}"
    v4_only = [
        ("GET", f"{record}/{{toObjectType}}", api.page),
        ("GET", f"{links}/labels", api.types),
    ]
    return [
        ("PUT", f"{source}/default/{{toObjectType}}/{{toObjectId}}", api.put_default),
        ("PUT", f"{record}/{{toObjectType}}/{{toObjectId}}", api.put_labelled),
        ("DELETE", f"{record}/{{toObjectType}}/{{toObjectId}}", api.delete),
        ("POST", f"{links}/batch/read", api.batch_read),
        ("POST", f"{links}/batch/create", api.batch_create),
        ("POST", f"{links}/batch/associate/default", api.batch_default),
        ("POST", f"{links}/batch/archive", api.batch_archive),
        ("POST", f"{links}/batch/labels/archive", api.batch_labels_archive),
        *(v4_only if "/v4/" in associations else []),
    ]


def _properties(api: PropertiesApi, definitions: str) -> list[Rule]:
    return [
        ("POST", f"{definitions}/batch/read", api.batch_read),
        ("GET", definitions, api.page),
        ("POST", definitions, api.create),
        ("GET", f"{definitions}/{{propertyName}}", api.read),
        ("PATCH", f"{definitions}/{{propertyName}}", api.update),
        ("DELETE", f"{definitions}/{{propertyName}}", api.archive),
    ]


def _pipelines(api: PipelinesApi, pipelines: str) -> list[Rule]:
    pipeline = f"{pipelines}/{{pipelineId}}"
    stages, stage = f"{pipeline}/stages", f"{pipeline}/stages/{{stageId}}"
    return [
        ("GET", pipelines, api.page),
        ("POST", pipelines, api.create),
        ("GET", pipeline, api.read),
        ("PUT", pipeline, api.replace),
        ("PATCH", pipeline, api.update),
        ("DELETE", pipeline, api.delete),
        ("GET", stages, api.stages),
        ("POST", stages, api.create_stage),
        ("GET", stage, api.read_stage),
        ("PUT", stage, api.update_stage),
        ("PATCH", stage, api.update_stage),
        ("DELETE", stage, api.delete_stage),
    ]


def _pipeline_rules(api: PipelineRulesApi) -> list[Rule]:
    rules = f"/crm/pipelines-rules/{RULES_VERSION}/{{objectType}}/{{pipelineId}}"
    return [
        ("GET", rules, api.read),
        ("PUT", rules, api.replace),
        ("DELETE", rules, api.delete),
        ("GET", f"{rules}/stage-edit-permissions", api.permissions),
        ("PUT", f"{rules}/stage-edit-permissions", api.replace_permissions),
    ]


def _people(apis: Apis, owners: str, account: str) -> list[Rule]:
    return [
        ("GET", owners, apis.owners.page),
        ("GET", f"{owners}/{{ownerId}}", apis.owners.read),
        ("GET", f"{account}/details", apis.account.details),
        ("GET", f"{account}/api-usage/daily/private-apps", apis.account.usage),
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
        ("GET", "/_sandbox/tokens", control.tokens),
        ("PUT", "/_sandbox/tokens", control.put_token),
        ("GET", "/_sandbox/rules", control.rules),
        ("PUT", "/_sandbox/rules", control.put_rules),
        ("DELETE", "/_sandbox/rules", control.clear_rules),
        ("GET", "/_sandbox/account", control.account),
        ("PUT", "/_sandbox/account", control.put_account),
        ("PUT", "/_sandbox/owners/{ownerId}", control.put_owner),
        ("POST", "/_sandbox/age", control.age),
        ("GET", "/_sandbox/ui/state", ui.state),
        ("POST", "/_sandbox/ui/leads", ui.create_lead),
        ("POST", "/_sandbox/ui/deals", ui.create_deal),
        ("POST", "/_sandbox/ui/change", ui.change),
        ("POST", "/_sandbox/ui/change-many", ui.change_many),
        ("POST", "/_sandbox/ui/restore", ui.restore),
        ("POST", "/_sandbox/ui/contact-log", ui.log_contact),
    ]
