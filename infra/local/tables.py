"""A whole table read and written, page by page: for an export, and for going back to what was."""

import hashlib
import json
import time
from typing import Any, Iterable, Iterator

from problem import Problem

Item = dict[str, Any]
AT_ONCE = 25
"""The most that the table takes in one request."""
MOST_TRIES = 10


def items(dynamodb: Any, table: str) -> Iterator[Item]:
    """Every item, as the table's own API writes it, in no order."""
    page: dict[str, Any] = {}
    while True:
        answer = dynamodb.scan(TableName=table, ConsistentRead=True, **page)
        yield from answer["Items"]
        if not answer.get("LastEvaluatedKey"):
            return
        page = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def key_of(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def digest_of(item: Item) -> bytes:
    """Equal for equal items, in whatever order their attributes come."""
    return hashlib.sha256(line_of(item).encode()).digest()[:16]


def line_of(item: Item) -> str:
    """An item as a line of text."""
    return json.dumps(item, sort_keys=True, default=_bytes, ensure_ascii=False, separators=(",", ":"))


def put(dynamodb: Any, table: str, these: Iterable[Item]) -> int:
    """Writes items over what is there. How many they were."""
    return _write(dynamodb, table, ({"PutRequest": {"Item": item}} for item in these))


def remove(dynamodb: Any, table: str, keys: Iterable[tuple[str, str]]) -> int:
    """Removes items. How many they were."""
    requests = ({"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in keys)
    return _write(dynamodb, table, requests)


def _write(dynamodb: Any, table: str, requests: Iterable[dict[str, Any]]) -> int:
    written, waiting = 0, []
    for request in requests:
        waiting.append(request)
        if len(waiting) == AT_ONCE:
            written += _batch(dynamodb, table, waiting)
            waiting = []
    return written + (_batch(dynamodb, table, waiting) if waiting else 0)


def _batch(dynamodb: Any, table: str, requests: list[dict[str, Any]]) -> int:
    rest = requests
    for tried in range(MOST_TRIES):
        answer = dynamodb.batch_write_item(RequestItems={table: rest})
        rest = answer.get("UnprocessedItems", {}).get(table, [])
        if not rest:
            return len(requests)
        time.sleep(min(2.0**tried * 0.1, 10.0))
    raise Problem(f"The table {table} takes no more writes: {len(rest)} items were refused {MOST_TRIES} times.", "Run it again.")


def _bytes(value: Any) -> str:
    assert isinstance(value, bytes)
    return value.hex()
