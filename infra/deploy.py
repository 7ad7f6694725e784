"""`make deploy`: shows what a deployment would change in an account, and does it when told to."""

import argparse
import os
import sys
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Mapping

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))

import boto3  # noqa: E402
from botocore.exceptions import BotoCoreError, ClientError  # noqa: E402

import artefacts  # noqa: E402
import cloudformation as stacks  # noqa: E402
import deployments as given  # noqa: E402
import manifest  # noqa: E402
import operation  # noqa: E402
import packages  # noqa: E402
import plan  # noqa: E402
from deployments import Deployment, Deployments  # noqa: E402
from layout import FUNCTIONS  # noqa: E402
from problem import Problem  # noqa: E402

STACK_WITHIN_SECONDS = 1800.0
NUMBER = "DeploymentNumber"
BUCKETS = "fairlead-"
"""How the name of a bucket with packages begins."""


@dataclass(frozen=True)
class Account:
    """Where a stage is deployed to, and what was deployed there."""

    stage: str
    bucket: str
    s3: Any
    cloudformation: Any

    @property
    def stack(self) -> str:
        return f"fairlead-{self.stage}"

    @property
    def kept(self) -> Deployments:
        return Deployments(given.Bucket(self.s3, self.bucket, self.stage))

    def standing(self) -> dict[str, str]:
        """The parameters that the stack has now; none if there is no stack, or nothing in it yet."""
        found = operation.describe(self.cloudformation, self.stack)
        if found is None or found["StackStatus"] == "REVIEW_IN_PROGRESS":
            return {}
        return {it["ParameterKey"]: it["ParameterValue"] for it in found.get("Parameters", [])}

    def deployed(self) -> Deployment:
        """The deployment that the stack stands with, as it was recorded."""
        number = self.standing().get(NUMBER)
        if number is None:
            raise Problem(f"The stack {self.stack} does not stand yet.", "`make package`, then `make deploy`.")
        return self.kept.find(number)


def main() -> int:
    arguments = _arguments()
    return told(lambda: _deploy(arguments))


def told(run: Callable[[], int]) -> int:
    """Runs it, and says what went wrong so that a person can fix it."""
    # The cloud's command line and the functions read AWS_REGION, its library for Python only the older name.
    if region := os.environ.get("AWS_REGION"):
        # Where both are set, the one that everybody else reads is meant.
        os.environ["AWS_DEFAULT_REGION"] = region
    try:
        return run()
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"\nThe cloud refused: {error}", file=sys.stderr)
        print(
            "  What to do: check the account and region in use (AWS_PROFILE, AWS_REGION), and that whoever deploys may do "
            "what infra/deployer-policy.json says.",
            file=sys.stderr,
        )
    return 1


def account(arguments: argparse.Namespace, usage: str) -> Account:
    """The account that the environment names."""
    for name, value in (("STAGE", arguments.stage), ("BUCKET", arguments.bucket)):
        if not value:
            raise Problem(f"{name} is not given.", usage)
    if not arguments.bucket.startswith(BUCKETS):
        raise Problem(
            f"The bucket {arguments.bucket} is not called {BUCKETS}…: whoever deploys may read and write only buckets of that "
            "name (infra/deployer-policy.json).",
            f"Name one that begins so, such as BUCKET={BUCKETS}acme-packages.",
        )
    return Account(arguments.stage, arguments.bucket, boto3.client("s3"), boto3.client("cloudformation"))


def _deploy(arguments: argparse.Namespace) -> int:
    here = account(arguments, "make deploy STAGE=… BUCKET=… MAIL_FROM=…")
    standing = here.standing()
    arch = arguments.arch or standing.get("Architecture", "arm64")
    folder = packages.distribution(arch)
    made = manifest.read(folder, arch)
    manifest.require_current(made, arch)
    operation.require_ready(here.cloudformation, here.stack)
    if not standing and not arguments.mail_from:
        raise Problem("MAIL_FROM is not given, and the stack does not stand yet.", "make deploy STAGE=… BUCKET=… MAIL_FROM=…")
    _require_region(here)
    settings = pairs(arguments.params)
    if not arguments.replace_model and "ModelKey" not in settings:
        _require_same_model(standing.get("ModelKey", ""), made)
    archives = {name: folder / f"{name}.zip" for name in FUNCTIONS}
    model = artefacts.of_package(next(iter(archives.values())))
    if artefacts.hash_of(model) != made.model:
        raise Problem("The packages have another model than they say.", f"Run `make package ARCH={arch}` again.")
    prefix = f"fairlead/{here.stage}/{packages.prefix(archives)}"
    print(f"uploading {len(archives)} packages to s3://{here.bucket}/{prefix}/ …", flush=True)
    stacks.upload(here.s3, here.bucket, prefix, archives)
    artefacts.upload(here.s3, here.bucket, model)
    wanted = Deployment(
        number=0,
        revision=made.model,
        prefix=prefix,
        at=given.now(),
        template=stacks.TEMPLATE.read_text(encoding="utf-8"),
        commit=made.commit,
        changed=made.changed,
    )
    return carry_out(here, wanted, {**_given(arguments, arch, prefix, made.crm), **settings}, arguments.yes)


def _require_same_model(alone: str, made: manifest.Manifest) -> None:
    """Packages bring their own model: what somebody has deployed without packages since then would be taken back."""
    revision = Path(alone).stem
    if alone and revision != made.model:
        raise Problem(
            f"Revision {revision} of the model was deployed alone, and these packages have revision {made.model}: the model "
            "would be another as well.",
            "Check out the commit of that model, then `make package` and this again; or say REPLACE_MODEL=1, if the model of "
            "the packages is meant. Where only parameters are to change: `make set`.",
        )


