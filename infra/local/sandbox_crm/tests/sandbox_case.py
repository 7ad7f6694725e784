"""A sandbox on a free port for one test, a client for it, and a receiver for its webhooks."""

import http.client
import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox_crm.sandbox import Sandbox
from sandbox_crm.server import SandboxServer
from sandbox_crm.settings import Settings

PATIENCE = 10.0
"""Seconds that a test waits for something that should come at once."""
OBJECTS = "/crm/objects/2026-09"
TOKEN = "a-token"
SECRET = "a-secret"


class SandboxCase(unittest.TestCase):
    """Starts the sandbox before each test; a test class may change the settings."""

    settings: dict[str, Any] = {}

    def setUp(self) -> None:
        given = {
            "token": TOKEN,
            "secret": SECRET,
            "rate": 10_000,
            "search_rate": 10_000,
            "retry_base": 0.01,
            "delivery_timeout": 2.0,
            "batch_window": 0.02,
        }
        self.sandbox = Sandbox(Settings(**given | self.settings))
        self.server = SandboxServer(self.sandbox)
        self.sandbox.sender.start()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.server_address[1], timeout=PATIENCE
        )
        self.addCleanup(self._stop)

    def _stop(self) -> None:
        self.connection.close()
        self.server.shutdown()
        self.server.server_close()
        self.sandbox.sender.stop()
        self.sandbox.close()

    def call(
        self, method: str, path: str, body: Any = None, expect: int = 200, token: str | None = TOKEN
    ) -> Any:
        """One request on the connection that stays open; checks the status."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        raw = None if body is None else json.dumps(body)
        self.connection.request(method, path, raw, headers)
        self.reply = self.connection.getresponse()
        text = self.reply.read()
        self.assertEqual(self.reply.status, expect, text.decode())
        return json.loads(text) if text else None

    def create(self, kind: str, properties: dict[str, str], token: str | None = TOKEN) -> str:
        """Creates a record and returns its id."""
        body = {"properties": properties, "associations": []}
        return self.call("POST", f"{OBJECTS}/{kind}", body, 201, token)["id"]

    def patch(
        self,
        kind: str,
        record: str,
        properties: dict[str, str],
        expect: int = 200,
        token: str | None = TOKEN,
    ) -> Any:
        """Changes a record."""
        return self.call(
            "PATCH", f"{OBJECTS}/{kind}/{record}", {"properties": properties}, expect, token
        )

    def delivered(self) -> None:
        """Waits until every webhook has been delivered or given up."""
        self.assertTrue(self.sandbox.sender.wait_idle(PATIENCE), "webhooks are still pending")


class Receiver:
    """Takes webhooks; `answers` are the statuses of the first ones, after which it answers 200."""

    def __init__(self, *answers: int) -> None:
        self.received: list[dict[str, Any]] = []
        self._answers = list(answers)
        self._lock = threading.Lock()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(owner._take(self.path, dict(self.headers), raw))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks/hubspot?a=1"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def _take(self, path: str, headers: dict[str, str], raw: bytes) -> int:
        with self._lock:
            self.received.append({"path": path, "headers": headers, "raw": raw})
            return self._answers.pop(0) if self._answers else 200

    def events(self) -> list[dict[str, Any]]:
        """Every event of every webhook received."""
        return [event for one in self.received for event in json.loads(one["raw"])]

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
