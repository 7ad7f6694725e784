from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase


class History(SandboxCase):
    def past(self, kind, record, name):
        read = self.call("GET", f"{OBJECTS}/{kind}/{record}?propertiesWithHistory={name}")
        return read["propertiesWithHistory"][name]

    def test_every_value_stays_with_who_set_it_newest_first(self):
        record = self.create("deals", {"dealstage": "appointmentscheduled"}, token=None)
        self.patch("deals", record, {"dealstage": "qualifiedtobuy"})
        body = {"user": "11002", "type": "deals", "id": record}
        body["properties"] = {"dealstage": "contractsent"}
        self.call("POST", "/_sandbox/ui/change", body, token=None)
        found = self.past("deals", record, "dealstage")
        self.assertEqual(
            [one["value"] for one in found],
            ["contractsent", "qualifiedtobuy", "appointmentscheduled"],
        )
        self.assertEqual([one["sourceType"] for one in found], ["CRM_UI", "INTEGRATION", "INTEGRATION"])
        self.assertEqual([one["sourceId"] for one in found], ["userId:9011002", "54321", "sandbox-api"])
        self.assertEqual(found[0]["updatedByUserId"], 9011002)
        self.assertNotIn("updatedByUserId", found[1])
        times = [one["timestamp"] for one in found]
        self.assertEqual(times, sorted(times, reverse=True))

    def test_the_modification_time_rises_with_every_change_and_only_then(self):
        record = self.create("deals", {"dealname": "One"})
        seen = [self.patch("deals", record, {"amount": str(n)})["updatedAt"] for n in range(20)]
        self.assertEqual(seen, sorted(set(seen)))
        again = self.patch("deals", record, {"amount": "19"})
        self.assertEqual(again["updatedAt"], seen[-1])
        self.assertEqual(len(self.past("deals", record, "amount")), 20)

    def test_a_cleared_value_is_empty_in_the_history_and_null_in_the_record(self):
        record = self.create("contacts", {"email": "a@b.example", "hubspot_owner_id": "11002"})
        cleared = self.patch("contacts", record, {"hubspot_owner_id": ""})
        self.assertIsNone(cleared["properties"]["hubspot_owner_id"])
        self.assertEqual(self.past("contacts", record, "hubspot_owner_id")[0]["value"], "")

    def test_an_assignment_keeps_its_time(self):
        record = self.create("contacts", {"email": "a@b.example"})
        self.patch("contacts", record, {"hubspot_owner_id": "11002"})
        owner, assigned = (
            self.past("contacts", record, name)[0]
            for name in ("hubspot_owner_id", "hubspot_owner_assigneddate")
        )
        self.assertEqual(owner["timestamp"], assigned["value"])

    def test_a_logged_contact_is_noted_with_the_person(self):
        record = self.create("contacts", {"email": "a@b.example"})
        body = {"user": "11003", "type": "contacts", "id": record}
        self.call("POST", "/_sandbox/ui/contact-log", body, token=None)
        noted = self.past("contacts", record, "notes_last_contacted")
        self.assertEqual(noted[0]["updatedByUserId"], 9011003)
