"""The command line: starts the server and stays until it is told to stop."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from .account import find_zone
from .errors import ApiError
from .rate_limit import PLANS
from .sandbox import Sandbox
from .server import SandboxServer
from .settings import Settings


def parse(arguments: Sequence[str] | None = None) -> Settings:
    """Reads the command line; leaves with a message if it makes no sense."""
    default = Settings()
    parser = argparse.ArgumentParser(
        prog="sandbox_crm", description="A stand-in for HubSpot, for work on a laptop."
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="TCP port on 127.0.0.1 (default: a free one)")
    add("--port-file", type=Path, help="file that receives the address once the server listens")
    add("--webhook-url", help="where webhooks go (default: nowhere, until PUT /_sandbox/webhooks)")
    add(
        "--secret",
        default=os.environ.get("SANDBOX_SECRET", default.secret),
        help="signs the webhooks (default: SANDBOX_SECRET from the environment)",
    )
    add(
        "--token",
        default=os.environ.get("SANDBOX_TOKEN", default.token),
        help="bearer token of our own app (default: SANDBOX_TOKEN from the environment)",
    )
    add("--portal", type=int, default=default.portal, help="account number in webhooks")
    add("--app-id", type=int, default=default.app_id, help="number of our own app")
    add(
        "--plan",
        choices=tuple(PLANS),
        default="starter",
        help="what the account subscribed to: sets --rate and --daily unless they are given",
    )
    add("--rate", type=int, help="requests per ten seconds with the token")
    add("--daily", type=int, help="requests per day with the token")
    add("--search-rate", type=int, default=default.search_rate, help="searches per second")
    add("--time-zone", type=_zone, help=f"the account's time zone (default: {default.time_zone})")
    add("--currency", default=default.currency, help="the account's currency")
    add("--owners", type=Path, help="JSON list of owners instead of the built-in ones")
    add("--definitions", type=Path, help="JSON with further properties and pipelines")
    add("--state", type=Path, help="file that keeps the records from one run to the next")
    add(
        "--creation-changes",
        action="store_true",
        help="send a propertyChange for every first value of a new record as well",
    )
    given = vars(parser.parse_args(arguments))
    plan = PLANS[given.pop("plan")]
    given["rate"] = plan.rate if given["rate"] is None else given["rate"]
    given["daily"] = plan.daily if given["daily"] is None else given["daily"]
    given["time_zone"] = given["time_zone"] or default.time_zone
    return Settings(**given)


def _zone(name: str) -> str:
    """A time zone that this machine knows."""
    try:
        find_zone(name)
    except ApiError as why:
        raise argparse.ArgumentTypeError(why.message) from why
    return name


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until SIGINT or SIGTERM; 0 after that, 2 if it cannot start."""
    settings = parse(arguments)
    try:
        sandbox = Sandbox(settings)
        server = SandboxServer(sandbox)
    except (OSError, ValueError) as why:
        print(f"sandbox CRM cannot start: {why}", file=sys.stderr)
        return 2
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    sandbox.sender.start()
    thread = threading.Thread(target=server.serve_forever, name="server", daemon=True)
    thread.start()
    if settings.port_file:
        _write_whole(settings.port_file, server.address)
    print(f"sandbox CRM on {server.address}", flush=True)
    stop.wait()
    server.shutdown()
    sandbox.sender.stop()
    server.server_close()
    sandbox.close()
    return 0


def _write_whole(path: Path, text: str) -> None:
    """Whoever waits for the file never sees half of it."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
