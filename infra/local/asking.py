"""Asks `fairlead` about the running stack, as a person in the folder of its model would."""

import os
import subprocess
from pathlib import Path

from layout import ROOT, Layout, binary


def prepare(layout: Layout, config: Path) -> None:
    """Names what is to be asked. The command line takes `config/` of the folder it is called in for the
    company's model, and finds a record's source in it: the stack's own model may stand elsewhere."""
    layout.desk.mkdir(parents=True, exist_ok=True)
    link = layout.desk / "config"
    link.unlink(missing_ok=True)
    link.symlink_to(config, target_is_directory=True)
    os.environ["FAIRLEAD_STACK"] = str(layout.state)


def fairlead(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command against the stack that was prepared."""
    command, folder = [str(binary("fairlead")), *arguments], ROOT
    if stack := os.environ.get("FAIRLEAD_STACK"):
        folder = Layout(Path(stack)).desk
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def show(*arguments: str) -> None:
    """Prints a command and its answer."""
    print(f"\n  $ fairlead {' '.join(arguments)}", flush=True)
    told = fairlead(*arguments)
    text = told.stdout if told.returncode == 0 else told.stdout + told.stderr
    print("\n".join(f"  {line}" for line in text.rstrip().splitlines()) + "\n", flush=True)
