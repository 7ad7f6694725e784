"""`make deploy`: shows what a deployment would change in an account, and does it when told to."""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))

import boto3  # noqa: E402
from botocore.exceptions import BotoCoreError, ClientError  # noqa: E402

import artefacts  # noqa: E402
import cloudformation as stacks  # noqa: E402
import deployments as given  # noqa: E402
import packages  # noqa: E402
from deployments import Deployment, Deployments  # noqa: E402
from layout import FUNCTIONS  # noqa: E402
from problem import Problem  # noqa: E402

STACK_WITHIN_SECONDS = 1800.0
PLAN_WITHIN_SECONDS = 300.0
WHERE_TO_READ = "the stack's events in the cloud's console"


def main() -> int:
    arguments = _arguments()
    return told(lambda: _deploy(arguments))


def told(run: Callable[[], int]) -> int:
    """Runs it, and says what went wrong so that a person can fix it."""
    try:
        return run()
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"\nThe cloud refused: {error}", file=sys.stderr)
        print("  What to do: check the account and region in use (AWS_PROFILE, AWS_REGION).", file=sys.stderr)
    return 1


def _deploy(arguments: argparse.Namespace) -> int:
    for name, value in (("STAGE", arguments.stage), ("BUCKET", arguments.bucket), ("MAIL_FROM", arguments.mail_from)):
        if not value:
            raise Problem(f"{name} is not given.", "make deploy STAGE=… BUCKET=… MAIL_FROM=…")
    archives, crm = _archives(arguments.arch), _crm_source(arguments.arch)
    prefix = f"fairlead/{arguments.stage}/{packages.prefix(archives)}"
    s3, cloudformation = boto3.client("s3"), boto3.client("cloudformation")
    print(f"uploading {len(archives)} packages to s3://{arguments.bucket}/{prefix}/ …", flush=True)
    stacks.upload(s3, arguments.bucket, prefix, archives)
    model = artefacts.of_package(next(iter(archives.values())))
    artefacts.upload(s3, arguments.bucket, model)
    wanted = Deployment(
        number=0,
        revision=artefacts.hash_of(model),
        prefix=prefix,
        at=given.now(),
        parameters=_parameters(arguments, prefix, crm),
        template=stacks.TEMPLATE.read_text(encoding="utf-8"),
    )
    kept = Deployments(given.Bucket(s3, arguments.bucket, arguments.stage))
    return carry_out(cloudformation, kept, wanted, arguments)


def carry_out(cloudformation: Any, kept: Deployments, wanted: Deployment, arguments: argparse.Namespace) -> int:
    """Shows what a deployment would change, and does it under the next number if somebody agrees."""
    stack = f"fairlead-{arguments.stage}"
    standing = _standing(cloudformation, stack)
    number = standing.get("DeploymentNumber")
    # A number of its own changes every function, so whether anything else would change is asked by the old one.
    if number is not None:
        same = _plan(cloudformation, stack, replace(wanted, number=int(number)))
        if same is None:
            print(f"The stack {stack} stands as it should, with deployment {number}; nothing would change.")
            return 0
        cloudformation.delete_change_set(ChangeSetName=same)
    wanted = replace(wanted, number=kept.next_number(int(number or 0)))
    print(f"deployment {wanted.number} of {stack}, with revision {wanted.revision} of the model:")
    plan = _plan(cloudformation, stack, wanted)
    if plan is None:
        raise Problem(f"The cloud says that deployment {wanted.number} would change nothing.", f"Read {WHERE_TO_READ}.")
    _print_changes(cloudformation, plan)
    _print_parameters(standing, wanted.parameters)
    if not _agreed(arguments, stack):
        cloudformation.delete_change_set(ChangeSetName=plan)
        print("Nothing was changed.")
        return 0
    try:
        kept.give(wanted)
    except Problem:
        cloudformation.delete_change_set(ChangeSetName=plan)
        raise
    cloudformation.execute_change_set(ChangeSetName=plan)
    time.sleep(2)
    outputs = stacks.wait(cloudformation, stack, STACK_WITHIN_SECONDS, WHERE_TO_READ)
    kept.stands(wanted)
    for name, value in sorted(outputs.items()):
        print(f"  {name:<28}{value}")
    return 0


