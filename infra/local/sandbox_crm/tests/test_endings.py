"""Records that are merged, archived, restored, or deleted for good."""

import time

from sandbox_crm.tests.sandbox_case import OBJECTS, Receiver, SandboxCase

PROPERTIES = "/crm/properties/2026-09"


class Endings(SandboxCase):
    def receive(self):
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.call("PUT", "/_sandbox/webhooks", {"url": receiver.url})
        return receiver

    def told(self, receiver):
        self.delivered()
        return {one["subscriptionType"]: one for one in receiver.events()}

    def merge(self, kind, primary, other, expect=200):
        body = {"primaryObjectId": primary, "objectIdToMerge": other}
        return self.call("POST", f"{OBJECTS}/{kind}/merge", body, expect)

    def define(self, name, unique=False):
        given = {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "g"}
        self.call("POST", f"{PROPERTIES}/contacts", given | {"hasUniqueValue": unique}, 201)

    def restore(self, record, expect=200):
        body = {"user": "11002", "type": "contacts", "id": record}
        return self.call("POST", "/_sandbox/ui/restore", body, expect, token=None)


class Merging(Endings):
    def test_both_become_a_new_record_which_either_id_finds(self):
        first = {"email": "a@b.example", "firstname": "Ada", "lifecyclestage": "lead"}
        second = {"email": "c@d.example", "firstname": "Bea", "jobtitle": "VP", "lifecyclestage": "opportunity"}
        primary, other = self.create("contacts", first), self.create("contacts", second)
        receiver = self.receive()
        merged = self.merge("contacts", primary, other)["id"]
        self.assertNotIn(merged, (primary, other))
        wanted = "properties=firstname,jobtitle,lifecyclestage,hs_merged_object_ids,hs_additional_emails"
        for asked in (primary, other, merged):
            read = self.call("GET", f"{OBJECTS}/contacts/{asked}?{wanted}")
            self.assertEqual(read["id"], merged)
        held = read["properties"]
        self.assertEqual((held["firstname"], held["jobtitle"]), ("Ada", "VP"))
        self.assertEqual(held["lifecyclestage"], "opportunity")
        self.assertEqual(held["hs_merged_object_ids"], f"{primary};{other}")
        self.assertEqual(held["hs_additional_emails"], "c@d.example")
        told = self.told(receiver)
        self.assertEqual(list(told), ["contact.merge"])
        event = told["contact.merge"]
        self.assertEqual(event["primaryObjectId"], int(primary))
        self.assertEqual(event["mergedObjectIds"], [int(other)])
        self.assertEqual(event["newObjectId"], int(merged))
        self.assertEqual(event["numberOfPropertiesMoved"], 2)

    def test_histories_and_associations_are_kept(self):
        primary = self.create("deals", {"dealname": "A", "amount": "1"})
        other = self.create("deals", {"dealname": "B"})
        self.patch("deals", other, {"amount": "2"})
        company = self.create("companies", {"name": "Acme"})
        self.call("PUT", f"{OBJECTS}/deals/{other}/associations/default/companies/{company}")
        merged = self.merge("deals", primary, other)["id"]
        path = f"{OBJECTS}/deals/{merged}?propertiesWithHistory=amount&associations=companies"
        read = self.call("GET", path)
        past = read["propertiesWithHistory"]["amount"]
        self.assertEqual([one["value"] for one in past], ["1", "2", "1"])
        self.assertEqual(past[0]["sourceType"], "MERGE_OBJECTS")
        linked = self.call("GET", f"{OBJECTS}/companies/{company}?associations=deals")
        self.assertEqual({one["id"] for one in linked["associations"]["deals"]["results"]}, {merged})
        self.assertEqual(len(self.call("GET", f"{OBJECTS}/deals")["results"]), 1)
        self.assertEqual(self.call("GET", f"{OBJECTS}/deals?archived=true")["results"], [])

    def test_a_record_merged_twice_is_found_by_every_id_it_had(self):
        ids = [self.create("companies", {"name": name}) for name in "ABC"]
        first = self.merge("companies", ids[0], ids[1])["id"]
        second = self.merge("companies", ids[2], first)["id"]
        for asked in (*ids, first):
            self.assertEqual(self.call("GET", f"{OBJECTS}/companies/{asked}")["id"], second)

    def test_a_value_whose_definition_was_archived_stands_not_in_the_way(self):
        self.define("shoe")
        primary = self.create("contacts", {"email": "a@b.example", "shoe": "41"})
        other = self.create("contacts", {"email": "c@d.example", "shoe": "42"})
        self.call("DELETE", f"{PROPERTIES}/contacts/shoe", expect=204)
        merged = self.merge("contacts", primary, other)["id"]
        self.assertEqual(self.call("GET", f"{OBJECTS}/contacts/{other}")["id"], merged)

    def test_a_merge_that_is_refused_leaves_both_as_they_were(self):
        self.define("badge", unique=True)
        primary = self.create("contacts", {"email": "a@b.example", "badge": "7"})
        other = self.create("contacts", {"email": "c@d.example"})
        self.call("DELETE", f"{OBJECTS}/contacts/{primary}", expect=204)
        self.call("DELETE", f"{PROPERTIES}/contacts/badge", expect=204)
        self.restore(primary)
        self.define("badge", unique=True)
        self.create("contacts", {"email": "e@f.example", "badge": "7"})
        company = self.create("companies", {"name": "Acme"})
        self.call("PUT", f"{OBJECTS}/contacts/{other}/associations/default/companies/{company}")
        before = self.call("GET", f"{OBJECTS}/contacts?associations=companies")
        self.merge("contacts", primary, other, 409)
        self.assertEqual(self.call("GET", f"{OBJECTS}/contacts?associations=companies"), before)

    def test_what_cannot_be_merged_is_refused(self):
        record = self.create("contacts", {"email": "a@b.example"})
        self.merge("contacts", record, record, 400)
        self.merge("contacts", record, "1", 404)
        self.call("POST", f"{OBJECTS}/contacts/merge", {"primaryObjectId": record}, 400)


