"""`make redeploy` and `make rollback`, of the running local stack: the model as it is now, or that of an earlier
deployment, under the next number. The programs are those that are built."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

import build
import cloudformation as stacks
import emulator
import local_deployments
import packages
import settings
from layout import ROOT, Layout, shown
from problem import Problem
from stack import BUCKET, DEPLOYED_WITHIN_SECONDS, STACK


def main() -> int:
    arguments = _arguments()
    layout = Layout((arguments.state_dir or settings.state_dir()).resolve())
    try:
        if arguments.back and not arguments.to:
            print(local_deployments.kept(layout).listed())
            return 0
        return _redeploy(arguments, layout)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"\nThe local stack refused: {error}", file=sys.stderr)
        print(f"  What to do: read {shown(layout.log('emulator'))}.", file=sys.stderr)
    return 1


def _redeploy(arguments: argparse.Namespace, layout: Layout) -> int:
    url = _running(layout)
    if arguments.to:
        before = local_deployments.kept(layout).find(arguments.to)
        model = local_deployments.model_of(layout, before)
        if arguments.own_number:
            return _update(layout, url, model, before.number)
        deployment = local_deployments.begin(layout, model, again=before.number)
    else:
        build.require_programs()
        model = build.model(arguments.config.resolve(), layout)
        deployment = local_deployments.begin(layout, model)
    print(f"deployment {deployment.number}, revision {deployment.revision} of the model")
    _update(layout, url, model, deployment.number)
    local_deployments.ended(layout, deployment)
    return 0


def _update(layout: Layout, url: str, model: Path, number: int) -> int:
    archives = packages.pack_all(layout, model)
    prefix = packages.prefix(archives)
    s3 = emulator.client(url, "s3")
    stacks.upload(s3, BUCKET, prefix, archives)
    cloudformation = emulator.client(url, "cloudformation")
    parameters = _standing(cloudformation) | {"CodePrefix": prefix, "DeploymentNumber": str(number)}
    cloudformation.update_stack(
        StackName=STACK,
        TemplateURL=stacks.send_template(s3, BUCKET, stacks.TEMPLATE.read_text(encoding="utf-8")),
        Parameters=stacks.as_list(parameters),
        Capabilities=stacks.CAPABILITIES,
    )
    stacks.wait(cloudformation, STACK, DEPLOYED_WITHIN_SECONDS, shown(layout.log("emulator")))
    print(f"the stack in {shown(layout.state)} stands with deployment {number}")
    return 0


def _standing(cloudformation: Any) -> dict[str, str]:
    [found] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    return {it["ParameterKey"]: it["ParameterValue"] for it in found["Parameters"]}


def _running(layout: Layout) -> str:
    try:
        return str(json.loads(layout.endpoints.read_text(encoding="utf-8"))["aws_endpoint"])
    except (OSError, ValueError, KeyError):
        raise Problem(
            f"No stack runs in {shown(layout.state)}.",
            "`make run` starts one. For a stack in the cloud give its STAGE and BUCKET.",
        ) from None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=None, help="the folder of the stack (STATE_DIR)")
    parser.add_argument("--config", type=Path, default=ROOT / "config", help="the operating model's folder")
    parser.add_argument("--back", action="store_true", help="go back to --to; without it, list what there is")
    parser.add_argument("--to", default="", help="the number of an earlier deployment, or the revision of its model")
    parser.add_argument(
        "--own-number",
        action="store_true",
        help="with --to: under the number it had, as the cloud's own rollback after a failed update does",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
