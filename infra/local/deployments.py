"""Which deployment is the later one: each gets a number that is given once, and what it was is kept under it.

The stack has its present number as a parameter, but the cloud's own rollback takes that back. So the highest
number ever given stands beside the packages, in the bucket; on this machine in the stack's folder.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional, Protocol

from botocore.exceptions import ClientError

from problem import Problem

LISTED = 20
_RECORD = re.compile(r"([1-9][0-9]*)\.json")
# Both say that somebody else was there: the object exists, or is just being written.
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True)
class Deployment:
    """What was deployed under a number."""

    number: int
    revision: str
    """The hash of its model's content."""
    prefix: str
    """Where its packages lie in the bucket."""
    at: str
    parameters: dict[str, str] = field(default_factory=dict)
    template: str = ""
    again: Optional[int] = None
    """The deployment that it brought back."""
    commit: str = ""
    """Of which its packages were made; empty if nobody knows."""
    changed: bool = False
    """Whether files differed from that commit."""
    alone: bool = False
    """Whether only the model was another, and the packages those of the deployment before."""
    stood: Optional[str] = None
    """When the stack was seen to stand with it; empty while it is under way, and if it failed."""

    def told(self) -> str:
        """In one line, for a list."""
        of = f"  {self.commit[:12]}{' and changes' if self.changed else ''}" if self.commit else ""
        alone = ", the model alone" if self.alone else ""
        back = f", deployment {self.again} again" if self.again else ""
        stood = "" if self.stood else "  (not seen to its end)"
        return f"{self.number:>6}  {self.revision}  {self.at}{of}{alone}{back}{stood}"


class Shelf(Protocol):
    """Where records are kept, by number."""

    def numbers(self) -> Iterator[int]: ...

    def read(self, number: int) -> Optional[str]: ...

    def write(self, number: int, text: str) -> None: ...

    def write_new(self, number: int, text: str) -> bool:
        """False if there is one already."""
        ...


class Deployments:
    """The deployments of one stack."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def next_number(self, standing: int = 0) -> int:
        """One more than was ever given, and than the stack itself says it has."""
        return max([standing, *self._shelf.numbers()]) + 1

    def give(self, deployment: Deployment) -> None:
        """Keeps a deployment under its number, which nobody else can have from then on."""
        if not self._shelf.write_new(deployment.number, _text(deployment)):
            raise Problem(
                f"Somebody else has just begun deployment {deployment.number} of the same stack.",
                "Wait until it has ended, look at what it brought, and start again.",
            )

    def stands(self, deployment: Deployment) -> Deployment:
        """Notes that the stack stands with it now."""
        deployment = replace(deployment, stood=now())
        self._shelf.write(deployment.number, _text(deployment))
        return deployment

    def latest(self) -> Iterator[Deployment]:
        """From the latest to the first."""
        for number in sorted(self._shelf.numbers(), reverse=True):
            found = self._read(number)
            if found:
                yield found

    def find(self, to: str) -> Deployment:
        """The deployment of a number, or the latest one that stood with a revision: eight digits of its hash do."""
        if to.isdigit() and len(to) < 8:
            found = self._read(int(to))
        else:
            known = (it for it in self.latest() if it.stood and it.revision.startswith(to))
            found = next(known, None) if len(to) >= 8 else None
        if found:
            return found
        raise Problem(f"There is no deployment {to} to go back to. There are:\n{self.listed()}", "TO=NUMBER, or TO=REVISION.")

    def listed(self) -> str:
        """What can be gone back to, the latest first."""
        lines = []
        for found in self.latest():
            if len(lines) == LISTED:
                lines.append("     …  and earlier ones")
                break
            lines.append(found.told())
        return "\n".join(lines) or "  none yet"

    def _read(self, number: int) -> Optional[Deployment]:
        text = self._shelf.read(number)
        if text is None:
            return None
        try:
            return Deployment(**json.loads(text))
        except (TypeError, ValueError) as why:
            raise Problem(
                f"What is kept of deployment {number} cannot be read: {why}", "Use the version of Fairlead that deployed it."
            ) from why


class Bucket:
    """Beside the packages of a stage. A number is given by writing what is not there yet, which the bucket refuses
    to all but one."""

    def __init__(self, s3: Any, bucket: str, stage: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._folder = f"fairlead/{stage}/deployments/"

    def numbers(self) -> Iterator[int]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._folder):
            for found in page.get("Contents", []):
                if match := _RECORD.fullmatch(found["Key"].removeprefix(self._folder)):
                    yield int(match[1])

    def read(self, number: int) -> Optional[str]:
        try:
            return str(self._s3.get_object(Bucket=self._bucket, Key=self._key(number))["Body"].read(), "utf-8")
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise

    def write(self, number: int, text: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=self._key(number), Body=text.encode())

    def write_new(self, number: int, text: str) -> bool:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=self._key(number), Body=text.encode(), IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] in _TAKEN:
                return False
            raise
        return True

    def _key(self, number: int) -> str:
        return f"{self._folder}{number}.json"


class Folder:
    """In the folder of a local stack."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def numbers(self) -> Iterator[int]:
        names = (it.name for it in self._folder.iterdir()) if self._folder.is_dir() else ()
        yield from (int(match[1]) for name in names if (match := _RECORD.fullmatch(name)))

    def read(self, number: int) -> Optional[str]:
        try:
            return self._path(number).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, number: int, text: str) -> None:
        part = self._path(number).with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(self._path(number))

    def write_new(self, number: int, text: str) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._path(number).with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        try:
            # It fails where there is one already, and what is there is always whole.
            os.link(part, self._path(number))
        except FileExistsError:
            return False
        finally:
            part.unlink()
        return True

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def now() -> str:
    """This instant, as records have it."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(deployment: Deployment) -> str:
    return json.dumps(asdict(deployment), indent=1) + "\n"
