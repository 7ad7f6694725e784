import socket
import time
from urllib.parse import urlsplit

from sandbox_crm.tests.sandbox_case import OBJECTS, TOKEN, SandboxCase


class Faults(SandboxCase):
    def test_a_fault_meets_the_requests_it_names_and_no_others(self):
        record = self.create("contacts", {"email": "a@b.example"})
        fault = {"status": 503, "times": 2, "method": "PATCH", "path": "/crm/objects"}
        self.call("POST", "/_sandbox/faults", fault, 201)
        self.call("GET", f"{OBJECTS}/contacts")
        self.patch("contacts", record, {"firstname": "A"}, 503)
        self.patch("contacts", record, {"firstname": "A"}, 503)
        self.patch("contacts", record, {"firstname": "A"})
        self.assertEqual(self.call("GET", "/_sandbox/faults"), {"faults": [], "holding": []})

    def test_a_fault_can_lose_the_answer_of_a_request_that_was_carried_out(self):
        fault = {"status": 502, "method": "POST", "path": f"{OBJECTS}/tasks", "after": True}
        self.call("POST", "/_sandbox/faults", fault, 201)
        body = {"properties": {"hs_task_subject": "Call"}, "associations": []}
        self.call("POST", f"{OBJECTS}/tasks", body, 502)
        self.assertEqual(len(self.call("GET", f"{OBJECTS}/tasks")["results"]), 1)

    def test_a_fault_can_be_for_one_record_only(self):
        one = self.create("contacts", {"email": "a@b.example"})
        other = self.create("contacts", {"email": "c@d.example"})
        self.call("POST", "/_sandbox/faults", {"status": 503, "times": 2, "record": one}, 201)
        batch = {"properties": [], "propertiesWithHistory": [], "inputs": [{"id": other}]}
        self.call("POST", f"{OBJECTS}/contacts/batch/read", batch)
        self.patch("contacts", other, {"firstname": "A"})
        batch["inputs"].append({"id": one})
        self.call("POST", f"{OBJECTS}/contacts/batch/read", batch, 503)
        self.patch("contacts", one, {"firstname": "A"}, 503)
        self.patch("contacts", one, {"firstname": "A"})

    def test_a_fault_can_last_for_a_while_however_often_it_is_met(self):
        fault = {"status": 503, "for_ms": 400}
        started = time.monotonic()
        self.call("POST", "/_sandbox/faults", fault, 201)
        met = 0
        while True:
            self.connection.request("GET", f"{OBJECTS}/contacts", headers={"Authorization": f"Bearer {TOKEN}"})
            reply = self.connection.getresponse()
            reply.read()
            if reply.status == 200:
                break
            self.assertEqual(reply.status, 503)
            met += 1
            for shown in self.call("GET", "/_sandbox/faults")["faults"]:
                self.assertEqual(shown["times"], 1, "it is not counted")
        self.assertGreater(met, 1)
        self.assertGreaterEqual(time.monotonic() - started, 0.4)
        self.assertEqual(self.call("GET", "/_sandbox/faults")["faults"], [])

    def test_a_fault_that_is_over_is_not_shown(self):
        self.call("POST", "/_sandbox/faults", {"status": 503, "for_ms": 1}, 201)
        self.call("POST", "/_sandbox/faults", {"status": 503, "for_ms": 60_000, "path": "/nowhere"}, 201)
        time.sleep(0.002)
        shown = self.call("GET", "/_sandbox/faults")["faults"]
        self.assertEqual([one["path"] for one in shown], ["/nowhere"])

    def test_a_client_that_is_kept_waiting_is_shown(self):
        record = self.create("contacts", {"email": "a@b.example"})
        fault = {"delay_ms": 30_000, "method": "PATCH", "record": record, "after": True}
        self.call("POST", "/_sandbox/faults", fault, 201)
        address = urlsplit(self.server.address)
        client = socket.create_connection((address.hostname, address.port))
        body = b'{"properties":{"firstname":"A"}}'
        head = f"PATCH {OBJECTS}/contacts/{record} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        client.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        while not (holding := self.call("GET", "/_sandbox/faults")["holding"]):
            pass
        self.assertEqual([one["record"] for one in holding], [record])
        shown = self.call("GET", f"{OBJECTS}/contacts/{record}?properties=firstname")
        self.assertEqual(shown["properties"]["firstname"], "A")
        client.close()

    def test_a_fault_can_say_too_many_requests(self):
        self.call("POST", "/_sandbox/faults", {"status": 429}, 201)
        refused = self.call("GET", f"{OBJECTS}/contacts", expect=429)
        self.assertEqual(refused["errorType"], "RATE_LIMIT")
        self.assertEqual(self.reply.headers["Retry-After"], "1")

    def test_a_fault_can_say_that_the_app_lacks_a_scope(self):
        self.call("POST", "/_sandbox/faults", {"status": 403}, 201)
        refused = self.call("GET", f"{OBJECTS}/contacts", expect=403)
        self.assertEqual(refused["category"], "MISSING_SCOPES")
        self.assertEqual(refused["errors"][0]["context"], {"requiredGranularScopes": ["sandbox.fault"]})

    def test_a_fault_can_only_delay(self):
        self.call("POST", "/_sandbox/faults", {"delay_ms": 30}, 201)
        started = time.monotonic()
        self.call("GET", f"{OBJECTS}/contacts")
        self.assertGreaterEqual(time.monotonic() - started, 0.03)

    def test_faults_can_be_cleared_and_bad_ones_are_refused(self):
        self.call("POST", "/_sandbox/faults", {"status": 500, "times": 9}, 201)
        self.call("DELETE", "/_sandbox/faults", expect=204)
        self.call("GET", f"{OBJECTS}/contacts")
        for bad in (
            {},
            {"status": 200},
            {"status": "500"},
            {"status": 500, "times": 0},
            {"what": 1},
            [],
        ):
            with self.subTest(bad):
                self.call("POST", "/_sandbox/faults", bad, 400)

    def test_requests_are_logged_with_their_token(self):
        self.call("GET", f"{OBJECTS}/contacts")
        self.call("GET", f"{OBJECTS}/contacts/1", expect=404, token=None)
        self.call("GET", f"{OBJECTS}/contacts/1", expect=401, token="another")
        log = self.call("GET", "/_sandbox/requests")["requests"]
        seen = [(one["method"], one["status"], one["token"]) for one in log]
        self.assertEqual(seen, [("GET", 200, "app"), ("GET", 404, "none"), ("GET", 401, "unknown")])
        self.call("DELETE", "/_sandbox/requests", expect=204)
        self.assertEqual(self.call("GET", "/_sandbox/requests"), {"requests": []})
