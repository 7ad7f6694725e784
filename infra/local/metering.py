"""What the emulated cloud is asked for, counted as the bill counts it: one line of JSON for each thing that costs.

The emulator bills nobody. This stands before its services, and reckons by the vendor's rules what a request would
consume: of the table a write unit for each begun KB of an item, a read unit for each begun 4 KB, both twice in a
transaction, a condition check like a write, and each index as another write of what it holds
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html). A refused write
costs as much as one that is done. It leans on the version that requirements.txt names.
"""

import json
import threading
import time
from pathlib import Path
from typing import Any, Callable

READ_KB = 4.0
CREDENTIAL = "Credential="
TRANSACTION = 2.0
RECEIVED_AT_ONCE = 10
"""Messages that one request receives or deletes, at most."""


class Meter:
    """Writes down what costs."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "w", encoding="utf-8")
        self._lock = threading.Lock()
        self._functions: dict[str, str] = {}

    def note(self, what: str, **told: Any) -> None:
        with self._lock:
            self._file.write(json.dumps({"what": what, "at": round(time.time(), 3)} | told) + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()

    def knows(self, access_key: str, session: dict[str, Any]) -> None:
        """Which function signs with a key."""
        self._functions[access_key] = str(session.get("Arn", "")).rsplit("/", 1)[-1]

    def caller(self, headers: dict[str, str]) -> str:
        """The function that signed a request; empty for somebody else."""
        signed = headers.get("authorization", "")
        key = signed.partition(CREDENTIAL)[2].partition("/")[0]
        return short(self._functions.get(key, ""))


def short(function: str) -> str:
    """A function as the project calls it, without the name of its stage."""
    return function.removeprefix("fairlead-").partition("-")[2] if function.startswith("fairlead-") else function


def item_of(key: dict[str, Any]) -> str:
    """What kind of item a key names: `record`, `clocks`, `audit` and so on."""
    first, second = key.get("pk", {}).get("S", ""), key.get("sk", {}).get("S", "")
    begins = first.partition("#")[0]
    named = {"A": "audit", "E": "effect", "L": "load"}
    return named.get(begins) or (second if second.isascii() and len(second) <= 24 else begins)


class Table:
    """Counts the requests to the table."""

    def __init__(self, meter: Meter, dynamodb: Any) -> None:
        self._meter, self._db = meter, dynamodb

    def attach(self) -> None:
        handle = self._db.handle_request

        async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
            operation = headers.get("x-amz-target", "").rpartition(".")[2]
            asked = json.loads(body) if body else {}
            before = self._before(operation, asked)
            answer = await handle(method, path, headers, body, query)
            function = self._meter.caller(headers)
            if function:
                self._count(function, operation, asked, before, answer)
            return answer

        self._db.handle_request = handle_request

    def _before(self, operation: str, asked: Any) -> list[Any]:
        """The items as they are before they are written."""
        return [(self._there(each), each) for each in _writes(operation, asked)]

    def _there(self, write: dict[str, Any]) -> Any:
        table = self._db._tables.get(write["table"])
        return table and self._db._get_item_by_key(table, write["key"])

    def _count(self, function: str, operation: str, asked: Any, before: list[Any], answer: Any) -> None:
        status, _, body = answer
        done = status == 200
        times = TRANSACTION if operation == "TransactWriteItems" else 1.0
        self._meter.note("request", function=function, operation=operation, done=done)
        for old, write in before:
            self._write(function, operation, old, write, times, done)
        if done and not before:
            self._read(function, operation, asked, json.loads(body))

    def _write(self, function: str, operation: str, old: Any, write: Any, times: float, done: bool) -> None:
        new = write["item"] if write["item"] is not None else old
        size = max(self._db._item_size_bytes(each) if each else 0 for each in (old, new, write["key"]))
        told = {"function": function, "operation": operation, "item": item_of(write["key"])}
        where = "table" if write["item"] is not None else "check"
        self._meter.note("write", where=where, units=times * self._db._capacity_kb(size), bytes=size, **told)
        if not done or write["item"] is None:
            return
        table = self._db._tables[write["table"]]
        for index in table.get("GlobalSecondaryIndexes", []):
            units = self._db._index_write_units(table, index, old, new)
            if units:
                self._meter.note("write", where=index["IndexName"], units=units, **told)

    def _read(self, function: str, operation: str, asked: Any, body: Any) -> None:
        told = {"function": function, "operation": operation}
        if operation == "GetItem":
            found = [([body["Item"]] if "Item" in body else [], asked.get("ConsistentRead"))]
        elif operation == "BatchGetItem":
            found = []
            for table, request in asked["RequestItems"].items():
                items = body.get("Responses", {}).get(table, [])
                missing = len(request["Keys"]) - len(items)
                each = [[item] for item in items] + [[] for _ in range(missing)]
                found += [(items, request.get("ConsistentRead")) for items in each]
        elif operation in ("Query", "Scan"):
            found = [(body.get("Items", []), asked.get("ConsistentRead"))]
        else:
            return
        for items, consistent in found:
            size = sum(self._db._item_size_bytes(item) for item in items)
            units = max(1.0, -(-size // (READ_KB * 1024))) * (1.0 if consistent else 0.5)
            self._meter.note("read", units=units, where=asked.get("IndexName", "table"), **told)


def _writes(operation: str, asked: Any) -> list[dict[str, Any]]:
    """What a request writes: table, key and item; without an item it only checks."""
    if operation == "PutItem":
        return [_put(asked)]
    if operation != "TransactWriteItems":
        return []
    writes = []
    for each in asked.get("TransactItems", []):
        if "Put" in each:
            writes.append(_put(each["Put"]))
        else:
            check = next(iter(each.values()))
            writes.append({"table": check["TableName"], "key": check["Key"], "item": None})
    return writes


def _put(put: dict[str, Any]) -> dict[str, Any]:
    item = put["Item"]
    return {"table": put["TableName"], "key": {"pk": item["pk"], "sk": item["sk"]}, "item": item}


def attach(path: Path) -> None:
    """Counts from now on."""
    from ministack.services import dynamodb, eventbridge, lambda_svc, s3, secretsmanager, sqs, sts

    meter = Meter(path)
    register = sts.register_session

    def register_session(access_key: str, session: dict[str, Any]) -> Any:
        meter.knows(access_key, session)
        return register(access_key, session)

    sts.register_session = register_session
    Table(meter, dynamodb).attach()
    _attach_bus(meter, eventbridge)
    _attach_queues(meter, lambda_svc, sqs)
    _attach_functions(meter, lambda_svc)
    for name, service in (("s3", s3), ("secrets", secretsmanager)):
        service.handle_request = _counted(meter, name, service.handle_request)


def _counted(meter: Meter, name: str, handle: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_request(method: str, path: str, headers: Any, *rest: Any, **named: Any) -> Any:
        function = meter.caller(headers)
        if function:
            meter.note(name, function=function, method=method)
        return await handle(method, path, headers, *rest, **named)

    return handle_request


def _attach_bus(meter: Meter, eventbridge: Any) -> None:
    put, dispatch = eventbridge._put_events, eventbridge._dispatch_to_sqs

    def put_events(data: Any, *rest: Any) -> Any:
        meter.note("bus")
        for entry in data.get("Entries", []):
            size = len(entry.get("Detail", "").encode()) + len(entry.get("DetailType", "")) + len(entry.get("Source", ""))
            meter.note("event", name=entry.get("DetailType", ""), bytes=size)
        return put(data, *rest)

    def dispatch_to_sqs(spec: Any, payload: str, *rest: Any) -> Any:
        name = json.loads(payload).get("detail-type", "")
        meter.note("delivery", queue=short(spec.resource), name=name, bytes=len(payload.encode()))
        return dispatch(spec, payload, *rest)

    eventbridge._put_events, eventbridge._dispatch_to_sqs = put_events, dispatch_to_sqs


def _attach_queues(meter: Meter, lambda_svc: Any, sqs: Any) -> None:
    run, delete, dispatch = lambda_svc._run_sqs_batch, sqs._delete_messages_for_esm, sqs._dispatch

    def run_sqs_batch(esm: Any, func: Any, event: Any, batch: Any, *rest: Any) -> Any:
        meter.note("receive", queue=short(rest[-1]), messages=len(batch), requests=-(-len(batch) // RECEIVED_AT_ONCE))
        return run(esm, func, event, batch, *rest)

    def delete_messages(url: str, handles: Any) -> Any:
        meter.note("delete", queue=short(url.rsplit("/", 1)[-1]), requests=-(-len(handles) // RECEIVED_AT_ONCE))
        return delete(url, handles)

    async def dispatched(action: str, data: Any, url: str) -> Any:
        if action in ("SendMessage", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"):
            meter.note("queue", queue=short(url.rsplit("/", 1)[-1]), action=action)
        return await dispatch(action, data, url)

    lambda_svc._run_sqs_batch, sqs._delete_messages_for_esm, sqs._dispatch = run_sqs_batch, delete_messages, dispatched


def _attach_functions(meter: Meter, lambda_svc: Any) -> None:
    run: Callable[..., Any] = lambda_svc._execute_function_dispatch

    def execute(func: Any, config: Any, event: Any, *rest: Any) -> Any:
        began = time.monotonic()
        result = run(func, config, event, *rest)
        milliseconds = (time.monotonic() - began) * 1000
        answered: str = (result.get("log") or "") if isinstance(result, dict) else ""
        meter.note(
            "invocation",
            function=short(config.get("FunctionName", "")),
            memory=int(config.get("MemorySize", 128)),
            ms=round(milliseconds, 1),
            log_bytes=len(answered.encode()),
            log_lines=len(answered.splitlines()),
            records=len(event.get("Records", [])) if isinstance(event, dict) else 0,
            api=isinstance(event, dict) and "requestContext" in event,
        )
        return result

    lambda_svc._execute_function_dispatch = execute
