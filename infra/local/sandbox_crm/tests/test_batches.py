from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase


class Batches(SandboxCase):
    def batch(self, kind, what, inputs, expect=200):
        return self.call("POST", f"{OBJECTS}/{kind}/batch/{what}", {"inputs": inputs}, expect)

    def test_many_are_changed_by_a_unique_property(self):
        for name in ("a", "b"):
            self.create("contacts", {"email": f"{name}@b.example"})
        inputs = [
            {"id": f"{name}@b.example", "idProperty": "email", "properties": {"firstname": name}}
            for name in ("a", "b")
        ]
        done = self.batch("contacts", "update", inputs)
        self.assertEqual([one["properties"]["firstname"] for one in done["results"]], ["a", "b"])

    def test_records_that_are_not_there_are_told_and_the_others_changed(self):
        deal = self.create("deals", {"dealname": "A"})
        inputs = [{"id": one, "properties": {"amount": "5"}} for one in (deal, "1")]
        done = self.batch("deals", "update", inputs, 207)
        self.assertEqual([one["id"] for one in done["results"]], [deal])
        self.assertEqual(done["errors"][0]["category"], "OBJECT_NOT_FOUND")
        self.assertEqual(done["errors"][0]["context"], {"ids": ["1"]})

    def test_one_refused_value_refuses_the_batch(self):
        deals = [self.create("deals", {"dealname": name}) for name in "AB"]
        inputs = [
            {"id": deals[0], "properties": {"amount": "5"}},
            {"id": deals[1], "properties": {"amount": "much"}},
        ]
        self.batch("deals", "update", inputs, 400)
        read = self.call("GET", f"{OBJECTS}/deals/{deals[0]}")
        self.assertIsNone(read["properties"]["amount"])

    def test_with_traces_each_refusal_is_told_by_its_own(self):
        deals = [self.create("deals", {"dealname": name}) for name in "AB"]
        inputs = [
            {"id": deals[0], "properties": {"amount": "5"}, "objectWriteTraceId": "first"},
            {"id": deals[1], "properties": {"amount": "much"}, "objectWriteTraceId": "second"},
        ]
        done = self.batch("deals", "update", inputs, 207)
        self.assertEqual([one["objectWriteTraceId"] for one in done["results"]], ["first"])
        (refused,) = done["errors"]
        self.assertEqual(refused["category"], "VALIDATION_ERROR")
        self.assertEqual(refused["context"], {"objectWriteTraceId": ["second"]})
        self.assertEqual(refused["errors"][0]["code"], "INVALID_DOUBLE")

    def test_a_traced_creation_is_partial(self):
        inputs = [
            {"properties": {"email": email}, "associations": [], "objectWriteTraceId": email}
            for email in ("a@b.example", "A@b.example", "none")
        ]
        done = self.batch("contacts", "create", inputs, 207)
        self.assertEqual(len(done["results"]), 1)
        self.assertEqual(done["numErrors"], 2)
        found = {one["context"]["objectWriteTraceId"][0]: one["category"] for one in done["errors"]}
        self.assertEqual(found, {"A@b.example": "CONFLICT", "none": "VALIDATION_ERROR"})

    def test_an_upsert_creates_or_changes(self):
        record = self.create("contacts", {"email": "a@b.example"})
        inputs = [
            {"id": f"{name}@b.example", "idProperty": "email", "properties": {"firstname": name}}
            for name in ("a", "b")
        ]
        done = self.batch("contacts", "upsert", inputs)
        self.assertEqual([one["new"] for one in done["results"]], [False, True])
        self.assertEqual(done["results"][0]["id"], record)
        self.assertEqual(done["results"][1]["properties"]["email"], "b@b.example")

    def test_an_id_stands_once_in_a_batch(self):
        deal = self.create("deals", {"dealname": "A"})
        inputs = [{"id": deal, "properties": {"amount": str(n)}} for n in range(2)]
        refused = self.batch("deals", "update", inputs, 400)
        self.assertIn("Duplicate IDs", refused["message"])

    def test_an_archive_takes_what_is_there(self):
        deal = self.create("deals", {"dealname": "A"})
        self.batch("deals", "archive", [{"id": deal}, {"id": "1"}], 204)
        self.call("GET", f"{OBJECTS}/deals/{deal}", expect=404)

    def test_a_read_takes_a_hundred_and_with_histories_fifty(self):
        for count, history, expect in ((100, [], 207), (101, [], 400), (50, ["amount"], 207), (51, ["amount"], 400)):
            with self.subTest(count):
                body = {"properties": [], "propertiesWithHistory": history}
                body["inputs"] = [{"id": str(n)} for n in range(1, count + 1)]
                self.call("POST", f"{OBJECTS}/deals/batch/read", body, expect)
