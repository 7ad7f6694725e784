"""HTTP/1.1 on 127.0.0.1: reads requests, writes replies, keeps connections open."""

import json
import mimetypes
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import PRODUCT
from .errors import ApiError, invalid
from .sandbox import Sandbox

MOST_BYTES = 10 * 1024 * 1024
"""The largest request body that is read."""

STATIC = Path(__file__).resolve().parent / "static"
PAGES = {
    "/": "page.html",
    "/static/page.css": "page.css",
    "/static/page.js": "page.js",
    "/static/icon.svg": "icon.svg",
}
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class SandboxServer(ThreadingHTTPServer):
    """One thread per connection; the sandbox itself is shared."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(("127.0.0.1", sandbox.settings.port), _Connection)
        self.sandbox = sandbox

    @property
    def address(self) -> str:
        """The plain address of the server."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one write, so that no reply waits for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: SandboxServer

    def version_string(self) -> str:
        return PRODUCT

    def log_message(self, *_: Any) -> None:
        """Silent: the log of requests is at /_sandbox/requests."""

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        try:
            raw = self._body()
        except ApiError as problem:
            self.close_connection = True
            self._reply_json(problem.status, problem.body(), problem.headers)
            return
        if self.command in ("GET", "HEAD") and parts.path in PAGES:
            self._reply_file(STATIC / PAGES[parts.path])
            return
        if raw and not self._is_json():
            refusal = ApiError(415, "VALIDATION_ERROR", "Send the body as application/json.")
            self._reply_json(refusal.status, refusal.body(), {})
            return
        try:
            status, body, headers = self.server.sandbox.answer(
                self.command,
                parts.path,
                parse_qs(parts.query, keep_blank_values=True),
                raw,
                self.headers.get("Authorization"),
            )
        except Exception:
            traceback.print_exc()
            text = "The sandbox CRM met an error of its own; its output shows where."
            status, body, headers = 500, ApiError(500, "INTERNAL_ERROR", text).body(), {}
        self._reply_json(status, body, headers)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError as why:
            raise invalid("Content-Length is not a number.") from why
        if length > MOST_BYTES:
            raise _too_large()
        return self.rfile.read(length) if length > 0 else b""

    def _chunks(self) -> bytes:
        whole = bytearray()
        try:
            while size := int(self.rfile.readline(64).split(b";")[0], 16):
                if size < 0 or len(whole) + size > MOST_BYTES:
                    raise _too_large()
                whole += self.rfile.read(size)
                self.rfile.readline(4)
            while self.rfile.readline(8192).strip():
                pass
        except ValueError as why:
            raise invalid("The chunks of the request body cannot be read.") from why
        return bytes(whole)

    def _is_json(self) -> bool:
        kind = self.headers.get_content_type()
        return kind == "application/json" or kind.endswith("+json")

    def _reply_json(self, status: int, body: Any, headers: dict[str, str]) -> None:
        if body is None:
            self._reply(status, b"", headers)
            return
        raw = json.dumps(body).encode()
        self._reply(status, raw, {"Content-Type": "application/json;charset=utf-8", **headers})

    def _reply_file(self, path: Path) -> None:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers = {"Content-Type": f"{kind}; charset=utf-8", **PAGE_HEADERS}
        self._reply(200, path.read_bytes(), headers)

    def _reply(self, status: int, raw: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(raw)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)


def _too_large() -> ApiError:
    return ApiError(413, "VALIDATION_ERROR", f"A request body has at most {MOST_BYTES} bytes.")
