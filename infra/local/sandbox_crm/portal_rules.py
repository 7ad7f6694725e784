"""What this portal demands of every write, beyond what a property can hold.

Required properties bind everybody, apps too; the rules of pipelines only people and apps that act for
one. All of them answer 400 `VALIDATION_ERROR`: nothing that another attempt would change.
"""

from typing import Any

from .actors import Actor
from .body import as_object, texts
from .definitions import Definitions
from .errors import invalid, lacking, refused_move
from .object_type import ObjectType
from .pipeline import Pipeline
from .pipeline_rules import PipelineRules, read_movement, read_permissions

Key = tuple[str, str]
"""Object type and pipeline."""


class PortalRules:
    """None but those of the CRM itself, until an administrator sets some."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._required: dict[str, tuple[str, ...]] = {}
        self._in_stage: dict[str, dict[str, tuple[str, ...]]] = {}
        self._pipelines: dict[Key, PipelineRules] = {}

    def check(
        self, kind: ObjectType, values: dict[str, str], present: dict[str, str], actor: Actor
    ) -> None:
        """Raises 400 if the record may not be written so; `present` is empty for a new one."""
        after = {**present, **values}
        names = [*kind.required, *self._required.get(kind.name, ())]
        missing = [name for name in names if not after.get(name) and (name in values or not present)]
        missing += self._missing_in_stage(kind, values, present, after)
        if missing:
            doing = "updating" if present else "creating"
            raise lacking(doing, kind.singular, list(dict.fromkeys(missing)))
        if actor.user_id is not None and kind.pipelines:
            self._check_move(kind, present, after, actor.user_id)

    def pipeline(self, kind: ObjectType, pipeline: Pipeline) -> PipelineRules:
        """The rules of a pipeline, which may be empty."""
        return self._pipelines.setdefault((kind.name, pipeline.id), PipelineRules())

    def forget(self, kind: ObjectType, pipeline: Pipeline) -> None:
        """Drops the rules of a pipeline."""
        self._pipelines.pop((kind.name, pipeline.id), None)

    def forget_stages(self, kind: ObjectType, pipeline: Pipeline, stages: set[str]) -> None:
        """Drops what is demanded of stages that are no more; `put` would refuse it."""
        for stage in stages:
            self._in_stage.get(kind.name, {}).pop(stage, None)
        if rules := self._pipelines.get((kind.name, pipeline.id)):
            rules.forget(stages)

    def forget_property(self, kind: ObjectType, name: str) -> None:
        """Drops the demand for a property that nobody can set any more."""
        held = self._required.get(kind.name, ())
        if name in held:
            self._required[kind.name] = tuple(one for one in held if one != name)
        for stage, names in self._in_stage.get(kind.name, {}).items():
            self._in_stage[kind.name][stage] = tuple(one for one in names if one != name)

    def clear(self) -> None:
        """Drops all of them."""
        self._required.clear()
        self._in_stage.clear()
        self._pipelines.clear()

    def put(self, given: Any) -> None:
        """Replaces all rules by `{"required": {type: [property]}, "requiredInStage": {type: {stage:
        [property]}}, "pipelines": {type: {pipeline: {"governanceValidationRules", "stages"}}}}`.
        Raises 400, and then nothing has changed."""
        held = as_object(given)
        unknown = held.keys() - {"required", "requiredInStage", "pipelines"}
        if unknown:
            raise invalid(f"There are no rules called {', '.join(sorted(unknown))}.")
        fresh = PortalRules(self._definitions)
        for name in as_object(held.get("required", {})):
            kind = self._kind(name)
            fresh._required[kind.name] = _names(kind, held["required"], name)
        for name, stages in as_object(held.get("requiredInStage", {})).items():
            kind = self._kind(name)
            stages = as_object(stages, f"requiredInStage.{name}")
            fresh._in_stage[kind.name] = {stage: _names(kind, stages, stage) for stage in stages}
        for name, pipelines in as_object(held.get("pipelines", {})).items():
            for pipeline, rules in as_object(pipelines, f"pipelines.{name}").items():
                fresh._put_pipeline(self._kind(name), pipeline, as_object(rules))
        self._required, self._in_stage = fresh._required, fresh._in_stage
        self._pipelines = fresh._pipelines

    def shown(self) -> dict[str, Any]:
        """All rules as JSON, as `put` takes them."""
        pipelines: dict[str, Any] = {}
        for (name, pipeline), rules in self._pipelines.items():
            held = self._definitions.types[name].pipelines.get(pipeline)
            pipelines.setdefault(name, {})[pipeline] = {
                "governanceValidationRules": rules.shown(),
                "stages": rules.permissions(held) if held else [],
            }
        return {
            "required": {name: list(names) for name, names in self._required.items()},
            "requiredInStage": {
                name: {stage: list(names) for stage, names in stages.items()}
                for name, stages in self._in_stage.items()
            },
            "pipelines": pipelines,
        }

    def _missing_in_stage(
        self,
        kind: ObjectType,
        values: dict[str, str],
        present: dict[str, str],
        after: dict[str, str],
    ) -> list[str]:
        stage = after.get("dealstage", "")
        wanted = self._in_stage.get(kind.name, {}).get(stage, ())
        entered = stage != present.get("dealstage", "")
        return [name for name in wanted if not after.get(name) and (entered or name in values)]

    def _check_move(
        self, kind: ObjectType, present: dict[str, str], after: dict[str, str], user_id: int
    ) -> None:
        wanted = after.get("pipeline") or next(iter(kind.pipelines))
        rules, pipeline = self._pipelines.get((kind.name, wanted)), kind.pipelines.get(wanted)
        if rules is None or pipeline is None:
            return
        before = present.get("dealstage", "")
        if problems := rules.problems(pipeline, before, after.get("dealstage", ""), user_id):
            raise refused_move(problems)

    def _put_pipeline(self, kind: ObjectType, name: str, given: dict[str, Any]) -> None:
        pipeline = kind.pipelines.get(name)
        if pipeline is None:
            raise invalid(f"{kind.name} have no pipeline {name!r}.")
        rules = self.pipeline(kind, pipeline)
        read_movement(given.get("governanceValidationRules"), pipeline, rules)
        read_permissions(given.get("stages", []), pipeline, rules)

    def _kind(self, name: str) -> ObjectType:
        kind = self._definitions.find(name)
        if kind is None:
            raise invalid(f"There is no object type {name!r}.")
        return kind


def _names(kind: ObjectType, held: dict[str, Any], key: str) -> tuple[str, ...]:
    names = texts(held, key)
    for name in names:
        if name not in kind.properties:
            raise invalid(f"{kind.name} have no property {name!r}.")
    return tuple(names)
