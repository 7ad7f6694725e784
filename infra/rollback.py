"""`make rollback`: deploys an earlier deployment again, under the next number; without TO it lists them."""

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Mapping

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import deploy  # noqa: E402
import deployments as given  # noqa: E402
import operation  # noqa: E402
import plan  # noqa: E402
from deployments import Deployment  # noqa: E402
from problem import Problem  # noqa: E402

OF_OPERATORS = frozenset(
    ("Processing", "TickState", "AlarmTopic", "MailFrom", "PublicUrl", "ReservedConcurrency", "LogDays")
)
"""Parameters that say where and how a stage is run, and not what it does: they stay as they are now, so that a rollback
neither starts what was stopped for a restore nor mails by a sender of the past."""
_PACKAGE = re.compile(r"\$\{CodePrefix\}/([a-z-]+)\.zip")


def main() -> int:
    arguments = _arguments()
    return deploy.told(lambda: _rollback(arguments))


def _rollback(arguments: argparse.Namespace) -> int:
    here = deploy.account(arguments, "make rollback STAGE=… BUCKET=… [TO=NUMBER|REVISION]")
    if not arguments.to:
        print(here.kept.listed())
        return 0
    before = here.kept.find(arguments.to)
    _require_packages(here.s3, here.bucket, before)
    operation.require_ready(here.cloudformation, here.stack)
    print(f"back to deployment {before.number}, of {before.at}")
    # The same packages, template and other parameters, so that the functions find what they were written for. The standing
    # model of its own must not outlive a deployment that knew none.
    again = replace(before, number=0, at=given.now(), again=before.number, stood=None)
    own = {"ModelKey": ""} if "ModelKey" in plan.parameters_of(before.template) else {}
    return deploy.carry_out(here, again, {**own, **_given(before.parameters, here.standing())}, arguments.yes)


def _given(before: Mapping[str, str], standing: Mapping[str, str]) -> dict[str, str]:
    """What is given of an earlier deployment's parameters: all but those of the operators, where the stack has them."""
    return {name: value for name, value in before.items() if name not in OF_OPERATORS or name not in standing}


def _require_packages(s3: Any, bucket: str, before: Deployment) -> None:
    """The cloud would find out only in the middle of the update."""
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{before.prefix}/").get("Contents", [])
    there = {item["Key"] for item in found}
    # Those of its own template: another deployment may have other functions.
    named = _PACKAGE.findall(before.template)
    missing = [name for name in named if f"{before.prefix}/{name}.zip" not in there]
    model = before.parameters.get("ModelKey")
    if model and not s3.list_objects_v2(Bucket=bucket, Prefix=model).get("Contents"):
        missing.append("its model")
    if missing:
        raise Problem(
            f"The packages of deployment {before.number} are no longer in s3://{bucket}/{before.prefix}/: {', '.join(missing)}.",
            "Go back to another one, or check out its commit, then `make package` and `make deploy`.",
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", default="", help="the number of the deployment, or the revision of its model")
    parser.add_argument("--stage", default="")
    parser.add_argument("--bucket", default="", help="the bucket with the packages")
    parser.add_argument("--yes", action="store_true", help="carry it out without asking")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
