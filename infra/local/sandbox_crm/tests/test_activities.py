from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase

TO_CONTACT = {"calls": 194, "meetings": 200, "emails": 198, "notes": 202}
EARLIER, LATER = "2026-03-02T09:00:00.000Z", "2026-03-03T09:00:00.000Z"


class Activities(SandboxCase):
    def setUp(self):
        super().setUp()
        self.contact = self.create("contacts", {"email": "a@b.example"})

    def log(self, kind, properties, expect=201):
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": TO_CONTACT[kind]}
        body = {"properties": properties}
        body["associations"] = [{"to": {"id": self.contact}, "types": [spec]}]
        return self.call("POST", f"{OBJECTS}/{kind}", body, expect)

    def contacted(self):
        path = f"{OBJECTS}/contacts/{self.contact}?propertiesWithHistory=notes_last_contacted"
        return self.call("GET", path)

    def test_each_kind_is_read_with_its_contact(self):
        for kind in TO_CONTACT:
            with self.subTest(kind):
                made = self.log(kind, {"hs_timestamp": LATER})["id"]
                read = self.call("GET", f"{OBJECTS}/{kind}/{made}?associations=contacts")
                linked = read["associations"]["contacts"]["results"]
                self.assertEqual([one["id"] for one in linked], [self.contact])

    def test_a_call_says_when_the_contact_was_last_contacted(self):
        made = self.log("calls", {"hs_timestamp": LATER, "hubspot_owner_id": "11003"})["id"]
        self.log("meetings", {"hs_timestamp": EARLIER})
        read = self.contacted()
        self.assertEqual(read["properties"]["notes_last_contacted"], LATER)
        (noted,) = read["propertiesWithHistory"]["notes_last_contacted"]
        self.assertEqual((noted["sourceType"], noted["updatedByUserId"]), ("ENGAGEMENTS", 9011003))
        self.assertIn(made, noted["sourceId"])

    def test_a_note_and_a_meeting_to_come_are_no_contact(self):
        self.log("notes", {"hs_timestamp": LATER})
        self.log("meetings", {"hs_timestamp": "2999-01-01T00:00:00Z"})
        self.assertIsNone(self.contacted()["properties"]["notes_last_contacted"])

    def test_an_activity_needs_its_time(self):
        refused = self.log("calls", {"hs_call_title": "Hello"}, 400)
        self.assertEqual(refused["message"], "Error creating CALL. Some required properties were not set.")
        self.assertEqual(refused["context"], {"properties": ["hs_timestamp"]})
        self.assertEqual(self.call("GET", f"{OBJECTS}/calls")["results"], [])
