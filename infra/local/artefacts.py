"""Keeps the model of every revision under its hash, so that a past decision can be explained, and decided again."""

import json
import zipfile
from pathlib import Path
from typing import Any, Optional

from botocore.exceptions import ClientError

from problem import Problem

NAME = "model.artefact"
"""As it is called in a function's package."""

FOLDER = "artefacts"
"""Where the models lie, each called by its hash: in a stack's folder, and in the bucket of a deployment."""


def hash_of(artefact: bytes) -> str:
    """The hash by which an audit record names the revision: the first line of an artefact says it."""
    try:
        revision = json.loads(artefact.partition(b"\n")[0])["hash"]
    except (ValueError, KeyError, TypeError) as why:
        raise Problem(
            f"A model does not say which revision it is ({why!r}): another version of Fairlead made it.",
            "Run `make package` again, or `make run`.",
        ) from why
    if not (isinstance(revision, str) and revision.isalnum()):
        raise Problem(f"{revision!r} is no hash of a model.", "Run `make package` again, or `make run`.")
    return revision


def of_package(archive: Path) -> bytes:
    """The model in a function's package."""
    try:
        with zipfile.ZipFile(archive) as package:
            return package.read(NAME)
    except (OSError, KeyError, zipfile.BadZipFile) as why:
        raise Problem(f"{archive.name} has no model ({why}).", "Run `make package` again.") from why


def keep(artefact: bytes, state: Path) -> Path:
    """Keeps a model in a stack's folder. One that is there already is the same."""
    kept = place(state, hash_of(artefact))
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_bytes(artefact)
        part.replace(kept)
    return kept


def place(state: Path, revision: str) -> Path:
    """Where a stack's folder keeps the model of a revision."""
    return state / FOLDER / revision


def upload(s3: Any, bucket: str, artefact: bytes) -> str:
    """Keeps a model in a deployment's bucket, beside the packages, and says where."""
    key = f"fairlead/{FOLDER}/{hash_of(artefact)}"
    s3.put_object(Bucket=bucket, Key=key, Body=artefact)
    return key


def fetch(s3: Any, bucket: str, revision: str) -> Optional[bytes]:
    """The model of a revision from a deployment's bucket; nothing if it is not there."""
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=f"fairlead/{FOLDER}/{revision}")["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
