"""The template as it is sent to a cloud, emulated or real."""

import hashlib
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

import operation
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


def send_template(s3: Any, bucket: str, text: str) -> str:
    """Puts a template into the bucket, under its hash, and returns the address by which CloudFormation reads it: in a
    request it may have 51,200 bytes, in a bucket a million."""
    key = f"fairlead/templates/{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml"
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    except (BotoCoreError, ClientError) as error:
        raise Problem(f"The template could not be put into the bucket {bucket}: {error}") from error
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def create(
    cloudformation: Any, stack: str, template: str, parameters: dict[str, str], seconds: float, log: str
) -> dict[str, str]:
    """Creates a stack by the address of its template and waits for it. Returns its outputs."""
    try:
        cloudformation.create_stack(
            StackName=stack, TemplateURL=template, Parameters=as_list(parameters), Capabilities=CAPABILITIES
        )
    except (BotoCoreError, ClientError) as error:
        raise Problem(f"The template was refused: {error}", f"Read {log}; run `make lint`.") from error
    return wait(cloudformation, stack, seconds, log)


def as_list(parameters: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


def wait(cloudformation: Any, stack: str, seconds: float, log: str) -> dict[str, str]:
    """Waits until a stack on this machine stands, and names each resource that failed if it does not."""
    deadline = time.monotonic() + seconds
    while True:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = described["StackStatus"]
        if status in operation.STANDS:
            return outputs(described)
        if "FAILED" in status or "ROLLBACK" in status:
            told = operation.failures(operation.events(cloudformation, stack))
            raise Problem(f"The stack {stack} was not deployed ({status}):\n{told}", f"Read {log}.")
        if time.monotonic() > deadline:
            raise Problem(f"The stack {stack} still said {status} after {seconds:.0f} seconds.", f"Read {log}.")
        time.sleep(0.1)


def outputs(described: dict[str, Any]) -> dict[str, str]:
    """What a stack tells, by name."""
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
