"""What is asked of the emulator is counted as the bill counts it."""

import asyncio
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import metering
import pricing

KEY = {"pk": {"S": "R#hubspot:lead:1"}, "sk": {"S": "record"}}
SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=ASIA1/20261127/us-east-1/dynamodb/aws4_request"}


class Database:
    """As much of the emulator's as is leaned on: an item's size is what it says."""

    def __init__(self, there: Any, status: int = 200, body: Any = None) -> None:
        self._tables = {"t": {"GlobalSecondaryIndexes": [{"IndexName": "account"}]}}
        self._there, self._answer = there, (status, {}, json.dumps(body or {}))

    async def handle_request(self, *_: Any) -> Any:
        return self._answer

    def _get_item_by_key(self, *_: Any) -> Any:
        return self._there

    def _item_size_bytes(self, item: Any) -> int:
        return int(item.get("size", 40))

    def _capacity_kb(self, size: int) -> float:
        return float(max(1, -(-size // 1024)))

    def _index_write_units(self, *_: Any) -> float:
        return 1.0


class MeteringTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "meter.jsonl"

    def ask(self, database: Database, operation: str, asked: Any, headers: dict[str, str]) -> pricing.Counts:
        meter = metering.Meter(self.path)
        self.addCleanup(meter.close)
        meter.knows("ASIA1", {"Arn": "arn:aws:sts::0:assumed-role/r/fairlead-local-crm-sync"})
        metering.Table(meter, database).attach()
        target = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
        asyncio.run(database.handle_request("POST", "/", headers | target, json.dumps(asked).encode(), {}))
        return pricing.count(pricing.notes(self.path.read_text(encoding="utf-8")), {})

    def test_a_write_costs_by_the_larger_of_before_and_after_and_each_index_again(self) -> None:
        put = {"TableName": "t", "Item": KEY | {"size": 1500}}
        counts = self.ask(Database({"size": 2100}), "PutItem", put, SIGNED)
        self.assertEqual(counts.by_item, {("crm-sync", "record", "table"): 3.0, ("crm-sync", "record", "account"): 1.0})

    def test_in_a_transaction_the_table_costs_twice_and_a_check_like_a_write(self) -> None:
        put = {"Put": {"TableName": "t", "Item": KEY | {"size": 900}}}
        check = {"ConditionCheck": {"TableName": "t", "Key": KEY}}
        counts = self.ask(Database({"size": 1100}), "TransactWriteItems", {"TransactItems": [put, check]}, SIGNED)
        self.assertEqual(counts.by_item[("crm-sync", "record", "table")], 4.0)
        self.assertEqual(counts.by_item[("crm-sync", "record", "check")], 4.0)
        self.assertEqual(counts.by_item[("crm-sync", "record", "account")], 1.0)

    def test_a_refused_write_costs_as_well_but_no_index(self) -> None:
        put = {"TableName": "t", "Item": KEY | {"size": 900}}
        counts = self.ask(Database(None, status=400), "PutItem", put, SIGNED)
        self.assertEqual(counts.by_item, {("crm-sync", "record", "table"): 1.0})

    def test_a_read_costs_by_begun_four_kb_and_half_where_it_may_be_old(self) -> None:
        query = {"TableName": "t", "IndexName": "account"}
        items = {"Items": [{"size": 3000}, {"size": 2000}]}
        self.assertEqual(self.ask(Database(None, body=items), "Query", query, SIGNED).units["read_units"], 1.0)
        get = {"TableName": "t", "Key": KEY, "ConsistentRead": True}
        self.assertEqual(self.ask(Database(None), "GetItem", get, SIGNED).units["read_units"], 1.0)

    def test_each_key_of_several_is_a_read_found_or_not(self) -> None:
        asked = {"RequestItems": {"t": {"Keys": [KEY, KEY, KEY], "ConsistentRead": True}}}
        found = {"Responses": {"t": [{"size": 5000}]}}
        self.assertEqual(self.ask(Database(None, body=found), "BatchGetItem", asked, SIGNED).units["read_units"], 4.0)

    def test_whoever_is_no_function_is_not_counted(self) -> None:
        get = {"TableName": "t", "Key": KEY}
        somebody = {"authorization": "AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/dynamodb/aws4_request"}
        self.assertEqual(self.ask(Database(None), "GetItem", get, somebody).units, {})

    def test_items_are_called_by_their_kind(self) -> None:
        keys = [("R#hubspot:lead:1", "clocks"), ("A#hubspot:lead:1", "0f3e"), ("E#0f3e", "effect"), ("P#dach", "rotation")]
        named = [metering.item_of({"pk": {"S": first}, "sk": {"S": second}}) for first, second in keys]
        self.assertEqual(named, ["clocks", "audit", "effect", "rotation"])
