"""Deploys infra/template.yaml, unchanged, through CloudFormation; the same for the emulator and the cloud."""

import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from layout import ROOT
from problem import Problem

TEMPLATE = ROOT / "infra" / "template.yaml"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


def upload(s3: Any, bucket: str, prefix: str, archives: dict[str, Path]) -> None:
    """Puts every package under its prefix."""
    try:
        for name, archive in archives.items():
            s3.upload_file(str(archive), bucket, f"{prefix}/{name}.zip")
    except (BotoCoreError, ClientError) as error:
        raise Problem(f"A package could not be put into the bucket {bucket}: {error}") from error


def create(cloudformation: Any, stack: str, parameters: dict[str, str], seconds: float, log: str) -> dict[str, str]:
    """Creates a stack and waits for it. Returns its outputs."""
    try:
        cloudformation.create_stack(
            StackName=stack,
            TemplateBody=TEMPLATE.read_text(encoding="utf-8"),
            Parameters=as_list(parameters),
            Capabilities=CAPABILITIES,
        )
    except (BotoCoreError, ClientError) as error:
        raise Problem(f"The template was refused: {error}", f"Read {log}; run `make lint`.") from error
    return wait(cloudformation, stack, seconds, log)


def as_list(parameters: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


def wait(cloudformation: Any, stack: str, seconds: float, log: str) -> dict[str, str]:
    """Waits until the stack stands, and names each resource that failed if it does not."""
    deadline = time.monotonic() + seconds
    while True:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = described["StackStatus"]
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
        if "FAILED" in status or "ROLLBACK" in status:
            raise Problem(
                f"The stack {stack} was not deployed ({status}):\n{failures(cloudformation, stack)}", f"Read {log}."
            )
        if time.monotonic() > deadline:
            raise Problem(f"The stack {stack} still said {status} after {seconds:.0f} seconds.", f"Read {log}.")
        time.sleep(0.1)


def failures(cloudformation: Any, stack: str) -> str:
    """The resources that failed, in the order they did, each with its reason."""
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    lines = [
        f"    {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    ]
    return "\n".join(lines) or "    no resource said why"
