"""The deployments to the local stack: counted in its folder, each with its model, from start to start."""

from pathlib import Path
from typing import Optional

import artefacts
from deployments import Deployment, Deployments, Folder, now
from layout import Layout
from problem import Problem


def kept(layout: Layout) -> Deployments:
    """Those of a stack."""
    return Deployments(Folder(layout.deployments))


def begin(layout: Layout, model: Path, again: Optional[int] = None) -> Deployment:
    """Gives the deployment of a model its number, and keeps the model for going back to it."""
    revision = artefacts.keep(model.read_bytes(), layout.state).name
    deployments = kept(layout)
    deployment = Deployment(deployments.next_number(), revision, "", now(), again=again)
    deployments.give(deployment)
    return deployment


def ended(layout: Layout, deployment: Deployment) -> None:
    """The stack stands with it."""
    kept(layout).stands(deployment)


def model_of(layout: Layout, deployment: Deployment) -> Path:
    """The model of an earlier deployment."""
    model = artefacts.place(layout.state, deployment.revision)
    if not model.is_file():
        raise Problem(
            f"The model of deployment {deployment.number} is no longer in {model.parent}.",
            "Go back to another one, or check out its commit and `make redeploy`.",
        )
    return model