def _plan(cloudformation: Any, stack: str, wanted: Deployment) -> str | None:
    """Makes a change set. `None` if it is empty."""
    parameters = wanted.parameters | {"DeploymentNumber": str(wanted.number)}
    made = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"plan-{wanted.number}-{int(time.time())}",
        ChangeSetType="UPDATE" if _exists(cloudformation, stack) else "CREATE",
        TemplateBody=wanted.template,
        Parameters=stacks.as_list(parameters),
        Capabilities=stacks.CAPABILITIES,
    )["Id"]
    deadline = time.monotonic() + PLAN_WITHIN_SECONDS
    while (plan := cloudformation.describe_change_set(ChangeSetName=made))["Status"] not in ("CREATE_COMPLETE", "FAILED"):
        if time.monotonic() > deadline:
            raise Problem(f"The change set of {stack} was not ready in {PLAN_WITHIN_SECONDS:.0f} s.")
        time.sleep(1)
    if plan["Status"] == "FAILED":
        reason = plan.get("StatusReason", "no reason given")
        if "didn't contain changes" in reason or "No updates" in reason:
            cloudformation.delete_change_set(ChangeSetName=made)
            return None
        raise Problem(f"The template was refused: {reason}", "Run `make lint`.")
    return str(made)


def _print_changes(cloudformation: Any, plan: str) -> None:
    token: dict[str, str] = {}
    while True:
        page = cloudformation.describe_change_set(ChangeSetName=plan, **token)
        for change in page["Changes"]:
            resource = change["ResourceChange"]
            replaced = "  (replaced)" if resource.get("Replacement") == "True" else ""
            print(f"  {resource['Action']:<8}{resource['LogicalResourceId']:<34}{resource['ResourceType']}{replaced}")
        if "NextToken" not in page:
            return
        token = {"NextToken": page["NextToken"]}


def _print_parameters(standing: dict[str, str], wanted: dict[str, str]) -> None:
    for name, value in sorted(wanted.items()):
        if name in standing and standing[name] != value:
            print(f"  {name}: {standing[name] or '(empty)'} → {value or '(empty)'}")


def _agreed(arguments: argparse.Namespace, stack: str) -> bool:
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        print("This was a rehearsal; YES=1 carries it out.")
        return False
    return input(f"Type the stack's name ({stack}) to carry this out: ").strip() == stack


def _standing(cloudformation: Any, stack: str) -> dict[str, str]:
    """The parameters that the stack has now; none if there is no stack, or one from before the numbers."""
    if not _exists(cloudformation, stack):
        return {}
    [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {it["ParameterKey"]: it["ParameterValue"] for it in found.get("Parameters", [])}


def _exists(cloudformation: Any, stack: str) -> bool:
    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return False
        raise
    return any(one["StackStatus"] != "REVIEW_IN_PROGRESS" for one in found)


def _archives(arch: str) -> dict[str, Path]:
    folder = packages.distribution(arch)
    archives = {name: folder / f"{name}.zip" for name in FUNCTIONS}
    missing = [name for name, archive in archives.items() if not archive.is_file()]
    if missing:
        raise Problem(f"Not packaged for {arch} yet: {', '.join(missing)}.", f"Run `make package ARCH={arch}`.")
    return archives


def _crm_source(arch: str) -> str:
    noted = packages.distribution(arch) / packages.CRM_SOURCE
    try:
        return noted.read_text(encoding="utf-8").strip()
    except OSError as why:
        raise Problem(
            f"The packages for {arch} do not say which source their model has ({why}), and the CRM's webhook "
            "address is made of it.",
            f"Run `make package ARCH={arch}` again, with the CONFIG that is to be deployed.",
        ) from why


def _parameters(arguments: argparse.Namespace, prefix: str, crm: str) -> dict[str, str]:
    return {
        "Stage": arguments.stage,
        "CodeBucket": arguments.bucket,
        "CodePrefix": prefix,
        "Architecture": arguments.arch,
        "CrmSource": crm,
        "MailFrom": arguments.mail_from,
        "AlarmTopic": arguments.alarm_topic,
        "PublicUrl": arguments.public_url.rstrip("/"),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=("arm64", "x86_64"), default="arm64")
    parser.add_argument("--stage", default="")
    parser.add_argument("--bucket", default="", help="an existing bucket for the packages, in the region of the stack")
    parser.add_argument("--mail-from", default="", help="a sender whose identity is verified")
    parser.add_argument("--alarm-topic", default="")
    parser.add_argument("--public-url", default="")
    parser.add_argument("--yes", action="store_true", help="carry it out without asking")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
