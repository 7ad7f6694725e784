"""Which stacks run from this checkout, for a command line that is to say which one it asks."""

import hashlib
from pathlib import Path

from layout import ROOT, Layout

REGISTER = ROOT / ".local" / "stacks"
"""One file for each stack that runs: it holds the path of the stack's folder. `fairlead` reads it."""


def enter(layout: Layout, register: Path = REGISTER) -> Path:
    """Says that a stack runs in this folder; the file that says so is removed when it ends."""
    register.mkdir(parents=True, exist_ok=True)
    entry = register / hashlib.sha256(str(layout.state).encode()).hexdigest()[:16]
    entry.write_text(f"{layout.state}\n", encoding="utf-8")
    return entry
