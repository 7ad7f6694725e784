"""The pipelines of an object type and their stages: listed, made, changed, deleted."""

import itertools
from typing import Any

from . import body
from .call import Answer, Call
from .errors import ApiError, invalid, not_found
from .object_type import ObjectType
from .objects_api import ObjectsApi
from .pipeline import Pipeline, Stage, shown, stage_shown
from .portal_rules import PortalRules

FIRST_ID = 700_000_001
"""Of the pipelines and stages to which a request gives no id."""


class PipelinesApi:
    """The paths under `/crm/pipelines/{version}/{objectType}` and `/crm/v3/pipelines/{objectType}`."""

    def __init__(self, objects: ObjectsApi, rules: PortalRules) -> None:
        self._objects = objects
        self._store = objects.store
        self._rules = rules
        # A count: two made in the same millisecond must not have the same.
        self._ids = map(str, itertools.count(FIRST_ID))

    def page(self, call: Call) -> Answer:
        """GET all."""
        pipelines = sorted(self._kind(call).pipelines.values(), key=lambda one: (one.order, one.label))
        return 200, {"results": [shown(pipeline) for pipeline in pipelines]}

    def read(self, call: Call) -> Answer:
        """GET one."""
        return 200, shown(self._pipeline(call))

    def create(self, call: Call) -> Answer:
        """POST a pipeline with its stages."""
        kind = self._kind(call)
        if not kind.pipelines:
            raise invalid(f"{kind.name} have no pipelines.")
        given = body.as_object(call.json())
        now = self._store.now()
        wanted = given.get("pipelineId") or self._fresh(kind)
        if not isinstance(wanted, str) or wanted in kind.pipelines:
            raise invalid(f"A pipeline with the id {wanted!r} exists already, or that is none.")
        pipeline = Pipeline(wanted, _label(given), [], _order(given, len(kind.pipelines)), now, now)
        self._fill(kind, pipeline, given.get("stages"))
        kind.pipelines[wanted] = pipeline
        return 201, shown(pipeline)

    def replace(self, call: Call) -> Answer:
        """PUT label, order and stages anew."""
        kind, pipeline = self._objects.pipeline(call)
        given = body.as_object(call.json())
        fresh = Pipeline(pipeline.id, _label(given), [], _order(given, pipeline.order), pipeline.made)
        self._fill(kind, fresh, given.get("stages"), replaced=pipeline)
        gone = {stage.id for stage in pipeline} - {stage.id for stage in fresh}
        self._refuse_used(call, pipeline, gone)
        self._rules.forget_stages(kind, pipeline, gone)
        fresh.changed = self._store.now()
        kind.pipelines[pipeline.id] = fresh
        return 200, shown(fresh)

    def update(self, call: Call) -> Answer:
        """PATCH label or order."""
        pipeline, given = self._pipeline(call), body.as_object(call.json())
        label, order = _label(given, pipeline.label), _order(given, pipeline.order)
        pipeline.label, pipeline.order, pipeline.changed = label, order, self._store.now()
        return 200, shown(pipeline)

    def delete(self, call: Call) -> Answer:
        """DELETE; 400 if records stand in it and the request does not say that this is meant."""
        kind, pipeline = self._objects.pipeline(call)
        if len(kind.pipelines) == 1:
            raise invalid(f"{pipeline.id} is the only pipeline of {kind.name}.")
        self._refuse_used(call, pipeline, None)
        self._rules.forget_stages(kind, pipeline, {stage.id for stage in pipeline})
        self._rules.forget(kind, pipeline)
        del kind.pipelines[pipeline.id]
        return 204, None

    def stages(self, call: Call) -> Answer:
        """GET the stages of one."""
        pipeline = self._pipeline(call)
        return 200, {"results": [stage_shown(stage, pipeline.made) for stage in pipeline]}

    def read_stage(self, call: Call) -> Answer:
        """GET one stage."""
        pipeline = self._pipeline(call)
        return 200, stage_shown(_stage(pipeline, call), pipeline.made)

    def create_stage(self, call: Call) -> Answer:
        """POST one stage."""
        kind, pipeline = self._objects.pipeline(call)
        stage = self._read_stage(kind, pipeline, body.as_object(call.json()), len(pipeline.stages))
        pipeline.stages.append(stage)
        pipeline.sort()
        return 201, stage_shown(stage, pipeline.made)

    def update_stage(self, call: Call) -> Answer:
        """PATCH or PUT one stage."""
        pipeline, given = self._pipeline(call), body.as_object(call.json())
        stage = _stage(pipeline, call)
        label, order = _label(given, stage.label), _order(given, stage.order)
        probability, metadata = _metadata(given, stage.probability)
        stage.label, stage.order, stage.probability = label, order, probability
        stage.metadata, stage.changed = stage.metadata | metadata, self._store.now()
        pipeline.sort()
        return 200, stage_shown(stage, pipeline.made)

    def delete_stage(self, call: Call) -> Answer:
        """DELETE one stage; 400 if records stand in it."""
        kind, pipeline = self._objects.pipeline(call)
        stage = _stage(pipeline, call)
        self._refuse_used(call, pipeline, {stage.id})
        self._rules.forget_stages(kind, pipeline, {stage.id})
        pipeline.stages.remove(stage)
        return 204, None

    def _kind(self, call: Call) -> ObjectType:
        return self._objects.kind(call.parts["objectType"])

    def _pipeline(self, call: Call) -> Pipeline:
        return self._objects.pipeline(call)[1]

    def _fresh(self, kind: ObjectType, *beside: Pipeline) -> str:
        """An id that no pipeline and no stage of the type has, nor of those beside."""
        held = [*kind.pipelines.values(), *beside]
        taken = {one.id for one in held} | {stage.id for one in held for stage in one}
        return next(one for one in self._ids if one not in taken)

    def _fill(
        self, kind: ObjectType, pipeline: Pipeline, listed: Any, replaced: Pipeline | None = None
    ) -> None:
        if not isinstance(listed, list) or not listed:
            raise invalid("A pipeline needs `stages`, a list with at least one.")
        for place, item in enumerate(listed):
            held = body.as_object(item, f"stages[{place}]")
            pipeline.stages.append(self._read_stage(kind, pipeline, held, place, replaced))
        pipeline.sort()

    def _read_stage(
        self,
        kind: ObjectType,
        pipeline: Pipeline,
        given: dict[str, Any],
        place: int,
        replaced: Pipeline | None = None,
    ) -> Stage:
        """A stage id is known in the whole object type, so it stands in one pipeline only."""
        now = self._store.now()
        wanted = given.get("stageId") or self._fresh(kind, pipeline)
        others = [one for one in kind.pipelines.values() if one is not replaced]
        taken = any(one.stage(wanted) for one in (*others, pipeline))
        if not isinstance(wanted, str) or taken or wanted != wanted.lower():
            raise invalid(f"A stage with the id {wanted!r} exists already, or that is none.")
        probability, metadata = _metadata(given, None)
        return Stage(wanted, _label(given), probability, _order(given, place), now, metadata)

    def _refuse_used(self, call: Call, pipeline: Pipeline, stages: set[str] | None) -> None:
        """The dated version looks for records unless it is told not to; v3 only if it is told to."""
        told = body.one(call.query, "validateDealStageUsagesBeforeDelete")
        told = told or body.one(call.query, "validateReferencesBeforeDelete")
        if told == "false" or (told is None and call.path.startswith("/crm/v3/")):
            return
        users = [
            record.id
            for record in self._store.all(self._kind(call))
            if record.properties.get("pipeline") == pipeline.id
            and (stages is None or record.properties.get("dealstage") in stages)
        ]
        if users:
            text = f"Records still stand there: {', '.join(users[:10])}."
            raise ApiError(400, "VALIDATION_ERROR", text, context={"ids": users[:100]})


