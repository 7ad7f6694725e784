"""`make restore`: makes a stage's table what another table holds, such as one that was restored to a point in time.

The recipe around it is shared/runbooks/restore.md. Functions, queues and the stream stay those of the stage, so that
nothing has to be deployed anew: the table keeps its name.
"""

import argparse
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import boto3  # noqa: E402

import deploy  # noqa: E402
import operation  # noqa: E402
import tables  # noqa: E402
from problem import Problem  # noqa: E402


def main() -> int:
    arguments = _arguments()
    return deploy.told(lambda: _restore(arguments))


def _restore(arguments: argparse.Namespace) -> int:
    if not arguments.stage or not arguments.source:
        raise Problem("STAGE and FROM are not both given.", "make restore STAGE=… FROM=TABLE")
    stack = f"fairlead-{arguments.stage}"
    cloudformation, dynamodb = boto3.client("cloudformation"), boto3.client("dynamodb")
    live = _live(cloudformation, stack)
    if live == arguments.source:
        raise Problem(f"{live} is the table of the stack itself.", "FROM is the one that was restored beside it.")
    return bring_back(dynamodb, arguments.source, live, stack, arguments.yes, lambda: _live(cloudformation, stack))


def _live(cloudformation: Any, stack: str) -> str:
    """The table of a stack in which nothing is at work."""
    described = operation.describe(cloudformation, stack)
    if described is None:
        raise Problem(f"There is no stack {stack} in this account and region.", "Check AWS_PROFILE and AWS_REGION.")
    parameters = {it["ParameterKey"]: it["ParameterValue"] for it in described.get("Parameters", [])}
    if parameters.get("Processing") != "DISABLED":
        raise Problem(
            f"The functions of {stack} are at work, and would write into the table in the middle of it.",
            'make set STAGE=… BUCKET=… PARAMS="Processing=DISABLED TickState=DISABLED", then this again.',
        )
    outputs = {it["OutputKey"]: it["OutputValue"] for it in described.get("Outputs", [])}
    return outputs["TableName"]


def bring_back(dynamodb: Any, source: str, live: str, stack: str, yes: bool, still: Callable[[], object]) -> int:
    """Shows what differs between two tables, and makes the live one the same if somebody agrees. `still` raises where the
    functions have been set to work in the meantime: the comparison of large tables and the answer take their time."""
    print(f"comparing {live} with {source} …", flush=True)
    now = {tables.key_of(item): tables.digest_of(item) for item in tables.items(dynamodb, live)}
    then: set[tuple[str, str]] = set()
    changed = missing = 0
    for item in tables.items(dynamodb, source):
        key = tables.key_of(item)
        then.add(key)
        missing += key not in now
        changed += key in now and now[key] != tables.digest_of(item)
    if not then:
        raise Problem(f"The table {source} is empty.", "Wait until it is restored (`aws dynamodb describe-table`: ACTIVE).")
    later = sorted(key for key in now if key not in then)
    print(f"  {changed:>8}  items are otherwise now, and would be as they were")
    print(f"  {missing:>8}  are gone, and would come again")
    print(f"  {len(later):>8}  came later, and would be removed")
    if not (changed or missing or later):
        print("Nothing differs.")
        return 0
    if not deploy.agreed(stack, yes):
        print("Nothing was changed.")
        return 0
    still()
    tables.put(dynamodb, live, _differing(dynamodb, source, now))
    tables.remove(dynamodb, live, later)
    print(f"{live} holds what {source} holds.")
    return 0


def _differing(dynamodb: Any, source: str, now: dict[tuple[str, str], bytes]) -> Iterator[tables.Item]:
    for item in tables.items(dynamodb, source):
        if now.get(tables.key_of(item)) != tables.digest_of(item):
            yield item


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default="")
    parser.add_argument("--from", dest="source", default="", help="the table that holds what is to be again")
    parser.add_argument("--yes", action="store_true", help="carry it out without asking")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
