import base64
import hashlib
import json
import unittest
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from issuer import CLIENT, Issuer, people


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class IssuerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.issuer = Issuer("http://127.0.0.1:1")
        self.addCleanup(self.issuer.stop)
        challenge = hashlib.sha256(b"v" * 43).digest()
        self.asked = {
            "client_id": CLIENT,
            "redirect_uri": "http://127.0.0.1:1/views/signed-in",
            "state": "s",
            "nonce": "n",
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    def _get(self, **more: str) -> tuple[int, str, str]:
        address = f"{self.issuer.url}/authorize?{urlencode(self.asked | more)}"
        try:
            with urllib.request.build_opener(_Stays).open(address) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers.get("Location", ""), answer.read().decode()

    def test_it_says_that_it_is_a_sandbox_and_lists_the_people(self) -> None:
        status, _, page = self._get()
        self.assertEqual(status, 200)
        self.assertIn("This is a sandbox", page)
        self.assertIn("anna@northwind.example", people())
        self.assertIn("as=anna%40northwind.example", page)

    def test_one_click_gives_a_code_that_counts_once_and_for_its_verifier_alone(self) -> None:
        def code() -> str:
            status, to, _ = self._get(**{"as": "anna@northwind.example"})
            self.assertEqual((status, to.split("?")[0]), (303, self.asked["redirect_uri"]))
            query = parse_qs(urlsplit(to).query)
            self.assertEqual(query["state"], ["s"])
            return query["code"][0]

        who = f"{CLIENT}:{self.issuer.secret}"
        first = code()
        form = {"code": first, "code_verifier": "v" * 43, "redirect_uri": self.asked["redirect_uri"]}
        self.assertEqual(self.issuer.tokens(form, f"{CLIENT}:x")[0], 401)
        status, tokens = self.issuer.tokens(form, who)
        self.assertEqual(status, 200)
        part = tokens["id_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        self.assertEqual((claims["email"], claims["nonce"]), ("anna@northwind.example", "n"))
        self.assertEqual(self.issuer.tokens(form, who)[0], 400, "a code counts once")
        self.assertEqual(self.issuer.tokens(form | {"code": code(), "code_verifier": "w"}, who)[0], 400)

    def test_nobody_is_sent_elsewhere(self) -> None:
        self.assertEqual(self._get(redirect_uri="https://evil.example")[0], 400)
        self.assertEqual(self._get(client_id="other")[0], 400)
        self.assertEqual(self._get(code_challenge="")[0], 400)
