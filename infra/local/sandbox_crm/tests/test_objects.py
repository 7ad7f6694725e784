from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase


class Objects(SandboxCase):
    def test_a_record_is_read_as_it_was_created(self):
        record = self.create("contacts", {"email": "Ada@Acme.example", "firstname": "Ada"})
        read = self.call("GET", f"{OBJECTS}/0-1/{record}?properties=email,jobtitle&properties=nonesuch")
        self.assertEqual(read["properties"]["email"], "ada@acme.example")
        self.assertIsNone(read["properties"]["jobtitle"])
        self.assertNotIn("nonesuch", read["properties"])
        self.assertEqual(read["properties"]["hs_object_id"], record)
        self.assertEqual(read["properties"]["lastmodifieddate"], read["updatedAt"])
        self.assertRegex(read["createdAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_contact_is_found_by_its_address(self):
        record = self.create("contacts", {"email": "ada@acme.example"})
        read = self.call("GET", f"{OBJECTS}/contacts/ada%40acme.example?idProperty=email")
        self.assertEqual(read["id"], record)

    def test_an_address_belongs_to_one_contact(self):
        record = self.create("contacts", {"email": "ada@acme.example"})
        body = {"properties": {"email": "ADA@acme.example"}, "associations": []}
        problem = self.call("POST", f"{OBJECTS}/contacts", body, 409)
        self.assertEqual(problem["category"], "CONFLICT")
        self.assertIn(record, problem["message"])

    def test_refused_values_are_named_with_their_code(self):
        given = {
            "foo": "1",
            "hubspot_owner_id": "1",
            "dealstage": "nope",
            "amount": "much",
            "closedate": "soon",
            "hs_object_id": "7",
        }
        body = {"properties": given, "associations": []}
        problem = self.call("POST", f"{OBJECTS}/deals", body, 400)
        self.assertEqual(problem["category"], "VALIDATION_ERROR")
        codes = {one["context"]["propertyName"][0]: one["code"] for one in problem["errors"]}
        self.assertEqual(
            codes,
            {
                "foo": "PROPERTY_DOESNT_EXIST",
                "hubspot_owner_id": "INVALID_OWNER_ID",
                "dealstage": "INVALID_OPTION",
                "amount": "INVALID_DOUBLE",
                "closedate": "INVALID_DATE",
                "hs_object_id": "READ_ONLY_VALUE",
            },
        )

    def test_digits_that_are_no_number_are_refused(self):
        """They pass for digits with Python, and are no number to it."""
        company = self.create("companies", {"name": "Acme"})
        self.call("GET", f"{OBJECTS}/contacts?after=%C2%B2", expect=400)
        self.call("GET", "/crm/owners/2026-09?after=%C2%B2", expect=400)
        self.call("GET", "/crm/owners/2026-09/%C2%B2", expect=400)
        self.call("GET", f"/crm/v4/objects/companies/{company}/associations/contacts?after=%C2%B2", expect=400)
        body = {"inputs": [{"id": company, "after": "\u00b2"}]}
        self.call("POST", "/crm/associations/2026-09/companies/contacts/batch/read", body, 400)
        search = {"filterGroups": [], "properties": [], "sorts": [], "limit": 1, "after": "\u00b2"}
        self.call("POST", f"{OBJECTS}/contacts/search", search, 400)
        for wrong in ("--5", "\u00b2", "9" * 5000):
            deal = {"properties": {"dealname": "A", "closedate": wrong}, "associations": []}
            refused = self.call("POST", f"{OBJECTS}/deals", deal, 400)
            self.assertEqual(refused["errors"][0]["code"], "INVALID_DATE")

    def test_half_a_character_is_refused(self):
        record = self.create("contacts", {"email": "a@b.example"})
        problem = self.patch("contacts", record, {"firstname": "\ud800"}, 400)
        self.assertEqual(problem["errors"][0]["code"], "INVALID_STRING")

    def test_a_deal_can_be_given_its_time_of_creation(self):
        deal = self.create("deals", {"dealname": "Old", "createdate": "2026-01-02"})
        read = self.call("GET", f"{OBJECTS}/deals/{deal}")
        self.assertEqual(read["createdAt"], "2026-01-02T00:00:00.000Z")

    def test_a_batch_read_reports_what_is_missing(self):
        record = self.create("deals", {"dealname": "One"})
        body = {"inputs": [{"id": record}, {"id": "1"}], "properties": ["dealname"]}
        body["propertiesWithHistory"] = ["dealname"]
        read = self.call("POST", f"{OBJECTS}/deals/batch/read", body, 207)
        self.assertEqual([one["id"] for one in read["results"]], [record])
        self.assertEqual(read["errors"][0]["context"], {"ids": ["1"]})
        self.assertEqual(read["numErrors"], 1)

    def test_pages_hold_every_record_once(self):
        made = [self.create("companies", {"name": str(number)}) for number in range(7)]
        seen, after = [], ""
        while True:
            page = self.call("GET", f"{OBJECTS}/companies?limit=3{after}")
            seen += [one["id"] for one in page["results"]]
            if "paging" not in page:
                break
            after = f"&after={page['paging']['next']['after']}"
        self.assertEqual(seen, made)

    def test_an_archived_record_is_only_found_when_asked_for(self):
        record = self.create("contacts", {"email": "ada@acme.example"})
        self.call("DELETE", f"{OBJECTS}/contacts/{record}", expect=204)
        self.call("DELETE", f"{OBJECTS}/contacts/{record}", expect=204)
        self.call("GET", f"{OBJECTS}/contacts/{record}", expect=404)
        self.assertTrue(self.call("GET", f"{OBJECTS}/contacts/{record}?archived=true")["archived"])
        self.create("contacts", {"email": "ada@acme.example"})

    def test_a_wrong_token_is_refused_and_none_is_another_integration(self):
        problem = self.call("GET", f"{OBJECTS}/contacts", expect=401, token="another")
        self.assertEqual(problem["category"], "INVALID_AUTHENTICATION")
        self.call("GET", f"{OBJECTS}/contacts", token=None)

    def test_a_body_that_is_not_json_or_not_an_object_is_refused(self):
        self.call("POST", f"{OBJECTS}/contacts", [], 400)
        self.connection.request("POST", f"{OBJECTS}/contacts", "{", {"Content-Type": "application/json"})
        reply = self.connection.getresponse()
        self.assertIn(b"not JSON", reply.read())
        self.assertEqual(reply.status, 400)

    def test_an_unknown_path_and_method_are_told_apart(self):
        self.call("GET", "/crm/v1/objects/contacts", expect=404)
        self.call("PUT", f"{OBJECTS}/contacts", {}, 405)

    def test_owners_are_read_by_either_id(self):
        listed = self.call("GET", "/crm/owners/2026-09?limit=2")
        self.assertEqual([one["id"] for one in listed["results"]], ["11000", "11001"])
        self.assertEqual(listed["paging"]["next"]["after"], "11001")
        anna = self.call("GET", "/crm/owners/2026-09/9011002?idProperty=userId")
        self.assertEqual(anna["email"], "anna@northwind.example")
        self.call("GET", "/crm/owners/2026-09/5", expect=404)
