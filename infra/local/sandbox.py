"""Starts the sandbox CRM beside the stack."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import loopback
from child import Child
from layout import Layout

APP_ID = 54321
ANSWERS_WITHIN_SECONDS = 20.0


@dataclass(frozen=True)
class Account:
    """What the CRM and Fairlead share: one signs and the other verifies."""

    secret: str
    token: str


class Sandbox:
    """A running sandbox CRM."""

    def __init__(self, layout: Layout, port: int, webhook_url: str, account: Account, portal: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "sandbox_crm", "--port", str(port), "--webhook-url", webhook_url]
        command += ["--secret", account.secret, "--token", account.token]
        command += ["--portal", str(portal), "--app-id", str(APP_ID)]
        command += ["--state", str(layout.kept / "crm.jsonl")]
        command += ["--owners", str(layout.crm_owners), "--definitions", str(layout.crm_definitions)]
        env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        env |= {"PYTHONPATH": str(Path(__file__).parent), "PYTHONUNBUFFERED": "1"}
        self._child = Child("The sandbox CRM", command, env, layout.log("sandbox-crm"))

    def wait(self) -> None:
        self._child.wait_until(self._healthy, ANSWERS_WITHIN_SECONDS)

    def running(self) -> bool:
        return self._child.running()

    def last_words(self) -> str:
        return self._child.last_words()

    def stop(self) -> None:
        self._child.stop()

    def _healthy(self) -> bool:
        return loopback.answers(f"{self.url}/_sandbox/health")