class Restoring(Endings):
    def test_a_restored_record_is_whole_again(self):
        contact = self.create("contacts", {"email": "a@b.example"})
        company = self.create("companies", {"name": "Acme"})
        self.call("PUT", f"{OBJECTS}/contacts/{contact}/associations/default/companies/{company}")
        self.call("DELETE", f"{OBJECTS}/contacts/{contact}", expect=204)
        receiver = self.receive()
        self.restore(contact)
        read = self.call("GET", f"{OBJECTS}/contacts/{contact}?associations=companies")
        self.assertIn("companies", read["associations"])
        event = self.told(receiver)["contact.restore"]
        self.assertEqual((event["objectId"], event["changeSource"]), (int(contact), "CRM_UI"))

    def test_an_address_that_another_has_taken_stands_in_the_way(self):
        contact = self.create("contacts", {"email": "a@b.example"})
        self.call("DELETE", f"{OBJECTS}/contacts/{contact}", expect=204)
        self.create("contacts", {"email": "a@b.example"})
        self.restore(contact, 409)

    def test_a_value_whose_definition_was_archived_stands_not_in_the_way(self):
        self.define("shoe", unique=True)
        contact = self.create("contacts", {"email": "a@b.example", "shoe": "41"})
        self.call("DELETE", f"{OBJECTS}/contacts/{contact}", expect=204)
        self.call("DELETE", f"{PROPERTIES}/contacts/shoe", expect=204)
        self.restore(contact)
        self.call("GET", f"{OBJECTS}/contacts/{contact}")

    def test_only_what_is_archived_can_be_restored(self):
        self.restore(self.create("contacts", {"email": "a@b.example"}), 404)


class PrivacyDeletion(Endings):
    def test_nothing_is_left_and_both_events_are_told(self):
        contact = self.create("contacts", {"email": "a@b.example"})
        company = self.create("companies", {"name": "Acme"})
        self.call("PUT", f"{OBJECTS}/contacts/{contact}/associations/default/companies/{company}")
        receiver = self.receive()
        body = {"objectId": "a@b.example", "idProperty": "email"}
        self.call("POST", f"{OBJECTS}/contacts/gdpr-delete", body, 204)
        self.call("GET", f"{OBJECTS}/contacts/{contact}", expect=404)
        self.call("GET", f"{OBJECTS}/contacts/{contact}?archived=true", expect=404)
        read = self.call("GET", f"{OBJECTS}/companies/{company}?associations=contacts")
        self.assertNotIn("associations", read)
        told = self.told(receiver)
        self.assertEqual(set(told), {"contact.privacyDeletion", "contact.deletion"})
        self.assertEqual(told["contact.privacyDeletion"]["objectId"], int(contact))
        self.call("POST", f"{OBJECTS}/contacts/gdpr-delete", body, 204)

    def test_an_archived_contact_is_found_by_its_address(self):
        contact = self.create("contacts", {"email": "a@b.example"})
        self.call("DELETE", f"{OBJECTS}/contacts/{contact}", expect=204)
        path = f"{OBJECTS}/contacts/A%40b.example?idProperty=email"
        self.call("GET", path, expect=404)
        self.assertEqual(self.call("GET", f"{path}&archived=true")["id"], contact)
        body = {"inputs": [{"id": "a@b.example"}], "idProperty": "email", "properties": []}
        read = self.call("POST", f"{OBJECTS}/contacts/batch/read?archived=true", body)
        self.assertEqual([one["id"] for one in read["results"]], [contact])
        body = {"objectId": "a@b.example", "idProperty": "email"}
        self.call("POST", f"{OBJECTS}/contacts/gdpr-delete", body, 204)
        self.call("GET", f"{OBJECTS}/contacts/{contact}?archived=true", expect=404)

    def test_of_several_archived_ones_the_last_is_found(self):
        ids = [self.create("contacts", {"email": f"{name}@b.example"}) for name in "abc"]
        for record in (ids[1], ids[2], ids[0]):
            self.patch("contacts", record, {"email": "d@b.example"})
            # Times are whole milliseconds: the next one is put away in another.
            time.sleep(0.01)
            self.call("DELETE", f"{OBJECTS}/contacts/{record}", expect=204)
        path = f"{OBJECTS}/contacts/d%40b.example?idProperty=email&archived=true"
        self.assertEqual(self.call("GET", path)["id"], ids[0])

    def test_only_contacts_are_deleted_for_privacy(self):
        self.call("POST", f"{OBJECTS}/deals/gdpr-delete", {"objectId": "1"}, 404)
        self.call("POST", f"{OBJECTS}/contacts/gdpr-delete", {}, 400)
