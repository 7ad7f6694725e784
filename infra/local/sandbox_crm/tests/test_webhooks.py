import base64
import hashlib
import hmac
import json

from sandbox_crm.signing import v1, v3
from sandbox_crm.timestamps import iso, parse
from sandbox_crm.tests.sandbox_case import OBJECTS, SECRET, Receiver, SandboxCase


def older(text):
    """An hour earlier."""
    return iso(parse(text) - 3_600_000)


class Signatures(SandboxCase):
    """The values were computed by the vendor's own client libraries for their tests."""

    KEY = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"

    def test_version_3(self):
        found = v3(
            self.KEY,
            "POST",
            "https://www.example.com/webhook_uri",
            b"{'example_field':'example_value'}",
            "15000000",
        )
        self.assertEqual(found, "HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=")

    def test_version_1(self):
        body = (
            b'[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,'
            b'"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,'
            b'"changeSource":"CRM","changeFlag":"NEW","appId":54321}]'
        )
        expected = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"
        self.assertEqual(v1(self.KEY, body), expected)


class Webhooks(SandboxCase):
    def receive(self, *answers):
        receiver = Receiver(*answers)
        self.addCleanup(receiver.close)
        self.call("PUT", "/_sandbox/webhooks", {"url": receiver.url})
        return receiver

    def test_a_creation_and_a_change_are_told(self):
        receiver = self.receive()
        record = self.create("contacts", {"email": "a@b.example", "firstname": "Ä"})
        self.patch("contacts", record, {"jobtitle": "VP"})
        self.patch("contacts", record, {"jobtitle": "VP"})
        self.delivered()
        created, changed = sorted(receiver.events(), key=lambda one: one["eventId"])
        self.assertEqual(created["subscriptionType"], "contact.creation")
        self.assertEqual(created["changeFlag"], "CREATED")
        self.assertEqual(changed["subscriptionType"], "contact.propertyChange")
        self.assertEqual((changed["propertyName"], changed["propertyValue"]), ("jobtitle", "VP"))
        self.assertEqual((changed["changeSource"], changed["sourceId"]), ("INTEGRATION", "54321"))
        self.assertEqual(changed["objectId"], int(record))
        self.assertEqual((changed["portalId"], changed["appId"]), (62515, 54321))
        self.assertEqual(changed["attemptNumber"], 0)

    def test_the_signature_covers_address_body_and_time(self):
        receiver = self.receive()
        self.create("deals", {"dealname": "Größe"})
        self.delivered()
        sent = receiver.received[0]
        stamp = sent["headers"]["X-HubSpot-Request-Timestamp"]
        signed = f"POST{receiver.url}{sent['raw'].decode()}{stamp}"
        expected = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
        self.assertEqual(
            sent["headers"]["X-HubSpot-Signature-v3"], base64.standard_b64encode(expected).decode()
        )
        self.assertEqual(sent["path"], "/webhooks/hubspot?a=1")

    def test_one_edit_of_many_records_says_so_and_is_told_a_hundred_at_a_time(self):
        deals = [self.create("deals", {"dealname": f"Deal {number}"}) for number in range(150)]
        receiver = self.receive()
        edit = {"user": "11002", "type": "deals", "ids": deals, "properties": {"dealstage": "qualifiedtobuy"}}
        changed = self.call("POST", "/_sandbox/ui/change-many", edit, token=None)
        self.assertEqual(changed, {"changed": 150})
        self.delivered()
        told = receiver.events()
        self.assertEqual({one["objectId"] for one in told}, {int(deal) for deal in deals})
        self.assertEqual({one["changeSource"] for one in told}, {"CRM_UI_BULK_ACTION"})
        self.assertEqual({one["sourceId"] for one in told}, {"userId:9011002"})
        sizes = [len(json.loads(one["raw"])) for one in receiver.received]
        self.assertEqual((max(sizes), sum(sizes)), (100, 150))
        refused = edit | {"ids": [*deals, "7"]}
        self.call("POST", "/_sandbox/ui/change-many", refused, 404, token=None)

    def test_what_is_made_older_is_read_as_older_and_told_to_nobody(self):
        deal = self.create("deals", {"dealname": "Old", "dealstage": "appointmentscheduled"})
        path = f"{OBJECTS}/deals/{deal}?properties=createdate,hs_lastmodifieddate&propertiesWithHistory=dealstage"
        before = self.call("GET", path)
        receiver = self.receive()
        self.assertGreaterEqual(self.call("POST", "/_sandbox/age", {"minutes": 60}, token=None)["records"], 1)
        after = self.call("GET", path)
        for name in ("createdate", "hs_lastmodifieddate"):
            self.assertEqual(older(before["properties"][name]), after["properties"][name])
        stages = [one["propertiesWithHistory"]["dealstage"][0]["timestamp"] for one in (before, after)]
        self.assertEqual(older(stages[0]), stages[1])
        self.assertEqual((older(before["createdAt"]), older(before["updatedAt"])), (after["createdAt"], after["updatedAt"]))
        self.delivered()
        self.assertEqual(receiver.events(), [])
        self.call("POST", "/_sandbox/age", {"minutes": 0}, 400, token=None)

    def test_associations_and_deletions_are_told(self):
        contact = self.create("contacts", {"email": "a@b.example"})
        company = self.create("companies", {"name": "Acme"})
        receiver = self.receive()
        self.call("PUT", f"{OBJECTS}/contacts/{contact}/associations/default/companies/{company}")
        self.call("DELETE", f"{OBJECTS}/contacts/{contact}", expect=204)
        self.delivered()
        told = {one["subscriptionType"]: one for one in receiver.events()}
        self.assertEqual(
            set(told), {"contact.associationChange", "company.associationChange", "contact.deletion"}
        )
        change = told["contact.associationChange"]
        self.assertEqual((change["fromObjectId"], change["toObjectId"]), (int(contact), int(company)))
        self.assertFalse(change["associationRemoved"])

    def test_tasks_are_not_told(self):
        receiver = self.receive()
        self.create("tasks", {"hs_task_subject": "Call"})
        self.delivered()
        self.assertEqual(receiver.received, [])

    def test_a_webhook_holds_at_most_a_hundred_events(self):
        receiver = self.receive()
        inputs = [{"properties": {"name": str(n)}, "associations": []} for n in range(100)]
        for _ in range(3):
            self.call("POST", f"{OBJECTS}/companies/batch/create", {"inputs": inputs}, 201)
        self.delivered()
        self.assertEqual(len(receiver.events()), 300)
        self.assertEqual(len({one["objectId"] for one in receiver.events()}), 300)
        self.assertLessEqual(max(one["raw"].count(b"eventId") for one in receiver.received), 100)

    def test_what_fails_is_sent_again_with_a_new_signature(self):
        receiver = self.receive(503, 429, 500)
        self.create("contacts", {"email": "a@b.example"})
        self.delivered()
        self.assertEqual([one["attemptNumber"] for one in receiver.events()], [0, 1, 2, 3])
        log = self.call("GET", "/_sandbox/webhooks")["deliveries"]
        self.assertEqual([one["status"] for one in log], [503, 429, 500, 200])
        self.assertEqual([one["retries"] for one in log], [True, True, True, False])

    def test_an_address_that_is_none_is_refused(self):
        for bad in ("ftp://a", "a.example", 7, "http://a:x/"):
            with self.subTest(bad):
                self.call("PUT", "/_sandbox/webhooks", {"url": bad}, 400)

    def test_another_refusal_ends_the_retries(self):
        receiver = self.receive(401)
        self.create("contacts", {"email": "a@b.example"})
        self.delivered()
        self.assertEqual(len(receiver.received), 1)

    def test_a_receiver_that_is_down_gets_ten_retries(self):
        receiver = Receiver()
        receiver.close()
        self.sandbox.sender._retry_base = 0.0
        self.call("PUT", "/_sandbox/webhooks", {"url": receiver.url})
        self.create("contacts", {"email": "a@b.example"})
        self.delivered()
        log = self.call("GET", "/_sandbox/webhooks")["deliveries"]
        self.assertEqual([one["attempt"] for one in log], list(range(11)))
        self.assertTrue(all(one["status"] is None and one["problem"] for one in log))


class CreationChanges(SandboxCase):
    settings = {"creation_changes": True}

    def test_first_values_are_told_when_asked_for(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.call("PUT", "/_sandbox/webhooks", {"url": receiver.url})
        self.create("contacts", {"email": "a@b.example"})
        self.delivered()
        told = {(one["subscriptionType"], one.get("propertyName")) for one in receiver.events()}
        self.assertEqual(told, {("contact.creation", None), ("contact.propertyChange", "email")})
