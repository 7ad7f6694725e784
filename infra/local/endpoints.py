"""Writes endpoints.json: all that a script needs to drive the stack."""

import json
from pathlib import Path
from typing import Any


def write(path: Path, endpoints: dict[str, Any]) -> None:
    """Replaces the file at once, so that a reader never sees half of it. It holds local secrets only."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(endpoints, indent=2) + "\n", encoding="utf-8")
    part.chmod(0o600)
    part.replace(path)
