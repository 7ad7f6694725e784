"""What the story looks at while it waits: the mailbox and the table."""

import json
import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Optional

import boto3
from botocore.config import Config

import loopback
from event_version import EVENT_VERSION

LOOK_SECONDS = 0.1


def until(seen: Callable[[], Any], seconds: float) -> Any:
    """Asks again until there is an answer; returns it, or None at the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        found = seen()
        if found or time.monotonic() > deadline:
            return found or None
        time.sleep(LOOK_SECONDS)


class Mailbox:
    """Hands out each mail once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._read: set[str] = set()

    def new(self) -> list[dict[str, Any]]:
        """The mails sent since the last look, the oldest first."""
        accounts = loopback.call("GET", self._url)["messages"].values()
        mails = [mail for account in accounts for mail in account if mail["MessageId"] not in self._read]
        self._read.update(mail["MessageId"] for mail in mails)
        return sorted(mails, key=lambda mail: float(mail["Timestamp"]))


class Cloud:
    """The table, to see when something is due, and the bus, to say what time it is."""

    def __init__(self, endpoints: dict[str, Any]) -> None:
        self._table, self._bus, self._source = endpoints["table"], endpoints["bus"], endpoints["source"]
        account = {
            "endpoint_url": endpoints["aws_endpoint"],
            "region_name": endpoints["region"],
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": Config(proxies={}),
        }
        self._dynamodb = boto3.client("dynamodb", **account)
        self._events = boto3.client("events", **account)

    def _partition(self, record: str) -> str:
        """Where the table keeps what is known of a record such as `lead:101`."""
        return f"R#{self._source}:{record}"

    def knows(self, record: str) -> bool:
        """Whether our copy of a record, such as `lead:101`, is kept."""
        return bool(self._items(record))

    def routed(self, record: str) -> bool:
        """Whether lead-routing has decided about a record, however it came out."""
        return any(item["sk"]["S"] == "routing" for item in self._items(record))

    def _items(self, record: str) -> list[dict[str, Any]]:
        """What is kept of a record."""
        found = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": self._partition(record)}},
        )
        return list(found["Items"])

    def due(self, record: str) -> Optional[str]:
        """When the next deadline of a record comes, as written in the table's index."""
        found = self._dynamodb.scan(
            TableName=self._table,
            IndexName="due",
            FilterExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": self._partition(record)}},
        )
        return min((item["due_at"]["S"] for item in found["Items"]), default=None)

    def tick(self, instant: datetime) -> None:
        """Tells every function that it is now this instant, as the minute tick would."""
        at = instant.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        tick = uuid.uuid4().hex
        detail = {
            "id": tick,
            "name": "tick",
            "version": EVENT_VERSION,
            "time": at,
            "sequence": 0,
            "revision": {"number": 0, "hash": ""},
            "correlation": tick,
            "data": {"at": at},
        }
        entry = {
            "Source": "fairlead",
            "DetailType": "tick",
            "Detail": json.dumps(detail),
            "EventBusName": self._bus,
        }
        self._events.put_events(Entries=[entry])


def instant(text: str) -> datetime:
    """A timestamp of the table."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def next_working_morning(after: datetime) -> datetime:
    """07:05 UTC of the next Monday to Friday: past eight in Berlin, in winter and in summer."""
    day = after.astimezone(timezone.utc).replace(hour=7, minute=5, second=0, microsecond=0)
    while day <= after or day.weekday() >= 5:
        day += timedelta(days=1)
    return day
