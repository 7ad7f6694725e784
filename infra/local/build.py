"""Builds the programs and the model that the stack runs."""

import os
import subprocess
from pathlib import Path

from layout import FUNCTIONS, ROOT, Layout, binary, shown
from problem import Problem

PROFILE = "dev"


def programs() -> None:
    """All functions and the command line, in one call and one cheap profile."""
    env = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    try:
        done = subprocess.run(
            ["cargo", "build", "--profile", PROFILE, "--workspace", "--bins"], cwd=ROOT, env=env, check=False
        )
    except FileNotFoundError:
        raise Problem("cargo was not found.", "Install Rust, then start again.") from None
    if done.returncode != 0:
        raise Problem("The programs do not build; the compiler's message stands above.", "Fix it and start again.")


def require_programs() -> None:
    """For a start without a build: says which program is missing."""
    missing = [name for name in (*FUNCTIONS, "fairlead") if not binary(name).is_file()]
    if missing:
        raise Problem(
            f"Not built yet: {', '.join(missing)}.", "Run `cargo build --workspace --bins`."
        )


def model(config: Path, layout: Layout) -> Path:
    """Checks the operating model and compiles it. An invalid model ends the run with its own message."""
    layout.package.mkdir(parents=True, exist_ok=True)
    artefact = layout.package / "model.artefact"
    done = subprocess.run(
        [str(binary("fairlead")), "build", str(config), "--out", str(artefact)],
        cwd=ROOT,
        check=False,
    )
    if done.returncode != 0:
        raise Problem(
            f"The operating model in {shown(config)} is not valid; each problem stands above with its file and line.",
            "Fix the lines named, run `make model` until it is content, then start again.",
        )
    return artefact