def _require_region(here: Account) -> None:
    """Lambda takes packages from a bucket of its own region only, and says so in the middle of the deployment."""
    there = here.s3.get_bucket_location(Bucket=here.bucket).get("LocationConstraint") or "us-east-1"
    region = here.cloudformation.meta.region_name
    if there != region:
        raise Problem(
            f"The bucket {here.bucket} lies in {there}, and the stack would stand in {region}.",
            "Name a bucket of the same region, or the other region by AWS_REGION.",
        )


def carry_out(here: Account, wanted: Deployment, settings: Mapping[str, str], yes: bool) -> int:
    """Shows what a deployment would change, and does it under the next number if somebody agrees. A parameter that
    is not among the settings keeps the value it has."""
    standing = here.standing()
    number = standing.get(NUMBER)
    settled = plan.settled(wanted.template, settings, {name: it for name, it in standing.items() if name != NUMBER})
    kept = {name: value for name, value in settled.items() if name not in settings}
    address = stacks.send_template(here.s3, here.bucket, wanted.template)

    def planned(as_number: int) -> str | None:
        numbered = {**settings, NUMBER: str(as_number)}
        return plan.make(here.cloudformation, here.stack, address, numbered, kept, as_number)

    # A number of its own changes every function, so whether anything else would change is asked by the old one.
    if number is not None:
        same = planned(int(number))
        if same is None:
            print(f"The stack {here.stack} stands as it should, with deployment {number}; nothing would change.")
            return 0
        here.cloudformation.delete_change_set(StackName=here.stack, ChangeSetName=same)
    wanted = replace(wanted, number=here.kept.next_number(int(number or 0)), parameters=settled)
    of = f" and packages of commit {wanted.commit[:12]}{' with changes to it' if wanted.changed else ''}" if wanted.commit else ""
    print(f"deployment {wanted.number} of {here.stack}, with revision {wanted.revision} of the model{of}:")
    made = planned(wanted.number)
    if made is None:
        raise Problem(
            f"The cloud says that deployment {wanted.number} would change nothing.", "Read the stack's events in its console."
        )
    print("\n".join([*plan.shown(here.cloudformation, here.stack, made), *plan.differences(standing, settled)]))
    if not agreed(here.stack, yes):
        _leave(here, made)
        print("Nothing was changed.")
        return 0
    try:
        here.kept.give(wanted)
    except Problem:
        _leave(here, made)
        raise
    outputs = _execute(here, made)
    here.kept.stands(wanted)
    for name, value in sorted(outputs.items()):
        print(f"  {name:<28}{value}")
    return 0


def _execute(here: Account, made: str) -> dict[str, str]:
    token = uuid.uuid4().hex
    here.cloudformation.execute_change_set(StackName=here.stack, ChangeSetName=made, ClientRequestToken=token)
    operation.follow(here.cloudformation, here.stack, token, STACK_WITHIN_SECONDS)
    described = operation.describe(here.cloudformation, here.stack)
    return stacks.outputs(described or {})


def _leave(here: Account, made: str) -> None:
    """Takes a plan back, and the name of a stack that would have been made by it."""
    here.cloudformation.delete_change_set(StackName=here.stack, ChangeSetName=made)
    if operation.status_of(here.cloudformation, here.stack) == "REVIEW_IN_PROGRESS":
        here.cloudformation.delete_stack(StackName=here.stack)


def agreed(stack: str, yes: bool) -> bool:
    """Whether somebody wants what was shown, in the account and the region that are named to them."""
    sts = boto3.client("sts")
    print(f"In account {sts.get_caller_identity()['Account']}, region {sts.meta.region_name}.", flush=True)
    if yes:
        return True
    if not sys.stdin.isatty():
        print("This was a rehearsal; YES=1 carries it out.")
        return False
    return input(f"Type the stack's name ({stack}) to carry this out: ").strip() == stack


def _given(arguments: argparse.Namespace, arch: str, prefix: str, crm: str) -> dict[str, str]:
    """What this deployment says of the parameters; of the others nothing, so that they stay."""
    said = {
        "MailFrom": arguments.mail_from,
        "AlarmTopic": arguments.alarm_topic,
        "PublicUrl": arguments.public_url.rstrip("/"),
    }
    return {
        "Stage": arguments.stage,
        "CodeBucket": arguments.bucket,
        "CodePrefix": prefix,
        "Architecture": arch,
        "CrmSource": crm,
        # The packages bring their model along.
        "ModelKey": "",
        **{name: value for name, value in said.items() if value},
    }


def pairs(text: str) -> dict[str, str]:
    """`Name=value`, any number of them, a space between two; `Name=` empties one."""
    found = {}
    for pair in text.split():
        name, equals, value = pair.partition("=")
        if not equals:
            raise Problem(f"{pair!r} of PARAMS is no Name=value.", 'PARAMS="LogDays=90 AlarmTopic=", with a space between two.')
        if name == NUMBER:
            raise Problem(f"{NUMBER} is counted, and not given.", "Leave it out.")
        found[name] = value
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=("", "arm64", "x86_64"), default="", help="as the stack has it if not given")
    parser.add_argument("--stage", default="")
    parser.add_argument("--bucket", default="", help="an existing bucket for the packages, in the region of the stack")
    parser.add_argument("--mail-from", default="", help="a sender whose identity is verified; stays as it is if not given")
    parser.add_argument("--alarm-topic", default="", help="the ARN of the operators' topic; stays as it is if not given")
    parser.add_argument("--public-url", default="", help="stays as it is if not given")
    parser.add_argument("--params", default="", help="any other parameters of the template: Name=value Name=value")
    parser.add_argument("--replace-model", action="store_true", help="also where another model was deployed alone")
    parser.add_argument("--yes", action="store_true", help="carry it out without asking")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
