"""A sandbox issuer of OpenID Connect: whoever asks is signed in as whom they choose. It proves nothing about anybody.

It speaks as much of the code flow as Fairlead does, and is strict where a provider is: PKCE, the client's secret, a code
that counts once.
"""

import base64
import hashlib
import html
import json
import re
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from layout import ROOT

CLIENT = "fairlead-local"
COUNTS_FOR_SECONDS = 300
LARGEST_FORM = 16_384

_ASKED = ("redirect_uri", "state", "nonce", "code_challenge")


class Issuer:
    """Listens at once, at a free port of this machine."""

    def __init__(self, public_url: str) -> None:
        self.secret = secrets.token_hex(24)
        self.redirect = f"{public_url}/views/signed-in"
        self.codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.issuer = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def code(self, asked: dict[str, str], email: str) -> str:
        """A code for somebody, which counts once."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = {**asked, "email": email}
        return code

    def tokens(self, form: dict[str, str], who: Optional[str]) -> tuple[int, dict[str, Any]]:
        """What a code is exchanged for."""
        if who != f"{CLIENT}:{self.secret}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = _challenge(form.get("code_verifier", ""))
        if asked is None or challenge != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": asked["email"], "nonce": asked["nonce"], "iat": now}
        claims |= {"exp": now + COUNTS_FOR_SECONDS, "email": asked["email"], "email_verified": True}
        token = ".".join((_part({"alg": "none"}), _part(claims), ""))
        return 200, {"token_type": "Bearer", "access_token": secrets.token_urlsafe(), "id_token": token}


def people() -> list[str]:
    """The mail addresses of the company's people."""
    found: list[str] = []
    for path in sorted((ROOT / "config").glob("people*.yaml")):
        found += re.findall(r"\bemail:\s*([^\s,}]+@[^\s,}]+)", path.read_text(encoding="utf-8"))
    return sorted(set(found))


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fairlead-sandbox-issuer"

    @property
    def issuer(self) -> Issuer:
        return self.server.issuer  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: nothing here is worth keeping."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = _single(parts.query)
        if parts.path == "/.well-known/openid-configuration":
            url = self.issuer.url
            self._json(
                200,
                {"issuer": url, "authorization_endpoint": f"{url}/authorize", "token_endpoint": f"{url}/token"},
            )
        elif parts.path != "/authorize":
            self._answer(404, "There is nothing here.", "text/plain")
        elif asked.get("client_id") != CLIENT or asked.get("redirect_uri") != self.issuer.redirect:
            self._answer(400, "This client, or where it wants people sent back to, is not known.", "text/plain")
        elif asked.get("code_challenge_method") != "S256" or not all(asked.get(name) for name in _ASKED):
            self._answer(400, "state, nonce and code_challenge (S256) are needed.", "text/plain")
        elif email := asked.get("as"):
            kept = {name: asked[name] for name in _ASKED}
            back = urlencode({"code": self.issuer.code(kept, email), "state": asked["state"]})
            self.send_response(303)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._answer(200, _page(self.issuer.url, parts.query), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if self.path != "/token" or not length.isdecimal() or int(length) > LARGEST_FORM:
            self.close_connection = True
            self._answer(404, "There is nothing here.", "text/plain")
            return
        form = _single(self.rfile.read(int(length)).decode("utf-8", "replace"))
        self._json(*self.issuer.tokens(form, _who(self.headers.get("Authorization", ""))))

    def _json(self, status: int, content: dict[str, Any]) -> None:
        self._answer(status, json.dumps(content), "application/json")

    def _answer(self, status: int, content: str, kind: str) -> None:
        data = content.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _who(header: str) -> Optional[str]:
    """The client and its secret, as RFC 6749 has them written."""
    kind, _, text = header.partition(" ")
    if kind != "Basic":
        return None
    try:
        return unquote(base64.b64decode(text).decode())
    except ValueError:
        return None


def _page(url: str, query: str) -> str:
    path = f"{url}/authorize?{query}&as="
    rows = "".join(
        f'<li><a href="{html.escape(path + quote(email), quote=True)}">{html.escape(email)}</a></li>'
        for email in people()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sandbox: sign in as anybody</title></head>'
        "<body><h1>This is a sandbox</h1><p>It asks for no password and proves nothing: whoever clicks is signed in as"
        f" that person, on this machine only.</p><ul>{rows}</ul></body></html>"
    )
