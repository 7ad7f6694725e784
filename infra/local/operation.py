"""One operation on a stack in the cloud: followed by its token to its end, and what each end means."""

import time
from typing import Any, Callable, Iterator, Optional

from botocore.exceptions import ClientError

from problem import Problem

STANDS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
"""The stack is as it was asked for."""
POLL_SECONDS = 4.0
"""Between two looks. CloudFormation answers some requests a second for a whole account."""

_WHAT_TO_DO = {
    "ROLLBACK_COMPLETE": (
        "The stack was being made for the first time, failed, and what had been made is gone again. Such a stack can only "
        "be removed.",
        "Fix what failed, `make remove STAGE={stage}`, then `make deploy` again.",
    ),
    "ROLLBACK_FAILED": (
        "The stack was being made for the first time, failed, and could not be cleared away whole.",
        "Remove what is named above by hand, `make remove STAGE={stage}`, then `make deploy` again.",
    ),
    "CREATE_FAILED": (
        "The stack was being made for the first time, and failed.",
        "Fix what failed, `make remove STAGE={stage}`, then `make deploy` again.",
    ),
    "UPDATE_ROLLBACK_COMPLETE": (
        "The update failed and was taken back: the deployment before it runs as if nothing had been tried.",
        "Fix what failed and `make deploy` again; it takes the next number.",
    ),
    "UPDATE_ROLLBACK_FAILED": (
        "The update failed, and taking it back failed as well: a part of the stack is of the one, a part of the other "
        "deployment. Nothing can be deployed before that has been ended.",
        "Fix what failed last, then `aws cloudformation continue-update-rollback --stack-name {stack}`; a resource that "
        "cannot be brought back is left out by `--resources-to-skip NAME`. Then `make deploy` again.",
    ),
    "UPDATE_FAILED": (
        "An update failed and has not been taken back.",
        "`aws cloudformation rollback-stack --stack-name {stack}`, then `make deploy` again.",
    ),
    "DELETE_FAILED": (
        "The stack was being removed, and something could not be.",
        "Fix what failed, then `make remove STAGE={stage}` again.",
    ),
    "REVIEW_IN_PROGRESS": (
        "Of the stack there is only a name: somebody looked at what a first deployment would make, and did not agree.",
        "`make deploy` makes it; `make remove STAGE={stage}` forgets the name.",
    ),
}


def explained(stack: str, status: str) -> tuple[str, str]:
    """What a status means for whoever deploys, and what they can do. The stack by its name or its id."""
    if status.endswith("_IN_PROGRESS") and status not in _WHAT_TO_DO:
        return (
            f"Something else is being done with the stack at this moment ({status}).",
            "Wait until it has ended (`aws cloudformation describe-stacks`), look at what it brought, and start again.",
        )
    what, fix = _WHAT_TO_DO.get(status, (f"The stack says {status}.", "Read the stack's events in the cloud's console."))
    name = stack.split("/")[1] if stack.startswith("arn:") else stack
    names = {"stack": name, "stage": name.removeprefix("fairlead-")}
    return what, fix.format(**names)


def status_of(cloudformation: Any, stack: str) -> Optional[str]:
    """The stack's status; nothing if there is no such stack."""
    described = describe(cloudformation, stack)
    return str(described["StackStatus"]) if described else None


def describe(cloudformation: Any, stack: str) -> Optional[dict[str, Any]]:
    """The stack as the cloud describes it; nothing if there is none."""
    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return found[0] if found and found[0]["StackStatus"] != "DELETE_COMPLETE" else None


def resources(cloudformation: Any, stack: str) -> list[dict[str, Any]]:
    """Everything that a stack has or had, page by page: asked for in one piece, the cloud names the first hundred."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return [found for page in pages for found in page["StackResourceSummaries"]]


def require_ready(cloudformation: Any, stack: str) -> Optional[str]:
    """The status of a stack that can be deployed to; raises what is in the way otherwise."""
    status = status_of(cloudformation, stack)
    if status is None or status in (*STANDS, "UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "IMPORT_ROLLBACK_COMPLETE"):
        return status
    what, fix = explained(stack, status)
    raise Problem(f"The stack {stack} cannot be deployed to ({status}). {what}", fix)


def follow(
    cloudformation: Any, stack: str, token: str, seconds: float, say: Callable[[str], None] = print
) -> str:
    """Waits for the end of the operation that was begun with a token, and returns the stack's status at its end. What
    others have done with the stack before or do after it is not taken for it."""
    deadline = time.monotonic() + seconds
    told = 0
    while True:
        mine = [event for event in events(cloudformation, stack) if event.get("ClientRequestToken") == token]
        done = sum(event["ResourceStatus"].endswith("_COMPLETE") for event in mine)
        if done > told + 9:
            told = done
            say(f"  … {done} steps done")
        end = next((event for event in mine if _is_end(event)), None)
        if end:
            status = str(end["ResourceStatus"])
            if status in STANDS or status == "DELETE_COMPLETE":
                return status
            what, fix = explained(stack, status)
            raise Problem(f"The stack {stack} ended with {status}:\n{failures(mine)}\n  {what}", fix)
        if time.monotonic() > deadline:
            raise Problem(
                f"The stack {stack} had not ended after {seconds:.0f} seconds, {done} steps being done.",
                "It goes on without you: read the stack's events in the cloud's console.",
            )
        time.sleep(POLL_SECONDS)


def events(cloudformation: Any, stack: str) -> list[dict[str, Any]]:
    """The events of a stack's latest operation, the latest first."""
    return list(_of_latest_operation(cloudformation, stack))


def _of_latest_operation(cloudformation: Any, stack: str) -> Iterator[dict[str, Any]]:
    page: dict[str, str] = {}
    while True:
        answer = cloudformation.describe_stack_events(StackName=stack, **page)
        for event in answer["StackEvents"]:
            yield event
            if _is_of_stack(event) and event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"):
                return
        if not answer.get("NextToken"):
            return
        page = {"NextToken": answer["NextToken"]}


def failures(told: list[dict[str, Any]]) -> str:
    """The resources that failed, in the order they did, each with its reason. What was only given up because
    something else had failed is left out, if that leaves anything."""
    failed = [event for event in reversed(told) if event["ResourceStatus"].endswith("_FAILED") and not _is_of_stack(event)]
    causes = [event for event in failed if "cancelled" not in event.get("ResourceStatusReason", "")]
    lines = [
        f"    {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}"
        for event in causes or failed
    ]
    return "\n".join(lines) or "    no resource said why"


def _is_of_stack(event: dict[str, Any]) -> bool:
    return bool(event["ResourceType"] == "AWS::CloudFormation::Stack" and event["PhysicalResourceId"] == event["StackId"])


def _is_end(event: dict[str, Any]) -> bool:
    status = event["ResourceStatus"]
    # What is taken back says that it failed in passing.
    passing = ("CREATE_FAILED", "UPDATE_FAILED")
    return status.endswith(("_COMPLETE", "_FAILED")) and status not in passing and _is_of_stack(event)
