from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase

LINKS = "/crm/associations/2026-09"


class Associations(SandboxCase):
    def setUp(self):
        super().setUp()
        self.contact = self.create("contacts", {"email": "a@b.example"})
        self.company = self.create("companies", {"name": "Acme"})

    def linked(self):
        read = self.call("GET", f"{OBJECTS}/contacts/{self.contact}?associations=companies")
        return [
            one["type"] for one in read.get("associations", {}).get("companies", {}).get("results", [])
        ]

    def test_the_first_company_is_the_primary_one(self):
        path = f"{OBJECTS}/contacts/{self.contact}/associations"
        self.call("PUT", f"{path}/default/companies/{self.company}")
        self.assertEqual(self.linked(), ["contact_to_company", "contact_to_company_unlabeled"])
        self.call("DELETE", f"{path}/companies/{self.company}", expect=204)
        self.assertEqual(self.linked(), [])

    def test_a_primary_company_gives_way_to_a_new_one(self):
        second = self.create("companies", {"name": "Beta"})
        self.call(
            "PUT", f"{OBJECTS}/contacts/{self.contact}/associations/default/companies/{self.company}"
        )
        spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
        path = f"{OBJECTS}/contacts/{self.contact}/associations/companies/{second}"
        answer = self.call("PUT", path, spec, 201)
        self.assertEqual(answer["labels"], ["Primary"])
        body = {"inputs": [{"id": self.contact}]}
        read = self.call("POST", f"{LINKS}/contacts/companies/batch/read", body)
        types = {
            one["toObjectId"]: [spec["typeId"] for spec in one["associationTypes"]]
            for one in read["results"][0]["to"]
        }
        self.assertEqual(types, {self.company: [279], second: [1, 279]})

    def test_an_association_moves_the_modification_time(self):
        before = self.call("GET", f"{OBJECTS}/contacts/{self.contact}")["updatedAt"]
        self.call(
            "PUT", f"{OBJECTS}/contacts/{self.contact}/associations/default/companies/{self.company}"
        )
        after = self.call("GET", f"{OBJECTS}/contacts/{self.contact}")["updatedAt"]
        self.assertGreater(after, before)

    def test_a_record_is_created_with_its_associations_or_not_at_all(self):
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 341}]
        body = {"properties": {"dealname": "One"}}
        body["associations"] = [{"to": {"id": self.company}, "types": types}]
        deal = self.call("POST", f"{OBJECTS}/deals", body, 201)["id"]
        read = self.call("GET", f"{OBJECTS}/companies/{self.company}?associations=deals")
        self.assertIn(deal, [one["id"] for one in read["associations"]["deals"]["results"]])
        body["associations"][0]["to"]["id"] = "1"
        self.call("POST", f"{OBJECTS}/deals", body, 404)
        self.assertEqual(len(self.call("GET", f"{OBJECTS}/deals")["results"]), 1)

    def test_a_batch_read_reports_records_without_any(self):
        body = {"inputs": [{"id": self.contact}]}
        read = self.call("POST", f"{LINKS}/contacts/companies/batch/read", body, 207)
        self.assertEqual(read["errors"][0]["context"]["ids"], [self.contact])
