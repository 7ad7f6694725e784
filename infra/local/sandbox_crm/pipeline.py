"""Pipelines and their stages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .timestamps import iso


@dataclass
class Stage:
    """One column of a pipeline. `probability` is what a deal there is worth: 1 is won, 0 is lost."""

    id: str
    label: str
    probability: float = 0.5
    order: int = 0
    changed: int = 0
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether a deal that stands here is over."""
        return self.probability in (0.0, 1.0)


@dataclass
class Pipeline:
    """The stages are kept in the order in which they are shown."""

    id: str
    label: str
    stages: list[Stage] = field(default_factory=list)
    order: int = 0
    made: int = 0
    changed: int = 0

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)

    def stage(self, stage_id: str) -> Stage | None:
        """The stage with this id."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    def place(self, stage_id: str) -> int:
        """How far along a stage is."""
        return next(place for place, stage in enumerate(self.stages) if stage.id == stage_id)

    def sort(self) -> None:
        """By the order they are given, and by their label where that is the same."""
        self.stages.sort(key=lambda stage: (stage.order, stage.label))


def numbered(pipeline: Pipeline) -> Pipeline:
    """The same pipeline, its stages ordered as they are listed."""
    for order, stage in enumerate(pipeline.stages):
        stage.order = order
    return pipeline


def shown(pipeline: Pipeline) -> dict[str, Any]:
    """A pipeline as HubSpot writes it."""
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": pipeline.order,
        "stages": [stage_shown(stage, pipeline.made) for stage in pipeline],
        "createdAt": iso(pipeline.made),
        "updatedAt": iso(pipeline.changed),
        "archived": False,
    }


def stage_shown(stage: Stage, made: int) -> dict[str, Any]:
    """A stage as HubSpot writes it: everything in `metadata` is text."""
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": stage.order,
        "metadata": stage.metadata
        | {"isClosed": str(stage.closed).lower(), "probability": str(stage.probability)},
        "createdAt": iso(made),
        "updatedAt": iso(stage.changed or made),
        "archived": False,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }
