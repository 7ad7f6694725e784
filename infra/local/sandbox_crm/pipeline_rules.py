"""The rules that an administrator sets on a pipeline, and whether a move keeps to them.

They bind people and apps that act for a user; an app's own token and workflows pass. A deal may always
be given up here: a move to a lost stage skips nothing.
"""

from dataclasses import dataclass, field
from typing import Any

from .body import as_object, texts
from .errors import ValueProblem, invalid
from .pipeline import Pipeline, Stage

SEQUENCE = ("noBackwardsMovementRule", "noSkippingStagesRule")


@dataclass
class Sequence:
    """A rule about the order of stages: it holds for all of them, or for those named."""

    everywhere: bool = False
    stages: tuple[str, ...] = ()

    def holds(self, stage: str) -> bool:
        """Whether this stage is under the rule."""
        return self.everywhere or stage in self.stages

    def without(self, stages: set[str]) -> "Sequence":
        """The same rule with some stages no longer named."""
        return Sequence(self.everywhere, _without(self.stages, stages))

    def shown(self) -> dict[str, Any]:
        """As HubSpot writes it."""
        return {"enabledForAllStages": self.everywhere, "pipelineStageIds": list(self.stages)}


@dataclass
class PipelineRules:
    """All rules of one pipeline. `create_in` empty lets a record begin anywhere; `editors` has the
    users who may edit records of a restricted stage."""

    no_going_back: Sequence = field(default_factory=Sequence)
    no_skipping: Sequence = field(default_factory=Sequence)
    create_in: tuple[str, ...] = ()
    editors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    made: int = 0
    changed: int = 0

    def shown(self) -> dict[str, Any]:
        """The rules about movement, as HubSpot writes them."""
        return {
            "noBackwardsMovementRule": self.no_going_back.shown(),
            "noSkippingStagesRule": self.no_skipping.shown(),
            "objectCreationRule": {"pipelineStageIds": list(self.create_in)},
        }

    def permissions(self, pipeline: Pipeline) -> list[dict[str, Any]]:
        """Who may edit in which stage, as HubSpot writes it."""
        return [
            {
                "pipelineStageId": stage.id,
                "label": stage.label,
                "permissionMode": "RESTRICTED" if stage.id in self.editors else "OPEN",
                "superAdmin": False,
                "teamIds": [],
                "userIds": list(self.editors.get(stage.id, ())),
            }
            for stage in pipeline
        ]

    def forget(self, stages: set[str]) -> None:
        """Drops stages that are no more from every rule that names them."""
        self.no_going_back = self.no_going_back.without(stages)
        self.no_skipping = self.no_skipping.without(stages)
        self.create_in = _without(self.create_in, stages)
        for stage in stages:
            self.editors.pop(stage, None)

    def problems(
        self, pipeline: Pipeline, before: str, after: str, user_id: int
    ) -> list[ValueProblem]:
        """What speaks against a record of stage `before` (none if it is new) standing in `after` by
        the hand of this user."""
        found = []
        for stage in dict.fromkeys(filter(None, (before, after))):
            if stage in self.editors and str(user_id) not in self.editors[stage]:
                text = f"User {user_id} may not edit records in stage {stage}."
                found.append(ValueProblem("STAGE_EDIT_NOT_ALLOWED", "dealstage", text))
        if not before and after and self.create_in and after not in self.create_in:
            text = f"Records cannot be created in stage {after}; allowed: [{', '.join(self.create_in)}]"
            found.append(ValueProblem("STAGE_NOT_ALLOWED_AT_CREATION", "dealstage", text))
        if before and after and before != after:
            found += self._moved(pipeline, before, after)
        return found

    def _moved(self, pipeline: Pipeline, before: str, after: str) -> list[ValueProblem]:
        origin, target = pipeline.stage(before), pipeline.stage(after)
        if origin is None or target is None or target.probability == 0.0:
            return []
        here, there = pipeline.place(before), pipeline.place(after)
        if there < here and self.no_going_back.holds(before):
            text = f"Records cannot move back from stage {before} to {after}."
            return [ValueProblem("BACKWARDS_MOVEMENT_NOT_ALLOWED", "dealstage", text)]
        skipped = [stage.id for stage in _between(pipeline, here, there) if self.no_skipping.holds(stage.id)]
        if skipped:
            text = f"Records cannot move from stage {before} to {after} without {', '.join(skipped)}."
            return [ValueProblem("SKIPPING_STAGES_NOT_ALLOWED", "dealstage", text)]
        return []


def _without(named: tuple[str, ...], stages: set[str]) -> tuple[str, ...]:
    return tuple(stage for stage in named if stage not in stages)


def _between(pipeline: Pipeline, here: int, there: int) -> list[Stage]:
    return [stage for stage in pipeline.stages[here + 1 : there] if not stage.closed]


def read_movement(given: Any, pipeline: Pipeline, into: PipelineRules) -> None:
    """Takes `governanceValidationRules`; raises 400 if they name a stage that is not there."""
    held = as_object({} if given is None else given, "`governanceValidationRules`")
    unknown = held.keys() - {*SEQUENCE, "objectCreationRule"}
    if unknown:
        raise invalid(f"A pipeline has no rule {', '.join(sorted(unknown))}.")
    into.no_going_back = _sequence(held.get("noBackwardsMovementRule"), pipeline)
    into.no_skipping = _sequence(held.get("noSkippingStagesRule"), pipeline)
    into.create_in = _stages(as_object(held.get("objectCreationRule") or {}), pipeline)


def read_permissions(listed: Any, pipeline: Pipeline, into: PipelineRules) -> None:
    """Takes the `stages` of the edit permissions; raises 400 if they cannot be."""
    if not isinstance(listed, list):
        raise invalid("`stages` must be a list of permissions.")
    editors: dict[str, tuple[str, ...]] = {}
    for index, item in enumerate(listed):
        held = as_object(item, f"stages[{index}]")
        stage, mode = held.get("pipelineStageId"), held.get("permissionMode")
        if not isinstance(stage, str) or pipeline.stage(stage) is None:
            raise invalid(f"stages[{index}]: pipeline {pipeline.id} has no stage {stage!r}.")
        if mode not in ("OPEN", "RESTRICTED"):
            raise invalid(f"stages[{index}].permissionMode must be OPEN or RESTRICTED.")
        if mode == "RESTRICTED":
            editors[stage] = tuple(texts(held, "userIds"))
    into.editors = editors


def _sequence(given: Any, pipeline: Pipeline) -> Sequence:
    held = as_object(given or {}, "a rule about the order of stages")
    everywhere = held.get("enabledForAllStages", False)
    if not isinstance(everywhere, bool):
        raise invalid("`enabledForAllStages` must be true or false.")
    return Sequence(everywhere, _stages(held, pipeline))


def _stages(held: dict[str, Any], pipeline: Pipeline) -> tuple[str, ...]:
    stages = texts(held, "pipelineStageIds")
    for stage in stages:
        if pipeline.stage(stage) is None:
            raise invalid(f"Pipeline {pipeline.id} has no stage {stage!r}.")
    return tuple(stages)
