"""The front door passes webhooks on as they are."""

import http.client
import socket
import threading
import unittest
import unittest.mock
from http.server import BaseHTTPRequestHandler, HTTPServer

from front_door import LARGEST_BODY, MOST_AT_ONCE, FrontDoor

SEEN: list[tuple[str, dict[str, str], bytes]] = []


class _Api(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        SEEN.append((self.path, dict(self.headers.items()), b""))
        self._page()

    def _page(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"page")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        SEEN.append((self.path, dict(self.headers.items()), body))
        if self.path.startswith("/views/"):
            self._page()
            return
        self.send_response(202)
        self.send_header("Content-Length", "8")
        self.end_headers()
        self.wfile.write(b"accepted")

    def log_message(self, *_: object) -> None:
        pass


class FrontDoorTest(unittest.TestCase):
    def setUp(self) -> None:
        SEEN.clear()
        self.api = HTTPServer(("127.0.0.1", 0), _Api)
        threading.Thread(target=self.api.serve_forever, args=(0.02,), daemon=True).start()
        self.door = FrontDoor(0, self.api.server_port, "/webhooks/crm")
        self.addCleanup(self.door.stop)
        self.addCleanup(self.api.server_close)
        self.addCleanup(self.api.shutdown)

    def post(self, body: bytes, path: str = "/webhooks/crm", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        call = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=10)
        self.addCleanup(call.close)
        call.request("POST", path, body, headers or {})
        answer = call.getresponse()
        return answer.status, answer.read()

    def test_bytes_path_and_headers_pass_untouched(self) -> None:
        self.door.open_to("abc123", {})
        body = b'[{"u":"\xc3\xbc \xff"}]\r\n'
        status, content = self.post(body, "/webhooks/crm?a=%20b", {"X-HubSpot-Signature-v3": "c2ln+/="})
        self.assertEqual((status, content), (202, b"accepted"))
        path, headers, received = SEEN[0]
        self.assertEqual(path, "/webhooks/crm?a=%20b")
        self.assertEqual(received, body)
        self.assertEqual(headers["Host"], "abc123.execute-api.localhost")
        self.assertEqual(headers["X-HubSpot-Signature-v3"], "c2ln+/=")

    def test_before_the_api_is_known_the_crm_is_told_to_come_back(self) -> None:
        self.assertEqual(self.post(b"[]")[0], 503)
        self.assertEqual(SEEN, [])

    def test_beyond_what_this_machine_bears_at_once_a_request_waits_for_its_turn(self) -> None:
        self.door.open_to("abc123", {})
        for _ in range(MOST_AT_ONCE):
            self.door.at_once.acquire()
        with unittest.mock.patch("front_door.FORWARD_SECONDS", 0.05):
            self.assertEqual(self.post(b"[]")[0], 503)
        self.assertEqual(SEEN, [])
        threading.Timer(0.05, self.door.at_once.release).start()
        self.assertEqual(self.post(b"[]"), (202, b"accepted"))
        self.assertTrue(self.door.at_once.acquire(timeout=5.0), "its turn is over")

    def test_another_path_is_not_passed_on(self) -> None:
        self.door.open_to("abc123", {})
        for other in ("/webhooks/other", "/webhooks/hubspot", "/webhooks/crm/more"):
            status, content = self.post(b"[]", other)
            self.assertEqual((status, content), (404, b"Webhooks go to /webhooks/crm.\n"))
        self.assertEqual(SEEN, [])

    def test_a_body_that_is_too_large_is_refused(self) -> None:
        self.door.open_to("abc123", {})
        self.assertEqual(self.post(b"a" * (LARGEST_BODY + 1))[0], 413)
        self.assertEqual(SEEN, [])

    def test_a_signed_link_is_passed_on_and_its_page_comes_back_as_it_is(self) -> None:
        self.door.open_to("abc123", {})
        link = "/views/v1.a.b-_.c"
        for method, body in (("GET", None), ("POST", b"shown=1&token=x"), ("HEAD", None)):
            call = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=10)
            self.addCleanup(call.close)
            call.request(method, link, body)
            answer = call.getresponse()
            page = b"" if method == "HEAD" else b"page"
            self.assertEqual((answer.status, answer.read()), (200, page))
            self.assertEqual(answer.headers["Content-Security-Policy"], "default-src 'none'")
        self.assertEqual([(path, body) for path, _, body in SEEN], [(link, b""), (link, b"shown=1&token=x"), (link, b"")])
        self.assertNotIn("Content-Length", SEEN[0][1])

    def test_a_length_that_is_none_is_answered(self) -> None:
        self.door.open_to("abc123", {})
        post = b"POST /webhooks/crm HTTP/1.1\r\nHost: x\r\n"
        for status, lines in (
            (400, b"Content-Length: \xb2\r\n"),
            (400, b"Content-Length: \xc2\xb2\r\n"),
            (400, b"Content-Length: -1\r\n"),
            (400, b"Content-Length: 2\r\nContent-Length: 3\r\n"),
            (400, b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
            (411, b"Transfer-Encoding: chunked\r\n"),
            (413, b"Content-Length: " + b"9" * 40 + b"\r\n"),
        ):
            with self.subTest(lines=lines):
                said = self.raw(post + lines + b"\r\n2\r\n[]\r\n0\r\n\r\n")
                self.assertTrue(said.startswith(f"HTTP/1.1 {status} ".encode()), said)
        self.assertEqual(SEEN, [])

    def raw(self, request: bytes) -> bytes:
        """All that is answered to these bytes, until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.door.port), timeout=10) as call:
            call.sendall(request)
            call.shutdown(socket.SHUT_WR)
            said = b""
            while piece := call.recv(1 << 16):
                said += piece
            return said

    def test_an_api_that_is_gone_is_a_bad_gateway(self) -> None:
        self.door.open_to("abc123", {})
        self.api.shutdown()
        self.api.server_close()
        self.assertEqual(self.post(b"[]")[0], 502)


if __name__ == "__main__":
    unittest.main()
