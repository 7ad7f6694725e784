"""`make export`: everything that a stage knows, as files on this machine."""

import argparse
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import boto3  # noqa: E402

import deploy  # noqa: E402
import operation  # noqa: E402
import packed  # noqa: E402
import tables  # noqa: E402
from layout import ROOT, shown  # noqa: E402
from problem import Problem  # noqa: E402


def main() -> int:
    arguments = _arguments()
    return deploy.told(lambda: _export(arguments))


def _export(arguments: argparse.Namespace) -> int:
    here = deploy.account(arguments, "make export STAGE=… BUCKET=… [TO=FOLDER]")
    described = operation.describe(here.cloudformation, here.stack)
    if described is None:
        raise Problem(
            f"There is no stack {here.stack} in this account and region.",
            "Check AWS_PROFILE and AWS_REGION. The table of a removed stack is exported by `aws dynamodb "
            "export-table-to-point-in-time`.",
        )
    found = operation.resources(here.cloudformation, here.stack)
    names = {it["LogicalResourceId"]: it.get("PhysicalResourceId", "") for it in found}
    folder = _folder(arguments)
    counts = {
        "table": _table(boto3.client("dynamodb"), names["Table"], folder / "table.jsonl"),
        "artefacts": _objects(here.s3, here.bucket, "fairlead/artefacts/", folder / "artefacts"),
        "deployments": _objects(here.s3, here.bucket, f"fairlead/{here.stage}/deployments/", folder / "deployments"),
        "unpublished": _objects(here.s3, names["UnpublishedEvents"], "", folder / "unpublished"),
    }
    parameters = {it["ParameterKey"]: it["ParameterValue"] for it in described.get("Parameters", [])}
    about = {"stack": here.stack, "at": _now(), "parameters": parameters, "counts": counts}
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    for name, count in counts.items():
        print(f"  {count:>8}  {name}")
    print(f"  in {shown(folder)}. It holds personal data: copies of the CRM's records, and the reasons of absences.")
    print("  Mails are kept nowhere: which were sent, to whom and why, stands in the table's audit records (A#…).")
    return 0


def _folder(arguments: argparse.Namespace) -> Path:
    named = Path(arguments.to) if arguments.to else ROOT / ".exports" / f"{arguments.stage}-{_now().replace(':', '')}"
    folder = named.resolve()
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        if any(folder.iterdir()):
            raise Problem(f"{shown(folder)} is not empty.", "Name another folder by TO.") from None
        folder.chmod(0o700)
    return folder


def _table(dynamodb: Any, table: str, to: Path) -> int:
    """One item a line. It is read while the stack works: items are whole, and each as it was when it was read."""
    count = 0
    with to.open("w", encoding="utf-8") as out:
        for item in tables.items(dynamodb, table):
            out.write(tables.line_of(packed.unpacked(item)) + "\n")
            count += 1
    return count


def _objects(s3: Any, bucket: str, prefix: str, to: Path) -> int:
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            # No name leads out of the folder.
            name = found["Key"].removeprefix(prefix).replace("..", "_").lstrip("/")
            path = to / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read())
            count += 1
    return count


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default="")
    parser.add_argument("--bucket", default="", help="the bucket with the packages")
    parser.add_argument("--to", default="", help="an empty folder, or one that is made; .exports/… unless given")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
