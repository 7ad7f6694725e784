from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase


class Page(SandboxCase):
    def raw(self, path):
        self.connection.request("GET", path)
        reply = self.connection.getresponse()
        return reply, reply.read().decode()

    def test_the_page_says_what_it_is_and_loads_nothing_from_elsewhere(self):
        reply, text = self.raw("/")
        self.assertIn("a stand-in for HubSpot", text)
        self.assertIn("stand-in for HubSpot", reply.headers["Server"])
        self.assertNotIn("http://", text)
        self.assertNotIn("https://", text)
        for path, kind in (("/static/page.js", "javascript"), ("/static/page.css", "css")):
            found, _ = self.raw(path)
            self.assertEqual(found.status, 200)
            self.assertIn(kind, found.headers["Content-Type"])

    def test_a_lead_is_created_with_its_company(self):
        lead = {
            "user": "11040",
            "properties": {"email": "a@acme.example", "firstname": "A", "jobtitle": ""},
            "company": {"name": "Acme", "country": "DE", "numberofemployees": "120"},
        }
        first = self.call("POST", "/_sandbox/ui/leads", lead, 201, token=None)
        lead["properties"]["email"] = "b@acme.example"
        self.call("POST", "/_sandbox/ui/leads", lead, 201, token=None)
        self.assertEqual(first["company"]["name"], "Acme")
        self.assertEqual(len(self.call("GET", f"{OBJECTS}/companies")["results"]), 1)
        read = self.call("GET", f"{OBJECTS}/contacts/{first['id']}?associations=companies")
        self.assertIn("companies", read["associations"])

    def test_a_refused_company_leaves_no_lead_behind(self):
        lead = {"user": "11040", "properties": {"email": "a@acme.example"}}
        lead["company"] = {"name": "Acme", "numberofemployees": "many"}
        self.call("POST", "/_sandbox/ui/leads", lead, 400, token=None)
        self.assertEqual(self.call("GET", f"{OBJECTS}/contacts")["results"], [])

    def test_the_state_is_only_sent_when_it_is_new(self):
        deal = {"user": "11002", "properties": {"dealname": "One", "hubspot_owner_id": "11002"}}
        self.call("POST", "/_sandbox/ui/deals", deal, 201, token=None)
        state = self.call("GET", "/_sandbox/ui/state")
        self.assertEqual(state["deals"][0]["owner"], "Anna Vogel")
        sales, _ = state["pipelines"]
        self.assertEqual(state["deals"][0]["properties"]["dealstage"], sales["stages"][0]["id"])
        self.assertIn("budget_confirmed", state["criteria"])
        again = self.call("GET", f"/_sandbox/ui/state?since={state['revision']}")
        self.assertTrue(again["unchanged"])

    def test_a_deal_begins_in_the_pipeline_it_is_made_in(self):
        deal = {"user": "11002", "properties": {"dealname": "One", "pipeline": "renewals"}}
        row = self.call("POST", "/_sandbox/ui/deals", deal, 201, token=None)
        self.assertEqual(row["properties"]["dealstage"], "renewaldue")

    def test_nobody_changes_anything_without_saying_who_they_are(self):
        self.call("POST", "/_sandbox/ui/deals", {"properties": {"dealname": "One"}}, 400)
