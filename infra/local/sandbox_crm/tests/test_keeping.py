import tempfile
from pathlib import Path

from sandbox_crm.sandbox import Sandbox
from sandbox_crm.settings import Settings
from sandbox_crm.tests.sandbox_case import OBJECTS, PATIENCE, SECRET, TOKEN, Receiver, SandboxCase


class Keeping(SandboxCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "crm.jsonl"
        self.settings = {"state": self.path}
        super().setUp()

    def again(self, **more):
        """Another sandbox that begins with what this one has left, which has not been ended."""
        sandbox = Sandbox(Settings(token=TOKEN, secret=SECRET, state=self.path, **more))
        self.addCleanup(sandbox.close)
        return sandbox

    def test_records_go_on_with_their_histories_and_associations(self):
        company = self.create("companies", {"name": "Kranich", "domain": "kranich.example"})
        contact = self.create("contacts", {"email": "a@kranich.example", "jobtitle": "VP"})
        self.call("PUT", f"{OBJECTS}/contacts/{contact}/associations/default/companies/{company}", expect=200)
        self.patch("contacts", contact, {"jobtitle": "CEO"})
        gone = self.create("contacts", {"email": "b@kranich.example"})
        self.call("DELETE", f"{OBJECTS}/contacts/{gone}", expect=204)
        other = self.again()
        self.assertEqual(_shape(other.store), _shape(self.sandbox.store))
        _, body, _ = other.answer("GET", f"{OBJECTS}/contacts/{contact}", {"associations": ["companies"]}, b"", None)
        self.assertEqual(body["associations"]["companies"]["results"][0]["id"], company)
        # Ids go on, and what is unique stays so.
        made, _, _ = other.answer("POST", f"{OBJECTS}/contacts", {}, b'{"properties":{"email":"a@kranich.example"}}', None)
        self.assertEqual(made, 409)
        _, body, _ = other.answer("POST", f"{OBJECTS}/contacts", {}, b'{"properties":{"email":"b@kranich.example"}}', None)
        self.assertEqual(int(body["id"]), int(gone) + 1)

    def test_a_merge_and_a_purge_are_kept(self):
        company = self.create("companies", {"name": "Kranich"})
        one, two, three = (self.create("contacts", {"email": f"{name}@x.example"}) for name in "abc")
        for contact in (one, two, three):
            self.call("PUT", f"{OBJECTS}/contacts/{contact}/associations/default/companies/{company}")
        heir = self.call("POST", f"{OBJECTS}/contacts/merge", {"primaryObjectId": one, "objectIdToMerge": two})["id"]
        self.call("POST", f"{OBJECTS}/contacts/gdpr-delete", {"objectId": three}, expect=204)
        other = self.again()
        self.assertEqual(_shape(other.store), _shape(self.sandbox.store))
        self.assertEqual(other.answer("GET", f"{OBJECTS}/contacts/{one}", {}, b"", None)[1]["id"], heir)
        self.assertEqual(other.answer("GET", f"{OBJECTS}/contacts/{three}", {}, b"", None)[0], 404)

    def test_properties_the_account_and_who_has_left_are_kept(self):
        made = {"name": "risk", "label": "Risk", "type": "string", "fieldType": "text", "groupName": "dealinformation"}
        self.call("POST", "/crm/properties/2026-09/deals", made, expect=201)
        self.call("PUT", "/_sandbox/account", {"timeZone": "Asia/Tokyo"})
        self.call("PUT", "/_sandbox/owners/11003", {"archived": True})
        other = self.again()
        found = other.answer("GET", "/crm/properties/2026-09/deals/risk", {}, b"", None)
        self.assertEqual((found[0], found[1]["label"]), (200, "Risk"))
        self.assertEqual(other.answer("GET", "/_sandbox/account", {}, b"", None)[1]["timeZone"], "Asia/Tokyo")
        self.assertTrue(other.answer("GET", "/crm/owners/2026-09/11003", {"archived": ["true"]}, b"", None)[1]["archived"])

    def test_what_a_changed_model_needs_comes_to_what_is_kept(self):
        people, definitions = self.path.with_name("people.json"), self.path.with_name("definitions.json")
        people.write_text('[{"id": 7, "email": "ada@else.example", "firstName": "Ada"}]')
        stages = '"stages": [{"id": "started"}, {"id": "live"}]'
        definitions.write_text(
            '{"properties": {"deals": [{"name": "scope"}]}, "pipelines": {"deals": [{"id": "customers", %s}]}}' % stages
        )
        other = self.again(owners=people, definitions=definitions)
        for path in ("/crm/properties/2026-09/deals/scope", "/crm/pipelines/2026-09/deals/customers"):
            self.assertEqual(other.answer("GET", path, {}, b"", None)[0], 200, path)
        query = {"properties": ["hs_email", "hubspot_owner_id"], "limit": ["100"]}
        users = other.answer("GET", f"{OBJECTS}/users", query, b"", None)[1]["results"]
        owners = {user["properties"]["hs_email"]: user["properties"]["hubspot_owner_id"] for user in users}
        self.assertEqual(owners["ada@else.example"], "7")

    def test_webhooks_that_may_have_been_under_way_are_sent_again(self):
        contact = self.create("contacts", {"email": "a@x.example"})
        receiver = Receiver()
        self.addCleanup(receiver.close)
        other = self.again(webhook_url=receiver.url)
        self.addCleanup(other.sender.stop)
        other.sender.start()
        self.assertTrue(other.sender.wait_idle(PATIENCE), "webhooks are still pending")
        told = [(one["subscriptionType"], one["objectId"]) for one in receiver.events()]
        self.assertEqual(told, [("contact.creation", int(contact))])

    def test_a_file_that_is_none_is_named(self):
        for wrong in ("[1,[[\"contacts\",\"1\",{}]]]\n", "nonsense\n", "[1,[[\"_type\",\"widgets\",{}]]]\n"):
            self.path.write_text(wrong, encoding="utf-8")
            with self.assertRaisesRegex(ValueError, "crm.jsonl is not what was kept"):
                self.again()


def _shape(store):
    return {
        (kind, number): (one.properties, one.history, one.links, one.created, one.updated, one.archived)
        for kind, held in store.records.items()
        for number, one in held.items()
    }
