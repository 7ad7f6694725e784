"""`make deploy-model`: brings a changed model to an account without new packages, in one update of the stack."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import artefacts  # noqa: E402
import build  # noqa: E402
import deploy  # noqa: E402
import deployments as given  # noqa: E402
import operation  # noqa: E402
import packages  # noqa: E402
import plan  # noqa: E402
import source  # noqa: E402
from deployments import Deployment  # noqa: E402
from layout import ROOT, Layout  # noqa: E402
from problem import Problem  # noqa: E402


def main() -> int:
    arguments = _arguments()
    return deploy.told(lambda: _deploy_model(arguments))


def _deploy_model(arguments: argparse.Namespace) -> int:
    here = deploy.account(arguments, "make deploy-model STAGE=… BUCKET=… [CONFIG=…]")
    operation.require_ready(here.cloudformation, here.stack)
    config = arguments.config.resolve()
    built = build.model(config, Layout(ROOT / ".local"))
    model = built.read_bytes()
    revision = artefacts.hash_of(model)
    standing = _standing(here)
    _require_same_format(here, standing, model)
    key = f"fairlead/{here.stage}/models/{revision}.zip"
    archive = built.with_name("layer.zip")
    packages.pack_model(built, archive)
    print(f"uploading the model to s3://{here.bucket}/{key} …", flush=True)
    here.s3.upload_file(str(archive), here.bucket, key)
    artefacts.upload(here.s3, here.bucket, model)
    wanted = replace(standing, number=0, revision=revision, at=given.now(), again=None, stood=None, alone=True)
    # Packages that bring this very model need none beside them.
    own = standing.parameters.get("ModelKey", "") == "" and standing.revision == revision
    settings = {"ModelKey": "" if own else key, "CrmSource": source.of(config).name}
    return deploy.carry_out(here, wanted, settings, arguments.yes)


def _standing(here: deploy.Account) -> Deployment:
    """The deployment whose packages and template stay."""
    found = here.deployed()
    if "ModelKey" not in plan.parameters_of(found.template):
        raise Problem(
            f"Deployment {found.number} was made before a model could go alone.", "`make package` and `make deploy` once more."
        )
    return found


def _require_same_format(here: deploy.Account, standing: Deployment, model: bytes) -> None:
    """Functions read the artefact that their own compiler writes, and refuse any other when they start."""
    theirs = artefacts.fetch(here.s3, here.bucket, standing.revision)
    if theirs is None:
        raise Problem(
            f"The model of deployment {standing.number} is not in s3://{here.bucket}/, so that nobody can say whether the "
            "functions there could read this one.",
            "`make package` and `make deploy`.",
        )
    old, new = _format(theirs), _format(model)
    if old != new:
        raise Problem(
            f"The functions of deployment {standing.number} read models of format {old}; this one is of format {new}.",
            "`make package` and `make deploy`, which bring functions along; or check out the commit of their packages"
            + (f", {standing.commit[:12]}." if standing.commit else "."),
        )


def _format(artefact: bytes) -> int:
    return int(json.loads(artefact.partition(b"\n")[0])["format"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default="")
    parser.add_argument("--bucket", default="", help="the bucket with the packages")
    parser.add_argument("--config", type=Path, default=ROOT / "config", help="the operating model's folder")
    parser.add_argument("--yes", action="store_true", help="carry it out without asking")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
