from sandbox_crm.pipelines_api import FIRST_ID
from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase

PIPELINES = "/crm/pipelines/2026-09/deals"
PARTNERS = {
    "label": "Partners",
    "displayOrder": 2,
    "pipelineId": "partners",
    "stages": [
        {"stageId": "agreed", "label": "Agreed", "displayOrder": 1, "metadata": {"probability": "1.0"}},
        {"stageId": "asked", "label": "Asked", "displayOrder": 0, "metadata": {"probability": "0.3"}},
    ],
}


class Pipelines(SandboxCase):
    def test_each_pipeline_is_listed_with_its_stages(self):
        listed = self.call("GET", PIPELINES)["results"]
        self.assertEqual([one["id"] for one in listed], ["default", "renewals"])
        closed = {one["id"]: one["metadata"] for one in listed[0]["stages"]}
        self.assertEqual(closed["closedwon"], {"isClosed": "true", "probability": "1.0"})
        self.assertEqual(closed["qualifiedtobuy"]["isClosed"], "false")
        self.assertEqual(self.call("GET", "/crm/v3/pipelines/deals")["results"], listed)

    def test_a_new_pipeline_takes_deals(self):
        made = self.call("POST", PIPELINES, PARTNERS, 201)
        self.assertEqual([one["id"] for one in made["stages"]], ["asked", "agreed"])
        deal = self.create("deals", {"dealname": "A", "pipeline": "partners", "dealstage": "asked"})
        read = self.call("GET", f"{OBJECTS}/deals/{deal}")
        self.assertEqual(read["properties"]["pipeline"], "partners")

    def test_a_stage_of_another_pipeline_takes_the_deal_along_unless_a_pipeline_is_named(self):
        deal = self.create("deals", {"dealname": "A", "dealstage": "renewaldue"})
        read = self.call("GET", f"{OBJECTS}/deals/{deal}")
        self.assertEqual(read["properties"]["pipeline"], "renewals")
        moved = self.patch("deals", deal, {"dealstage": "closedwon"})
        self.assertEqual(moved["properties"]["pipeline"], "default")
        given = {"pipeline": "default", "dealstage": "renewed"}
        refused = self.patch("deals", deal, given, 400)
        self.assertEqual(refused["errors"][0]["context"], {"propertyName": ["dealstage"]})

    def test_a_stage_is_added_changed_and_removed(self):
        stage = {"label": "Legal", "displayOrder": 4, "metadata": {"probability": "0.85"}}
        made = self.call("POST", f"{PIPELINES}/default/stages", stage, 201)
        path = f"{PIPELINES}/default/stages/{made['id']}"
        changed = self.call("PATCH", path, {"label": "Lawyers", "metadata": {"probability": "0.9"}})
        self.assertEqual((changed["label"], changed["metadata"]["probability"]), ("Lawyers", "0.9"))
        self.assertEqual(self.call("GET", path), changed)
        self.call("DELETE", path, expect=204)
        self.call("GET", path, expect=404)

    def test_those_made_in_the_same_moment_have_ids_of_their_own(self):
        # A clock that stands still is the shortest moment of all.
        at = self.sandbox.store.now()
        self.sandbox.store._clock = lambda: at
        stages = [{"label": label, "metadata": {"probability": "0.5"}} for label in "abc"]
        made = [self.call("POST", PIPELINES, {"label": f"{i}", "stages": stages}, 201) for i in range(3)]
        self.assertEqual(len({one["id"] for one in made}), 3)
        stage = {"label": "One more", "metadata": {"probability": "0.5"}}
        more = [self.call("POST", f"{PIPELINES}/{one['id']}/stages", stage, 201)["id"] for one in made]
        ids = more + [stage["id"] for one in made for stage in one["stages"]]
        self.assertEqual(len(set(ids)), 12)

    def test_an_id_that_somebody_chose_is_not_given_again(self):
        stages = [{"label": "One", "stageId": "x", "metadata": {"probability": "0.5"}}]
        given = {"label": "Own", "pipelineId": str(FIRST_ID), "stages": stages}
        self.call("POST", PIPELINES, given, 201)
        stages[0]["stageId"] = str(FIRST_ID + 2)
        other = self.call("POST", PIPELINES, {"label": "Other", "stages": stages}, 201)
        made = self.call("POST", f"{PIPELINES}/default/stages", stages[0] | {"stageId": None}, 201)
        self.assertNotIn(other["id"], (str(FIRST_ID), made["id"]))
        self.assertNotEqual(made["id"], str(FIRST_ID + 2))

    def test_what_is_in_use_is_not_deleted_unless_that_is_meant(self):
        self.call("POST", PIPELINES, PARTNERS, 201)
        deal = self.create("deals", {"dealname": "A", "dealstage": "asked"})
        refused = self.call("DELETE", f"{PIPELINES}/partners", expect=400)
        self.assertEqual(refused["context"]["ids"], [deal])
        self.call("DELETE", f"{PIPELINES}/partners?validateDealStageUsagesBeforeDelete=false", expect=204)
        self.call("GET", f"{PIPELINES}/partners", expect=404)

    def test_what_is_no_pipeline_is_refused(self):
        for wrong in (
            {"pipelineId": "default"},
            {"stages": []},
            {"label": ""},
            {"stages": [{"label": "One", "displayOrder": 0, "metadata": {}}]},
            {"stages": [{"label": "One", "displayOrder": 0, "metadata": {"probability": "2"}}]},
        ):
            with self.subTest(wrong):
                self.call("POST", PIPELINES, PARTNERS | wrong, 400)
        self.call("POST", "/crm/pipelines/2026-09/contacts", PARTNERS, 400)
