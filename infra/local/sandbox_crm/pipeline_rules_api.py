"""The rules of a pipeline as an administrator's program sets them."""

from typing import Any

from . import body
from .call import Answer, Call
from .errors import invalid
from .object_type import ObjectType
from .objects_api import ObjectsApi
from .pipeline import Pipeline
from .pipeline_rules import PipelineRules, read_movement, read_permissions
from .portal_rules import PortalRules
from .timestamps import iso

VERSION = "2026-09-beta"


class PipelineRulesApi:
    """The paths under `/crm/pipelines-rules/{version}`; approvals are not among them."""

    def __init__(self, objects: ObjectsApi, rules: PortalRules) -> None:
        self._objects = objects
        self._rules = rules

    def read(self, call: Call) -> Answer:
        """GET the rules about movement."""
        return 200, self._shown(*self._objects.pipeline(call))

    def replace(self, call: Call) -> Answer:
        """PUT the rules about movement."""
        kind, pipeline = self._objects.pipeline(call)
        given = body.as_object(call.json())
        if given.get("approvalStage"):
            raise invalid("The sandbox CRM knows no approvals.")
        rules = self._stamped(kind, pipeline)
        read_movement(given.get("governanceValidationRules"), pipeline, rules)
        return 200, self._shown(kind, pipeline)

    def delete(self, call: Call) -> Answer:
        """DELETE all rules of the pipeline."""
        self._rules.forget(*self._objects.pipeline(call))
        return 204, None

    def permissions(self, call: Call) -> Answer:
        """GET who may edit in which stage."""
        return 200, self._permissions(*self._objects.pipeline(call))

    def replace_permissions(self, call: Call) -> Answer:
        """PUT who may edit in which stage."""
        kind, pipeline = self._objects.pipeline(call)
        rules = self._stamped(kind, pipeline)
        read_permissions(body.as_object(call.json()).get("stages"), pipeline, rules)
        return 200, self._permissions(kind, pipeline)

    def _stamped(self, kind: ObjectType, pipeline: Pipeline) -> PipelineRules:
        rules = self._rules.pipeline(kind, pipeline)
        rules.changed = self._objects.store.now()
        rules.made = rules.made or rules.changed
        return rules

    def _shown(self, kind: ObjectType, pipeline: Pipeline) -> dict[str, Any]:
        rules = self._rules.pipeline(kind, pipeline)
        return _head(kind, pipeline, rules) | {"governanceValidationRules": rules.shown()}

    def _permissions(self, kind: ObjectType, pipeline: Pipeline) -> dict[str, Any]:
        rules = self._rules.pipeline(kind, pipeline)
        return _head(kind, pipeline, rules) | {"stages": rules.permissions(pipeline)}


def _head(kind: ObjectType, pipeline: Pipeline, rules: PipelineRules) -> dict[str, Any]:
    return {
        "id": f"{kind.type_id}-{pipeline.id}",
        "objectTypeId": kind.type_id,
        "pipelineId": pipeline.id,
        "createdAt": iso(rules.made),
        "updatedAt": iso(rules.changed),
    }
