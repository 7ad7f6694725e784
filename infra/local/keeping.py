"""What a stack leaves in its folder for the next start: the table, the queues, the mails, the CRM.

Emulator and sandbox CRM write it while they run, so that no kind of end loses it. Here it is looked at
before they start: what cannot be gone on with is said, with what to do, and nothing is thrown away
unless somebody says so.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from journal import Damaged, Journal
from layout import shown
from problem import Problem
from source import Source

KEPT_FORMAT = 2
"""How the files here are written."""
# Follows `FORMAT` in shared/contracts/src/lib.rs; a test compares the two.
TABLE_FORMAT = 5
"""How the items of the table are written: functions cannot read a table of another format."""

JOURNALS = ("table.jsonl", "mails.jsonl", "queues.jsonl", "crm.jsonl")
RECORD = "R#"
"""How the partition of a record begins in the table."""


@dataclass(frozen=True)
class Kept:
    """What was found."""

    folder: Path
    since: str
    records: int
    """How many records the table or the CRM knows; 0 is an empty company."""

    @property
    def story(self) -> str:
        """What is said when a stack goes on with it."""
        count = f"{self.records} record{'' if self.records == 1 else 's'}"
        return f"continues the state of {shown(self.folder.parent)} ({count}, since {self.since}); FRESH=1 forgets"


def forget(folder: Path) -> None:
    """Begins anew."""
    shutil.rmtree(folder, ignore_errors=True)


def look(folder: Path, source: Source) -> Kept:
    """Reads what is kept, and begins to keep if nothing is. Raises a problem if it cannot be gone on with."""
    about = folder / "about.json"
    if not about.exists() and any((folder / name).exists() for name in JOURNALS):
        raise _damaged(folder, "about.json is missing")
    if not about.exists():
        return _begin(about, source)
    known = _about(about)
    _same(folder, known, source)
    return Kept(folder, str(known.get("since")), _records(folder))


def _begin(about: Path, source: Source) -> Kept:
    since = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"
    known = {
        "kept_format": KEPT_FORMAT,
        "table_format": TABLE_FORMAT,
        "source": source.name,
        "portal": source.portal,
        "since": since,
    }
    about.parent.mkdir(parents=True, exist_ok=True)
    part = about.with_suffix(".part")
    part.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    part.replace(about)
    return Kept(about.parent, since, 0)


def _about(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as why:
        raise _damaged(path.parent, f"about.json: {why}") from None
    if not isinstance(known, dict):
        raise _damaged(path.parent, "about.json does not say what this is")
    return known


def _same(folder: Path, known: dict[str, Any], source: Source) -> None:
    """Whether the functions of today can go on with it."""
    for name, now in (("kept_format", KEPT_FORMAT), ("table_format", TABLE_FORMAT)):
        if known.get(name) != now:
            what = "the table" if name == "table_format" else "the files"
            raise Problem(
                f"What {shown(folder)} keeps was written in another format of {what} "
                f"({known.get(name)}; this version reads {now}), and nothing converts it.",
                "`FRESH=1 make run` forgets it and begins anew; or go back to the version that wrote it.",
            )
    before = (known.get("source"), known.get("portal"))
    if before != (source.name, source.portal):
        raise Problem(
            f"What {shown(folder)} keeps are records of {before[0]} (portal {before[1]}), and this model's CRM is "
            f"{source.name} (portal {source.portal}).",
            "Give this model a folder of its own with STATE_DIR=…, or forget those records with FRESH=1.",
        )


def _records(folder: Path) -> int:
    """Of the table and of the CRM, whichever knows more: a webhook may still be on its way."""
    read: dict[str, Journal] = {}
    for name in JOURNALS:
        read[name] = Journal(folder / name)
        try:
            read[name].read()
        except Damaged as why:
            raise _damaged(folder, f"{name}: {why}") from None
    partitions = {first for first, _ in read["table.jsonl"].held if first.partition("\0")[2].startswith(RECORD)}
    of_crm = [kind for kind, _ in read["crm.jsonl"].held if not kind.startswith("_") and kind not in ("users", "tasks")]
    return max(len(partitions), len(of_crm))


def _damaged(folder: Path, what: str) -> Problem:
    return Problem(
        f"What {shown(folder)} keeps cannot be read: {what}.",
        f"`FRESH=1 make run` forgets it and begins anew; move {shown(folder)} away first if it matters.",
    )
