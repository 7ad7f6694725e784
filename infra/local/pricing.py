"""What counts cost, by the table of prices in infra/prices.yaml. No network and no clock: only arithmetic."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Iterable, Iterator

import yaml

from layout import ROOT
from problem import Problem

PRICES = ROOT / "infra" / "prices.yaml"
MILLION = 1_000_000
GB = 1e9
"""Bytes; the vendor bills some by 2^30, which is 7 % less."""

ACCESS_LOG_BYTES = 320
"""One line of the API's access log, with the 26 bytes that are billed for each besides its text."""
LOG_LINE_BYTES = 26
"""Billed for each line of a log besides its text."""
MINUTES = 43_200
"""Of a month of 30 days."""
POLLS_A_MINUTE = 15
"""Requests with which Lambda asks an empty queue: five readers, each for 20 seconds at a time."""
USUAL_GB = 0.25
"""The memory of a function of which no call was seen."""
ASKED = {"TransactWriteItems": "transaction", "PutItem": "write"}
"""What a request to the table is waited for as, if not as `table`."""
COUNTED_BY_MAPPING = 6
"""Metrics of a mapping for which `EventCount` is asked."""


@dataclass(frozen=True)
class Price:
    """So many dollars for so many units."""

    usd: float
    of: float
    unit: str

    def for_(self, units: float) -> float:
        return self.usd * units / self.of


@dataclass(frozen=True)
class Prices:
    """The table, with its region and the day on which it was read."""

    region: str
    read: date
    by_name: dict[str, Price]
    waits: dict[str, float]
    """Milliseconds that a function is taken to wait for an answer, by whom it asks; `itself` is each call's own."""

    def of(self, name: str, units: float) -> float:
        """Dollars for so many units."""
        return self.by_name[name].for_(units)


def read(path: Path = PRICES) -> Prices:
    """The table of prices; each has a page of the vendor."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    by_name = {}
    for name, price in table["prices"].items():
        if not str(price.get("page", "")).startswith(("https://aws.amazon.com/", "https://docs.aws.amazon.com/")):
            raise Problem(f"The price '{name}' in {path.name} has no page of the vendor.", "Say where it was read.")
        by_name[name] = Price(float(price["usd"]), float(price["of"]), price["unit"])
    waits = {name: float(milliseconds) for name, milliseconds in table["waits_ms"].items()}
    return Prices(table["region"], table["read"], by_name, waits)


@dataclass
class Counts:
    """What was used."""

    units: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """By the names of the prices."""
    by_item: dict[tuple[str, str, str], float] = field(default_factory=lambda: defaultdict(float))
    """Write units by function, item and where: the table, an index, or a check of it."""
    details: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    """Events and deliveries by name, calls by function, requests to the table by operation."""

    def over(self, parts: float) -> "Counts":
        """The same, of one of so many parts."""
        divided = Counts()
        divided.units.update({name: value / parts for name, value in self.units.items()})
        divided.by_item.update({name: value / parts for name, value in self.by_item.items()})
        for kind, values in self.details.items():
            divided.details[kind].update({name: value / parts for name, value in values.items()})
        return divided


def notes(text: str) -> Iterator[dict[str, Any]]:
    """The lines of a meter; the last may not have been written to its end."""
    for line in text.splitlines():
        if line.endswith("}"):
            yield json.loads(line)


def count(lines: Iterable[dict[str, Any]], waits: dict[str, float]) -> Counts:
    """What the lines of a meter come to. The clock's own events cost nothing, and those that stand in for them."""
    counts = Counts()
    units, details = counts.units, counts.details
    known = list(lines)
    memory = {line["function"]: line["memory"] / 1024 for line in known if line["what"] == "invocation"}
    for line in known:
        asked = ASKED.get(line.get("operation", ""), "table") if line["what"] == "request" else line["what"]
        function = line.get("function", "event-publisher")
        if asked in waits:
            units["gb_seconds"] += memory.get(function, USUAL_GB) * waits[asked] / 1000
            details["milliseconds"][function] += waits[asked]
        what = line["what"]
        if what == "write":
            units["write_units"] += line["units"]
            counts.by_item[(line["function"], line["item"], line["where"])] += line["units"]
        elif what == "read":
            units["read_units"] += line["units"]
            details["read units"][f"{line['function']} {line['operation']} {line['where']}"] += line["units"]
        elif what == "request":
            details["requests to the table"][line["operation"]] += 1
        elif what == "event" and line["name"] != "tick":
            units["events"] += 1
            units["archive_gb"] += line["bytes"] / GB
            details["events"][line["name"]] += 1
        elif what == "delivery":
            _queue(counts, "send", 1)
            details["deliveries"][f"{line['queue']} {line['name']}"] += 1
        elif what in ("receive", "delete"):
            _queue(counts, what, line["requests"])
        elif what == "queue":
            _queue(counts, line["action"], 1)
        elif what == "invocation":
            _invocation(counts, line, waits)
        elif what == "secrets":
            units["secret_requests"] += 1
        elif what == "mails":
            units["mails"] += 1
        elif what == "crm":
            details["requests to the CRM"][line["function"]] += 1
        elif what == "s3" and line["method"] == "PUT":
            units["bucket_writes"] += 1
    return counts