def _stage(pipeline: Pipeline, call: Call) -> Stage:
    stage = pipeline.stage(call.parts["stageId"])
    if stage is None:
        raise not_found(f"Pipeline {pipeline.id} has no stage {call.parts['stageId']}.")
    return stage


def _label(given: dict[str, Any], otherwise: str | None = None) -> str:
    label = given.get("label", otherwise)
    if not isinstance(label, str) or not label.strip():
        raise invalid("`label` must be a text.")
    return label


def _order(given: dict[str, Any], otherwise: int) -> int:
    order = given.get("displayOrder", otherwise)
    if isinstance(order, bool) or not isinstance(order, int):
        raise invalid("`displayOrder` must be a whole number.")
    return order


def _metadata(given: dict[str, Any], otherwise: float | None) -> tuple[float, dict[str, str]]:
    """The probability of a stage, which a deal's stage must have, and what else is noted on it."""
    held = body.as_object(given.get("metadata", {}), "`metadata`")
    told = held.get("probability", otherwise)
    try:
        probability = float(told)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        probability = -1.0
    if not 0.0 <= probability <= 1.0:
        raise invalid("`metadata.probability` of a stage must be a number from 0.0 to 1.0.")
    rest = {key: str(value) for key, value in held.items() if key not in ("probability", "isClosed")}
    return probability, rest
