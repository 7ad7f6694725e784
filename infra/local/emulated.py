"""The emulator's process, with what it holds in memory kept in a folder.

Run as `python emulated.py FOLDER`. The emulator itself can write its state only when it is ended
in good order, which a kill or a crash is not. So this goes along in its process: every change of a
table is in a journal before it is answered, and mails and queued messages are written a moment later.
It is put together with exactly the version that requirements.txt names.
"""

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

import gathering
import metering
from journal import Change, Journal, Key

LOOK_SECONDS = 0.25
"""How often queues and mails are looked at: what a kill can take back of them."""
TOLD_AGAIN_SECONDS = 120.0
"""New items of the last two minutes are put on the table's stream again: what had not been published when
everything ended. Who has dealt with an event before does nothing again."""
CANNOT_KEEP = 3
"""The exit code if what is held cannot be kept any more."""


class Keeper:
    """Hooks itself into the emulator's tables, queues and mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables = Journal(folder / "table.jsonl")
        self._mails = Journal(folder / "mails.jsonl")
        self._queues = Journal(folder / "queues.jsonl")
        self._returning: dict[str, list[dict[str, Any]]] = {}
        self._together: Optional[list[Change]] = None
        self._logical: dict[str, str] = {}
        self._lock = threading.RLock()

    def attach(self) -> None:
        """Takes over what was kept and keeps what comes. Raises what the folder's files raise."""
        from ministack.services import dynamodb, ses, sqs
        from ministack.services.cloudformation import provisioners

        self._tables.read()
        self._mails.read()
        self._queues.read()
        for (queue, _), message in self._queues.held.items():
            self._returning.setdefault(queue, []).append(message)
        self._tables.open()
        self._mails.open()
        self._queues.open()
        self._follow_tables(dynamodb)
        self._fill_new_tables(dynamodb, provisioners)
        self._restore_mails(ses)
        threading.Thread(target=self._look, args=(ses, sqs), name="keeper", daemon=True).start()

    def _follow_tables(self, dynamodb: Any) -> None:
        put, remove, transact = dynamodb._set_item, dynamodb._remove_item, dynamodb._transact_write_items

        def set_item(table: Any, first: str, second: str, item: Any) -> Any:
            before = put(table, first, second, item)
            self._changed((self._key(table, first), second, item))
            return before

        def remove_item(table: Any, first: str, second: str) -> Any:
            before = remove(table, first, second)
            if before is not None:
                self._changed((self._key(table, first), second, None))
            return before

        def transact_write_items(data: Any) -> Any:
            with self._as_one():
                return transact(data)

        dynamodb._set_item, dynamodb._remove_item = set_item, remove_item
        dynamodb._transact_write_items = transact_write_items

    def _key(self, table: Any, first: str) -> str:
        name = table["TableName"]
        return f"{self._logical.get(name, name)}\0{first}"

    @contextlib.contextmanager
    def _as_one(self) -> Iterator[None]:
        with self._lock:
            self._together = []
            try:
                yield
            finally:
                changes, self._together = self._together, None
                self._commit(self._tables, changes)

    def _changed(self, change: Change) -> None:
        with self._lock:
            if self._together is not None:
                self._together.append(change)
            else:
                self._commit(self._tables, [change])

    def _commit(self, journal: Journal, changes: list[Change]) -> None:
        with _or_end(journal.path):
            journal.commit(changes)

    def _fill_new_tables(self, dynamodb: Any, provisioners: Any) -> None:
        kind = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
        create: Callable[..., Any] = kind["create"]

        def create_and_fill(logical: str, *given: Any) -> Any:
            made = create(logical, *given)
            table = dynamodb._tables[made[0]]
            # Each deployment names its table anew; in the template it is always the same one.
            self._logical[made[0]] = logical
            ended = max(self._tables.written.values(), default=0.0)
            for (first, second), item in list(self._tables.held.items()):
                name, _, value = first.partition("\0")
                if name != logical:
                    continue
                with self._lock:
                    self._together = []
                    dynamodb._set_item(table, value, second, item)
                    # It stands in the journal already, with the time at which it was written.
                    self._together = None
                if self._tables.written[(first, second)] >= ended - TOLD_AGAIN_SECONDS:
                    dynamodb._emit_stream_event(made[0], "INSERT", None, item)
            return made

        kind["create"] = create_and_fill

    def _restore_mails(self, ses: Any) -> None:
        by_account: dict[str, list[Any]] = {}
        for (account, _), mail in self._mails.held.items():
            by_account.setdefault(account, []).append(mail)
        for scope, mails in by_account.items():
            account, _, region = scope.partition("/")
            ses._sent_emails.set_scoped(account, region, "entries", mails)

    def _look(self, ses: Any, sqs: Any) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            # Somebody may be putting a message there at this very moment: the next look sees it.
            with contextlib.suppress(RuntimeError):
                self._keep_mails(ses)
                self._keep_queues(sqs)

    def _keep_mails(self, ses: Any) -> None:
        new = [
            (f"{account}/{region}", mail["MessageId"], json.loads(json.dumps(mail, default=str)))
            for (account, region, _), mails in list(ses._sent_emails.all_items())
            for mail in list(mails)
            if (f"{account}/{region}", mail["MessageId"]) not in self._mails.held
        ]
        self._commit(self._mails, new)

    def _keep_queues(self, sqs: Any) -> None:
        queues = {queue["name"]: queue for _, queue in list(sqs._queues.all_items())}
        for name in [name for name in self._returning if name in queues]:
            # At once, even if it was being worked on: whoever was at it has ended.
            returned = [message | {"visible_at": time.time()} for message in self._returning.pop(name)]
            queues[name]["messages"].extend(returned)
            sqs.esm_wake.set()
        # A burst leaves thousands of messages here: what a look costs must grow with what has changed.
        changes: list[Change] = []
        waiting: set[Key] = set()
        for name, queue in queues.items():
            for message in list(queue["messages"]):
                key = (name, message["id"])
                waiting.add(key)
                kept = self._queues.held.get(key)
                if kept is None or kept["receive_count"] != message["receive_count"]:
                    changes.append((*key, json.loads(json.dumps(message, default=str))))
        changes += [(*key, None) for key in self._queues.held if key[0] in queues and key not in waiting]
        self._commit(self._queues, changes)


@contextlib.contextmanager
def _or_end(path: Path) -> Iterator[None]:
    """What cannot be kept must not look as if it were: the process ends, and says why."""
    try:
        yield
    except OSError as why:
        print(f"{path} cannot be written: {why.strerror or why}. The stack ends here; what stands in it is kept.", flush=True)
        os._exit(CANNOT_KEEP)


def main() -> None:
    folder = Path(sys.argv.pop(1))
    Keeper(folder).attach()
    gathering.attach()
    if os.environ.get("FAIRLEAD_METER"):
        metering.attach(Path(os.environ["FAIRLEAD_METER"]))
    from ministack.app import main as emulate

    emulate()


if __name__ == "__main__":
    main()