def _queue(counts: Counts, action: str, requests: float) -> None:
    counts.units["queue_requests"] += requests
    counts.details["queue requests"][action] += requests


def _invocation(counts: Counts, line: dict[str, Any], waits: dict[str, float]) -> None:
    units = counts.units
    units["invocations"] += 1
    units["gb_seconds"] += line["memory"] / 1024 * waits["itself"] / 1000
    logged = line["log_bytes"] + line["log_lines"] * LOG_LINE_BYTES
    units["log_gb"] += logged / GB
    counts.details["calls"][line["function"]] += 1
    counts.details["milliseconds on this machine"][line["function"]] += line["ms"]
    counts.details["log bytes"][line["function"]] += logged
    if line["api"]:
        units["api_requests"] += 1
        units["log_gb"] += ACCESS_LOG_BYTES / GB


@dataclass(frozen=True)
class Line:
    """One line of a bill."""

    name: str
    units: float
    usd: float


BY_USE = (
    "write_units", "read_units", "events", "queue_requests", "invocations", "gb_seconds", "api_requests", "log_gb",
    "archive_gb", "secret_requests", "bucket_writes",
)  # fmt: skip
"""What is paid for by use, without mail and without what is kept."""


def by_use(a_lead: Counts, prices: Prices) -> list[Line]:
    """What a million leads cost of which one counts so."""
    names = [*BY_USE, "mails"]
    return [Line(name, a_lead.units[name], prices.of(name, a_lead.units[name] * MILLION)) for name in names]


def without_mail(lines: Iterable[Line]) -> float:
    """Dollars, of the lines but that of mail."""
    return sum(line.usd for line in lines if line.name != "mails")


@dataclass(frozen=True)
class Standing:
    """What stands whether a lead comes or not."""

    alarms: int
    dashboards: int
    secrets: int
    queues: int
    """Those that functions read."""
    counted_mappings: int
    """Those of which the cloud counts the events."""


def by_month(standing: Standing, a_tick: Counts, kept: dict[str, float], prices: Prices) -> list[Line]:
    """A month of 30 days in which nothing happens; `kept` are GB by the names of the prices."""
    lines = [
        Line("alarms", standing.alarms, prices.of("alarms", standing.alarms)),
        Line("dashboards", standing.dashboards, prices.of("dashboards", standing.dashboards)),
        Line("secrets", standing.secrets, prices.of("secrets", standing.secrets)),
    ]
    metrics = standing.counted_mappings * COUNTED_BY_MAPPING
    lines.append(Line("metrics", metrics, prices.of("metrics", metrics)))
    polls = standing.queues * POLLS_A_MINUTE * MINUTES
    lines.append(Line("empty polls", polls, prices.of("queue_requests", polls)))
    for name in BY_USE:
        units = a_tick.units[name] * MINUTES
        if units:
            lines.append(Line(f"ticks: {name}", units, prices.of(name, units)))
    lines += [Line(name, gb, prices.of(name, gb)) for name, gb in kept.items()]
    return lines
