"""Drives the CRM vendor's own clients against the sandbox CRM: the one for Python, and the one for Node
where Node is. `make test-clients` runs it in the project's environment.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import unittest
from pathlib import Path

from layout import ROOT
from sandbox_crm.sandbox import Sandbox
from sandbox_crm.server import SandboxServer
from sandbox_crm.settings import Settings

TESTS = Path(__file__).resolve().parent / "sandbox_crm" / "tests"
NODE = TESTS / "node"
INSTALLED = ROOT / ".local" / "node"
"""Where npm puts the client: not beside the test, so that the sources stay as they are."""
OLDEST_NODE = 18
TOKEN = "the-clients-token"


def main() -> int:
    """0 if every client that could be tried did as it should."""
    python = unittest.defaultTestLoader.loadTestsFromName("sandbox_crm.tests.test_official_client")
    passed = unittest.TextTestRunner().run(python).wasSuccessful()
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("Node not found: not tried")
    elif (found := _version(node)) < OLDEST_NODE:
        print(f"Node {found} is too old, the client needs {OLDEST_NODE}: not tried")
    else:
        passed = _install(npm) and _run(node) and passed
    return 0 if passed else 1


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _install(npm: str) -> bool:
    """Installs the client as it is pinned; does nothing, without the network, once it is."""
    lists = [NODE / name for name in ("package.json", "package-lock.json")]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in lists)).hexdigest()
    stamp = INSTALLED / "installed"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return True
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for path in lists:
        shutil.copy(path, INSTALLED)
    print("installing the vendor's client for Node (once; this needs the network) …", flush=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=INSTALLED, check=False).returncode != 0:
        print("The client for Node could not be installed; the reason stands above.", file=sys.stderr)
        return False
    stamp.write_text(wanted, encoding="utf-8")
    return True


def _run(node: str) -> bool:
    """Plays the tests of the Node client against a sandbox of their own."""
    server = SandboxServer(Sandbox(Settings(token=TOKEN, rate=190, search_rate=5)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    told = {
        "SANDBOX_URL": server.address,
        "SANDBOX_TOKEN": TOKEN,
        "NODE_PATH": str(INSTALLED / "node_modules"),
    }
    command = [node, "--test", str(NODE / "client.test.js")]
    try:
        return subprocess.run(command, env=os.environ | told, check=False).returncode == 0
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    sys.exit(main())
