"""The vendor's own client for Python, driven against the sandbox as against the real CRM."""

import importlib.util
import unittest

from sandbox_crm.tests.sandbox_case import SandboxCase

INSTALLED = importlib.util.find_spec("hubspot") is not None
CONTACT_TO_COMPANY, CALL_TO_CONTACT = 279, 194


def spec(number):
    return [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}]


@unittest.skipUnless(INSTALLED, "the vendor's client is not installed: make test-python installs it")
class OfficialClient(SandboxCase):
    SECRET = "the-clients-own-token"

    def setUp(self):
        super().setUp()
        from hubspot import HubSpot

        self.call("PUT", "/_sandbox/tokens", {"token": self.SECRET, "plan": "enterprise"}, token=None)
        self.crm = HubSpot(access_token=self.SECRET, host=self.server.address).crm

    def company(self, name="Acme"):
        body = {"properties": {"name": name}, "associations": []}
        return self.crm.companies.basic_api.create(body).id

    def contact(self, **properties):
        body = {"properties": properties, "associations": []}
        return self.crm.contacts.basic_api.create(body).id

    def deal(self, **properties):
        body = {"properties": properties, "associations": []}
        return self.crm.deals.basic_api.create(body).id

    def test_a_record_is_created_with_its_company_read_changed_and_archived(self):
        company = self.company()
        body = {"properties": {"email": "ada@acme.example"}}
        body["associations"] = [{"to": {"id": company}, "types": spec(CONTACT_TO_COMPANY)}]
        api = self.crm.contacts.basic_api
        made = api.create(body)
        self.assertFalse(made.archived)
        api.update(made.id, {"properties": {"jobtitle": "VP"}})
        read = api.get_by_id(
            "ada@acme.example",
            id_property="email",
            properties=["jobtitle"],
            properties_with_history=["jobtitle"],
            associations=["companies"],
        )
        self.assertEqual((read.id, read.properties["jobtitle"]), (made.id, "VP"))
        self.assertEqual(read.properties_with_history["jobtitle"][0].source_type, "INTEGRATION")
        self.assertEqual(read.associations["companies"].results[0].id, company)
        api.archive(made.id)
        self.assertEqual([one.id for one in api.get_page(archived=True).results], [made.id])

    def test_records_are_associated_and_the_associations_read(self):
        contact, company = self.contact(email="a@b.example"), self.company()
        api = self.crm.associations.v4
        api.basic_api.create_default("contacts", contact, "companies", company)
        (linked,) = api.basic_api.get_page("contacts", contact, "companies").results
        self.assertEqual(str(linked.to_object_id), company)
        self.assertEqual({one.type_id for one in linked.association_types}, {1, 279})
        read = api.batch_api.get_page("contacts", "companies", {"inputs": [{"id": contact}]})
        self.assertEqual(str(read.results[0].to[0].to_object_id), company)
        labelled = api.basic_api.create("contacts", contact, "companies", company, spec(1))
        self.assertEqual(labelled.labels, ["Primary"])
        api.basic_api.archive("contacts", contact, "companies", company)
        self.assertEqual(api.basic_api.get_page("contacts", contact, "companies").results, [])

    def test_records_are_searched_and_listed_to_the_end(self):
        deals = [self.deal(dealname=f"Deal {number}", amount=str(number)) for number in range(5)]
        body = {
            "filterGroups": [
                {"filters": [{"propertyName": "amount", "operator": "GTE", "value": "2"}]}
            ],
            "sorts": ["-amount"],
            "properties": ["dealname"],
            "limit": 2,
            "after": "0",
        }
        found = self.crm.deals.search_api.do_search(body)
        self.assertEqual((found.total, [one.id for one in found.results]), (3, [deals[4], deals[3]]))
        body["after"] = found.paging.next.after
        self.assertEqual(self.crm.deals.search_api.do_search(body).results[0].id, deals[2])
        self.assertEqual([one.id for one in self.crm.deals.get_all()], deals)

    def test_batches_are_created_changed_and_read(self):
        inputs = [{"properties": {"email": f"{name}@b.example"}, "associations": []} for name in "abc"]
        api = self.crm.contacts.batch_api
        made = [one.id for one in api.create({"inputs": inputs}).results]
        changes = [{"id": one, "properties": {"jobtitle": "VP"}} for one in made]
        self.assertEqual(len(api.update({"inputs": changes}).results), 3)
        upserts = [
            {"id": f"{name}@b.example", "idProperty": "email", "properties": {"jobtitle": "CEO"}}
            for name in "cd"
        ]
        self.assertEqual([one.new for one in api.upsert({"inputs": upserts}).results], [False, True])
        wanted = {"properties": ["jobtitle"], "propertiesWithHistory": ["jobtitle"]}
        wanted["inputs"] = [{"id": one} for one in (*made, "1")]
        read = api.read(wanted)
        self.assertEqual([one.properties["jobtitle"] for one in read.results], ["VP", "VP", "CEO"])
        self.assertEqual((read.num_errors, read.errors[0].context), (1, {"ids": ["1"]}))
        api.archive({"inputs": [{"id": one} for one in made]})
        self.assertEqual(len(self.crm.contacts.get_all()), 1)

    def test_two_contacts_are_merged_and_one_is_purged(self):
        first, second = self.contact(email="a@b.example"), self.contact(email="c@d.example")
        api = self.crm.contacts.basic_api
        merged = api.merge({"primaryObjectId": first, "objectIdToMerge": second})
        self.assertEqual({api.get_by_id(one).id for one in (first, second)}, {merged.id})
        api.purge({"objectId": merged.id})
        self.assertEqual(self.crm.contacts.get_all(), [])

    def test_owners_those_who_left_included(self):
        self.call("PUT", "/_sandbox/owners/11002", {"archived": True})
        owners = self.crm.owners
        self.assertEqual(len(owners.get_all()), 8)
        (left,) = owners.get_all(archived=True)
        self.assertEqual((left.id, left.user_id), ("11002", None))
        self.assertEqual(left.user_id_including_inactive, 9011002)
        self.assertEqual(owners.owners_api.get_by_id(9011003, id_property="userId").id, "11003")

    def test_pipelines_and_properties(self):
        pipelines = self.crm.pipelines
        ids = [one.id for one in pipelines.pipelines_api.get_all("deals").results]
        self.assertEqual(ids, ["default", "renewals"])
        stage = {"label": "Legal", "displayOrder": 9, "metadata": {"probability": "0.9"}}
        made = pipelines.pipeline_stages_api.create("deals", "renewals", stage)
        self.assertEqual(made.metadata["isClosed"], "false")
        self.deal(dealname="A", pipeline="renewals", dealstage=made.id)
        properties = self.crm.properties.core_api
        self.assertEqual(properties.get_by_name("deals", "closedate").type, "datetime")
        given = {"name": "risk", "label": "Risk", "type": "string", "fieldType": "text"}
        properties.create("deals", given | {"groupName": "dealinformation"})
        self.assertIn("risk", [one.name for one in properties.get_all("deals").results])

    def test_activities_and_users(self):
        contact = self.contact(email="a@b.example")
        body = {"properties": {"hs_timestamp": "2026-03-02T09:00:00Z"}}
        body["associations"] = [{"to": {"id": contact}, "types": spec(CALL_TO_CONTACT)}]
        self.crm.objects.calls.basic_api.create(body)
        read = self.crm.contacts.basic_api.get_by_id(contact, properties=["notes_last_contacted"])
        self.assertEqual(read.properties["notes_last_contacted"], "2026-03-02T09:00:00.000Z")
        users = self.crm.objects.basic_api.get_page("users", properties=["hs_availability_status"])
        self.assertEqual(users.results[0].properties["hs_availability_status"], "available")

    def test_a_refusal_and_a_limit_reach_the_caller(self):
        from hubspot.crm.deals import ApiException

        with self.assertRaises(ApiException) as refused:
            self.deal(amount="much")
        self.assertEqual(refused.exception.status, 400)
        self.assertIn("VALIDATION_ERROR", refused.exception.body)
        given = {"token": self.SECRET, "rate": 1}
        self.call("PUT", "/_sandbox/tokens", given, token=None)
        self.deal(dealname="A")
        with self.assertRaises(ApiException) as refused:
            self.deal(dealname="B")
        self.assertEqual(refused.exception.status, 429)
        self.assertIn("TEN_SECONDLY_ROLLING", refused.exception.body)
