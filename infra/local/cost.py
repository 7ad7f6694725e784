"""`make cost`: what a lead costs, counted on a stack of its own on this machine, by the prices of infra/prices.yaml.

First a quiet month's ticks, then leads one by one, each at rest before the next comes, then a burst in webhooks of a
hundred. Every company is in the CRM beforehand; what its copy costs is counted with its first lead.

What the emulator cannot show is reckoned: how long a function takes (what it asks of others, each by the time that
infra/prices.yaml takes an answer to need), how often Lambda asks an empty queue (by month), the archive of the bus (each event, once), and one
request to receive and one to delete for each ten messages of a batch. A table's stream is read for Lambda at no cost.
"""

import argparse
import json
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

from botocore.exceptions import BotoCoreError, ClientError

import build
import crm_set_up
import cost_table
import keeping
import lock
import loopback
import pricing
import source
import watch
from crm import CONTACT_TO_COMPANY, VERSION
from layout import ROOT, Layout
from problem import Problem
from progress import Progress
from stack import STACK, Options, Stack

TICKS = 5
A_COMPANY = 4
"""Leads of one company."""
AT_ONCE = 100
"""What the CRM takes in one request, and sends in one webhook."""
COUNTRIES = ("DE", "US", "FR")
REST_SECONDS = 1.2
"""So long nothing is asked for once nothing is left to do: longer than the emulator's looks at a table's stream."""
WITHIN_SECONDS = 300.0
LOOK_SECONDS = 0.2
READS, CHANGES = "crm-sync", "crm-writeback"
HOLD = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class Measured:
    """A stack, and what it has been asked for."""

    def __init__(self, stack: Stack, endpoints: dict[str, Any], meter: Path, waits: dict[str, float]) -> None:
        self._stack, self._endpoints, self._meter, self._waits = stack, endpoints, meter, waits
        self._queues = stack.emulator.client("sqs")
        self._read = 0
        self._mails = 0
        self._owned = 0

    def crm(self, method: str, path: str, body: Any = None) -> Any:
        return loopback.call(method, self._endpoints["crm"] + path, body)

    def rest(self) -> None:
        """Waits until nothing is left to do."""
        deadline = time.monotonic() + WITHIN_SECONDS
        size, since = -1, time.monotonic()
        while time.monotonic() - since < REST_SECONDS:
            if time.monotonic() > deadline:
                raise Problem(f"The stack was not at rest after {WITHIN_SECONDS:.0f} seconds.", "Read its logs.")
            time.sleep(LOOK_SECONDS)
            now = self._meter.stat().st_size
            if now != size or self._busy():
                size, since = now, time.monotonic()

    def _busy(self) -> bool:
        if self.crm("GET", "/_sandbox/webhooks")["pending"]:
            return True
        for url in self._endpoints["queues"].values():
            held = self._queues.get_queue_attributes(QueueUrl=url, AttributeNames=list(HOLD))["Attributes"]
            if any(int(held[name]) for name in HOLD):
                return True
        return False

    def take(self) -> pricing.Counts:
        """What was counted since the last time."""
        text = self._meter.read_text(encoding="utf-8")
        mails = sum(len(sent) for sent in loopback.call("GET", self._endpoints["mailbox"])["messages"].values())
        lines = [*pricing.notes(text[self._read :]), *self._asked_of_the_crm()]
        lines += [{"what": "mails", "function": "notify"}] * (mails - self._mails)
        self._read, self._mails = len(text), mails
        return pricing.count(lines, self._waits)

    def _asked_of_the_crm(self) -> list[dict[str, Any]]:
        """One line for each request since the last time, of the function that makes such."""
        asked = [it for it in self.crm("GET", "/_sandbox/requests")["requests"] if it["token"] == "app"]
        self.crm("DELETE", "/_sandbox/requests")
        return [{"what": "crm", "function": CHANGES if _changes(it) else READS} for it in asked]

    def ticks(self) -> pricing.Counts:
        """What one tick costs while nothing is due."""
        cloud = watch.Cloud(self._endpoints)
        now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
        for minute in range(TICKS + 1):
            cloud.tick(now + timedelta(minutes=minute))
            self.rest()
            if not minute:
                self.take()
        return self.take().over(TICKS)

    def companies(self, count: int) -> list[str]:
        """Made while webhooks go nowhere, as those that were there before Fairlead."""
        url = self.crm("GET", "/_sandbox/webhooks")["url"]
        self.crm("PUT", "/_sandbox/webhooks", {"url": None})
        number = self._owned
        made = [
            {"name": f"Cost {number} {n}", "domain": f"cost{number}x{n}.example", "industry": "software",
             "numberofemployees": "300", "country": COUNTRIES[n % len(COUNTRIES)]}
            for n in range(count)
        ]  # fmt: skip
        ids = self._create("companies", [{"properties": company} for company in made])
        self.crm("PUT", "/_sandbox/webhooks", {"url": url})
        return ids

    def leads(self, companies: list[str], count: int) -> list[dict[str, Any]]:
        number = self._owned
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": CONTACT_TO_COMPANY}]
        return [
            {"properties": {"email": f"lead{n}@cost{number}x{n % len(companies)}.example", "jobtitle": "VP"},
             "associations": [{"to": {"id": companies[n % len(companies)]}, "types": types}]}
            for n in range(count)
        ]  # fmt: skip

    def one_by_one(self, count: int, progress: Progress) -> pricing.Counts:
        leads = self.leads(self.companies(-(-count // A_COMPANY)), count)
        self.take()
        ids = []
        for done, lead in enumerate(leads):
            ids += self._create("contacts", [lead])
            self.rest()
            if done % 10 == 9:
                progress.say(f"  {done + 1} of {count}")
        self._see_owned(ids)
        return self.take().over(count)

    def burst(self, count: int) -> pricing.Counts:
        leads = self.leads(self.companies(-(-count // A_COMPANY)), count)
        self.take()
        ids = self._create("contacts", leads)
        self.rest()
        self._see_owned(ids)
        return self.take().over(count)

    def _create(self, kind: str, inputs: list[dict[str, Any]]) -> list[str]:
        ids = []
        for start in range(0, len(inputs), AT_ONCE):
            path = f"/crm/objects/{VERSION}/{kind}/batch/create"
            made = self.crm("POST", path, {"inputs": inputs[start : start + AT_ONCE]})
            ids += [str(each["id"]) for each in made["results"]]
        return ids

    def _see_owned(self, ids: list[str]) -> None:
        """A lead that is not dealt with to its end costs little, and nothing was measured."""
        path, owned = f"/crm/objects/{VERSION}/contacts/batch/read", 0
        for start in range(0, len(ids), 50):
            inputs = [{"id": each} for each in ids[start : start + 50]]
            found = self.crm("POST", path, {"inputs": inputs, "properties": ["hubspot_owner_id"]})["results"]
            owned += sum(bool(lead["properties"].get("hubspot_owner_id")) for lead in found)
        if owned < len(ids):
            raise Problem(f"Of {len(ids)} leads {len(ids) - owned} have no owner.", "Read the stack's logs.")
        self._owned += owned

    def standing(self) -> pricing.Standing:
        """What the template has made."""
        cloud = self._stack.emulator.client("cloudformation")
        pages = cloud.get_paginator("list_stack_resources").paginate(StackName=STACK)
        kinds = [each["ResourceType"] for page in pages for each in page["StackResourceSummaries"]]
        return pricing.Standing(
            alarms=kinds.count("AWS::CloudWatch::Alarm"),
            dashboards=kinds.count("AWS::CloudWatch::Dashboard"),
            # That of the CRM was there before.
            secrets=kinds.count("AWS::SecretsManager::Secret") + 1,
            queues=len(self._endpoints["queues"]),
            counted_mappings=1,
        )

    def table_gb(self, leads: int) -> float:
        """How large the table is by so many leads, from what those so far have left in it and its indexes."""
        described = self._stack.emulator.client("dynamodb").describe_table(TableName=self._endpoints["table"])["Table"]
        size = described["TableSizeBytes"] + sum(it.get("IndexSizeBytes", 0) for it in described["GlobalSecondaryIndexes"])
        return size / max(1, self._owned) * leads / pricing.GB


def _changes(request: dict[str, Any]) -> bool:
    path = str(request["path"])
    return request["method"] == "PATCH" or path.endswith(("/batch/update", "/tasks", "/batch/create"))


def measure(arguments: argparse.Namespace, waits: dict[str, float], progress: Progress) -> cost_table.Result:
    """Starts a stack, measures, and ends it."""
    layout = Layout(arguments.state_dir.resolve())
    layout.state.mkdir(parents=True, exist_ok=True)
    (layout.state / "run.lock").touch()
    held = lock.hold(layout.lock)
    if not arguments.no_build:
        with progress.step("building the functions (the first time takes minutes)"):
            build.programs()
    model, crm = build.model(arguments.config.resolve(), layout), source.of(arguments.config.resolve())
    crm_set_up.write(arguments.config.resolve(), crm.name, layout)
    keeping.forget(layout.kept)
    keeping.look(layout.kept, crm)
    meter = layout.state / "meter.jsonl"
    # What a mail costs is counted as it goes in the cloud: several things to one person in one.
    options = Options(tick=False, enforce_permissions=True, meter=meter, notices_within=15)
    stack: Optional[Stack] = None
    try:
        stack = Stack(layout, crm, options, progress)
        measured = Measured(stack, stack.start(model), meter, waits)
        with progress.step(f"{TICKS} ticks of an empty company"):
            tick = measured.ticks()
        with progress.step(f"{arguments.leads} leads one by one"):
            alone = measured.one_by_one(arguments.leads, progress)
        with progress.step(f"{arguments.burst} leads at once"):
            burst = measured.burst(arguments.burst)
        kept = {"table_gb": measured.table_gb(cost_table.A_MONTH)}
        kept |= {"recovery_gb": kept["table_gb"]}
        for name, by in (("log_kept_gb", "log_gb"), ("archive_kept_gb", "archive_gb")):
            kept[name] = alone.units[by] * cost_table.A_MONTH
        return cost_table.Result(alone, burst, tick, measured.standing(), kept)
    finally:
        if stack is not None:
            stack.stop()
        held.close()


def main() -> int:
    arguments = _arguments()
    progress = Progress(sys.stderr if arguments.json else sys.stdout)
    try:
        prices = pricing.read()
        result = measure(arguments, prices.waits, progress)
    except KeyboardInterrupt:
        return 130
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except (OSError, BotoCoreError, ClientError, loopback.Refused) as why:
        print(f"\nThe measurement ended: {why}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(cost_table.as_json(result, prices), indent=2))
    else:
        print(cost_table.as_text(result, prices, arguments.by_item))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=_count, default=20, help="how many come one by one (20)")
    parser.add_argument("--burst", type=_count, default=300, help="how many come at once (300)")
    parser.add_argument("--config", type=Path, default=ROOT / "config", help="the operating model's folder")
    parser.add_argument("--state-dir", type=Path, default=ROOT / ".local" / "cost", help="the stack's folder")
    parser.add_argument("--no-build", action="store_true", help="measure the programs as they were built last")
    parser.add_argument("--by-item", action="store_true", help="also what is written by which function, and what is sent")
    parser.add_argument("--json", action="store_true", help="the same for programs")
    return parser.parse_args()


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 to 10000")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
