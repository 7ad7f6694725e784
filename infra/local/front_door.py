"""The stack's public address on this machine: passes webhooks and signed links on, and shows the mail.

The emulator tells its APIs apart by host name, and those names do not resolve for every
client. Here they get a plain address. Bytes and headers pass untouched, since the signature
is made over the raw body and the address that the CRM was given.
"""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional

import loopback
import pages

LARGEST_BODY = 10 * 1024 * 1024
"""Bytes; the limit of the cloud's HTTP API, which answers 413 beyond it."""
MOST_DIGITS = 12
"""Of a Content-Length that is looked at as a number at all."""
FORWARD_SECONDS = 30.0
MOST_AT_ONCE = 12
"""Requests that are passed on together. In the cloud each more has a machine of its own; here each more is a process
on the same cores, which makes all others slower, so that still more are started."""

LINKS = "/views/"
"""What signed links begin with, below the public address; `LINKS_PATH` in shared/engine/src/links.rs."""

BEHAVIOUR = "/webhooks/events"
"""Where what people do outside the CRM is taken."""

_PAGE_HEADERS = {
    "content-security-policy",
    "referrer-policy",
    "x-robots-tag",
    "x-content-type-options",
    "cache-control",
    "allow",
    "location",
    "set-cookie",
}
_HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host"}


class FrontDoor:
    """Listens at once; webhooks are answered 503 until the API behind it is known."""

    def __init__(self, port: int, emulator_port: int, webhook_path: str) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self._server.daemon_threads = True
        self._server.request_queue_size = 128
        self._server.server_bind()
        self._server.server_activate()
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.webhook_url = f"{self.url}{webhook_path}"
        self.webhook_path = webhook_path
        self.emulator_port = emulator_port
        self.api_id: Optional[str] = None
        self.endpoints: dict[str, Any] = {}
        self.at_once = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._server.door = self  # type: ignore[attr-defined]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def open_to(self, api_id: str, endpoints: dict[str, Any]) -> None:
        """Webhooks pass from now on."""
        self.endpoints = endpoints
        self.api_id = api_id

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def mails(self) -> dict[str, Any]:
        """The mails sent so far, in the emulator's own shape: messages by account."""
        return loopback.call("GET", f"http://127.0.0.1:{self.emulator_port}/_ministack/ses/messages")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fairlead-front-door"
    # Head and body leave in two writes; without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True

    @property
    def door(self) -> FrontDoor:
        return self.server.door  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the functions log what they are asked."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._answer(200, pages.front(self.door.endpoints), "text/html; charset=utf-8")
        elif path == "/mailbox":
            self._mailbox()
        elif path.startswith(LINKS):
            self._pass_on(b"")
        else:
            self._answer(404, "There is nothing here. See / for what there is.\n")

    def do_HEAD(self) -> None:
        """As GET, without the page itself."""
        self.do_GET()

    def do_POST(self) -> None:
        length = self._length()
        if length is None:
            return
        if length > LARGEST_BODY:
            self._discard(length)
            self._answer(413, "A webhook has at most 10 MB.\n")
            return
        body = self.rfile.read(length)
        path = self.path.partition("?")[0]
        if path not in (self.door.webhook_path, BEHAVIOUR) and not path.startswith(LINKS):
            self._answer(404, f"Webhooks go to {self.door.webhook_path}.\n")
        else:
            self._pass_on(body)

    def _length(self) -> Optional[int]:
        """How long the body is; none after the answer to a request that does not say it clearly."""
        given = self.headers.get_all("Content-Length", [])
        if self.headers.get("Transfer-Encoding"):
            # Whoever reads one framing and passes on the other lets a second request in unseen.
            refusal = 400 if given else 411, "A body comes with a Content-Length alone, without a Transfer-Encoding.\n"
        elif not given:
            # RFC 9112, 6.3: a request that says neither has no body.
            return 0
        elif len(set(given)) > 1 or not (given[0].isascii() and given[0].isdecimal()):
            refusal = 400, "The Content-Length is one number, in digits from 0 to 9.\n"
        elif len(given[0]) > MOST_DIGITS:
            refusal = 413, "A webhook has at most 10 MB.\n"
        else:
            return int(given[0])
        self.close_connection = True
        self._answer(*refusal)
        return None

    def _discard(self, length: int) -> None:
        """Reads on before refusing, since most clients only listen once they have sent all; up to a point."""
        self.close_connection = True
        left = min(length, 8 * LARGEST_BODY)
        while left > 0 and (piece := self.rfile.read(min(left, 1 << 16))):
            left -= len(piece)

    def _mailbox(self) -> None:
        try:
            mails = self.door.mails()
        except OSError as error:
            self._answer(502, f"The mailbox cannot be read: {error}\n")
            return
        if "text/html" in self.headers.get("Accept", ""):
            self._answer(200, pages.mailbox(mails), "text/html; charset=utf-8")
        else:
            self._answer(200, json.dumps(mails), "application/json")

    def _pass_on(self, body: bytes) -> None:
        if self.door.api_id is None:
            self._answer(503, "The stack is still starting.\n")
            return
        if not self.door.at_once.acquire(timeout=FORWARD_SECONDS):
            self._answer(503, "Too many requests are under way on this machine.\n")
            return
        try:
            self._forward(body)
        finally:
            self.door.at_once.release()

    def _forward(self, body: bytes) -> None:
        onward = http.client.HTTPConnection("127.0.0.1", self.door.emulator_port, timeout=FORWARD_SECONDS)
        try:
            onward.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            onward.putheader("Host", f"{self.door.api_id}.execute-api.localhost")
            for name, value in self.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    onward.putheader(name, value)
            onward.endheaders(body or None)
            answer = onward.getresponse()
            content = answer.read()
        except OSError as error:
            self._answer(502, f"The stack did not answer: {error}\n")
            return
        finally:
            onward.close()
        further = {name: value for name, value in answer.headers.items() if name.lower() in _PAGE_HEADERS}
        self._answer(answer.status, content, answer.headers.get("Content-Type", "text/plain"), further)

    def _answer(
        self,
        status: int,
        content: Any,
        kind: str = "text/plain; charset=utf-8",
        further: Optional[dict[str, str]] = None,
    ) -> None:
        data = content if isinstance(content, bytes) else content.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (further or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
