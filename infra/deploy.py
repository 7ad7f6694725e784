"""`make deploy`: shows what a deployment would change in an account, and does it when told to."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))

import boto3  # noqa: E402
from botocore.exceptions import BotoCoreError, ClientError  # noqa: E402

import cloudformation as stacks  # noqa: E402
import packages  # noqa: E402
from layout import FUNCTIONS  # noqa: E402
from problem import Problem  # noqa: E402

STACK_WITHIN_SECONDS = 1800.0
PLAN_WITHIN_SECONDS = 300.0
WHERE_TO_READ = "the stack's events in the cloud's console"


def main() -> int:
    arguments = _arguments()
    try:
        return _deploy(arguments)
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
    stack = f"fairlead-{arguments.stage}"
    print(f"uploading {len(archives)} packages to s3://{arguments.bucket}/{prefix}/ …", flush=True)
    stacks.upload(s3, arguments.bucket, prefix, archives)
    parameters = _parameters(arguments, prefix, crm)
    plan = _plan(cloudformation, stack, parameters)
    if plan is None:
        print(f"The stack {stack} stands as it should; nothing would change.")
        return 0
    if not _agreed(arguments, stack):
        cloudformation.delete_change_set(ChangeSetName=plan)
        print("Nothing was changed.")
        return 0
    cloudformation.execute_change_set(ChangeSetName=plan)
    time.sleep(2)
    for name, value in sorted(stacks.wait(cloudformation, stack, STACK_WITHIN_SECONDS, WHERE_TO_READ).items()):
        print(f"  {name:<28}{value}")
    return 0


def _plan(cloudformation: Any, stack: str, parameters: dict[str, str]) -> str | None:
    """Makes a change set and prints it. `None` if it is empty."""
    made = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"plan-{int(time.time())}",
        ChangeSetType="UPDATE" if _exists(cloudformation, stack) else "CREATE",
        TemplateBody=stacks.TEMPLATE.read_text(encoding="utf-8"),
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
    _print_changes(cloudformation, made)
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


def _agreed(arguments: argparse.Namespace, stack: str) -> bool:
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        print("This was a rehearsal; YES=1 carries it out.")
        return False
    return input(f"Type the stack's name ({stack}) to carry this out: ").strip() == stack


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
