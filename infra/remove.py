"""`make remove`: takes a stage out of an account. What it has kept stays, and is named."""

import argparse
import sys
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import boto3  # noqa: E402

import deploy  # noqa: E402
import operation  # noqa: E402
from problem import Problem  # noqa: E402

NEVER_STOOD = ("REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


def main() -> int:
    arguments = _arguments()
    return deploy.told(lambda: _remove(arguments))


def _remove(arguments: argparse.Namespace) -> int:
    if not arguments.stage:
        raise Problem("STAGE is not given.", "make remove STAGE=…")
    stack = f"fairlead-{arguments.stage}"
    cloudformation, dynamodb = boto3.client("cloudformation"), boto3.client("dynamodb")
    described = operation.describe(cloudformation, stack)
    if described is None:
        raise Problem(f"There is no stack {stack} in this account and region.", "Check AWS_PROFILE and AWS_REGION.")
    status = described["StackStatus"]
    if status.endswith("_IN_PROGRESS") and status not in NEVER_STOOD:
        raise Problem(f"The stack {stack} cannot be removed now. {operation.explained(stack, status)[0]}", "Wait.")
    found = operation.resources(cloudformation, stack)
    kept = _kept(found)
    gone = len([it for it in found if it["ResourceStatus"] != "DELETE_COMPLETE"]) - len(kept)
    print(f"{stack}: {gone} resources would be removed: functions, queues with what waits in them, the bus with its archive,")
    print("logs, alarms, the API (its address will not come again), and the key that signs links.")
    print("\n".join(_staying(kept)))
    if not deploy.agreed(stack, arguments.yes):
        print("Nothing was changed.")
        return 0
    if status in NEVER_STOOD:
        _unprotect_empty(dynamodb, kept)
    token = uuid.uuid4().hex
    cloudformation.delete_stack(StackName=described["StackId"], ClientRequestToken=token)
    if status != "REVIEW_IN_PROGRESS":
        # By its id: a stack that is gone is not known by its name.
        operation.follow(cloudformation, described["StackId"], token, deploy.STACK_WITHIN_SECONDS)
    print(f"The stack {stack} is removed.")
    return 0


def _kept(found: list[dict[str, Any]]) -> dict[str, str]:
    """What the template tells the cloud to keep, by its name in the template."""
    names = ("Table", "UnpublishedEvents")
    there = (it for it in found if it["LogicalResourceId"] in names and it.get("PhysicalResourceId"))
    return {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in there}


def _staying(kept: dict[str, str]) -> list[str]:
    """What is there afterwards, and how it is removed by hand."""
    lines = ["What stays, until somebody removes it by hand:"]
    if table := kept.get("Table"):
        lines += [
            f"  the table {table}, with every copy, state and decision:",
            f"    aws dynamodb update-table --table-name {table} --no-deletion-protection-enabled",
            f"    aws dynamodb delete-table --table-name {table}",
        ]
    if bucket := kept.get("UnpublishedEvents"):
        lines += [f"  the bucket {bucket}, with events that could not be published:", f"    aws s3 rb s3://{bucket} --force"]
    return [
        *lines,
        "  the bucket with packages, models and deployments; the CRM's secret; the mail identity; the operators' topic:",
        "    they were there before. `make export` first, if anybody will ask later why something was decided.",
    ]


def _unprotect_empty(dynamodb: Any, kept: dict[str, str]) -> None:
    """The table of a stack that never stood is empty, and its protection is in the way of its own removal."""
    table = kept.get("Table")
    if not table:
        return
    try:
        if dynamodb.scan(TableName=table, Limit=1)["Items"]:
            return
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    except dynamodb.exceptions.ResourceNotFoundException:
        return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default="")
    parser.add_argument("--yes", action="store_true", help="carry it out without asking")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
