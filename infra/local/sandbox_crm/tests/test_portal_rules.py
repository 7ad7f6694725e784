from sandbox_crm.tests.sandbox_case import OBJECTS, TOKEN, SandboxCase

RULES = "/_sandbox/rules"
PIPELINE = "/crm/pipelines/2026-09/deals/default"
EVERYWHERE = {"enabledForAllStages": True, "pipelineStageIds": []}
NOWHERE = {"enabledForAllStages": False, "pipelineStageIds": []}


def movement(back=NOWHERE, skip=NOWHERE, create=()):
    return {
        "noBackwardsMovementRule": back,
        "noSkippingStagesRule": skip,
        "objectCreationRule": {"pipelineStageIds": list(create)},
    }


class Required(SandboxCase):
    def test_a_required_property_is_named_with_its_code(self):
        self.call("PUT", RULES, {"required": {"contacts": ["jobtitle", "company"]}})
        body = {"properties": {"email": "a@b.example"}, "associations": []}
        refused = self.call("POST", f"{OBJECTS}/contacts", body, 400)
        self.assertEqual((refused["status"], refused["category"]), ("error", "VALIDATION_ERROR"))
        self.assertEqual(refused["context"], {"properties": ["jobtitle", "company"]})
        (first, _) = refused["errors"]
        self.assertEqual(first["code"], "MISSING_REQUIRED_PROPERTY")
        self.assertEqual(first["context"], {"propertyName": ["jobtitle"]})
        self.assertEqual(self.call("GET", f"{OBJECTS}/contacts")["results"], [])

    def test_it_is_not_cleared_but_other_changes_pass(self):
        record = self.create("contacts", {"email": "a@b.example"})
        self.call("PUT", RULES, {"required": {"contacts": ["email"]}})
        self.patch("contacts", record, {"email": ""}, 400)
        self.patch("contacts", record, {"firstname": "A"})

    def test_a_stage_can_require_properties(self):
        deal = self.create("deals", {"dealname": "A", "dealstage": "appointmentscheduled"})
        self.call("PUT", RULES, {"requiredInStage": {"deals": {"contractsent": ["amount"]}}})
        refused = self.patch("deals", deal, {"dealstage": "contractsent"}, 400)
        self.assertEqual(refused["errors"][0]["context"], {"propertyName": ["amount"]})
        self.patch("deals", deal, {"dealstage": "contractsent", "amount": "5"})
        self.patch("deals", deal, {"amount": ""}, 400)
        self.patch("deals", deal, {"dealname": "B"})

    def test_a_property_that_was_archived_is_demanded_no_more(self):
        given = {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": "g"}
        self.call("POST", "/crm/properties/2026-09/deals", given, 201)
        demanded = {"required": {"deals": ["x"]}, "requiredInStage": {"deals": {"closedwon": ["x", "amount"]}}}
        self.call("PUT", RULES, demanded)
        self.call("DELETE", "/crm/properties/2026-09/deals/x", expect=204)
        self.create("deals", {"dealname": "A"})
        shown = self.call("GET", RULES)
        self.assertEqual(shown["requiredInStage"], {"deals": {"closedwon": ["amount"]}})
        self.assertEqual(self.call("PUT", RULES, shown), shown)

    def test_rules_that_cannot_be_change_nothing(self):
        self.call("PUT", RULES, {"required": {"contacts": ["email"]}})
        for wrong in (
            {"required": {"contacts": ["nope"]}},
            {"required": {"widgets": []}},
            {"pipelines": {"deals": {"nope": {}}}},
            {"pipelines": {"deals": {"default": {"governanceValidationRules": movement(create=["nope"])}}}},
            {"else": 1},
        ):
            with self.subTest(wrong):
                self.call("PUT", RULES, wrong, 400)
        self.assertEqual(self.call("GET", RULES)["required"], {"contacts": ["email"]})
        self.call("DELETE", RULES, expect=204)
        self.assertEqual(self.call("GET", RULES)["required"], {})


class PipelineRules(SandboxCase):
    def setUp(self):
        super().setUp()
        self.deal = self.create("deals", {"dealname": "A", "dealstage": "qualifiedtobuy"})

    def put(self, **rules):
        self.call("PUT", RULES, {"pipelines": {"deals": {"default": rules}}})

    def move(self, stage, expect=200, user="11002"):
        body = {"user": user, "type": "deals", "id": self.deal, "properties": {"dealstage": stage}}
        return self.call("POST", "/_sandbox/ui/change", body, expect, token=None)

    def test_no_stage_is_skipped(self):
        self.put(governanceValidationRules=movement(skip=EVERYWHERE))
        refused = self.move("contractsent", 400)
        self.assertEqual(refused["errors"][0]["code"], "SKIPPING_STAGES_NOT_ALLOWED")
        self.assertEqual(refused["errors"][0]["context"], {"propertyName": ["dealstage"]})
        self.move("presentationscheduled")
        self.move("closedlost")

    def test_no_way_back(self):
        back = {"enabledForAllStages": False, "pipelineStageIds": ["qualifiedtobuy"]}
        self.put(governanceValidationRules=movement(back=back))
        self.assertEqual(
            self.move("appointmentscheduled", 400)["errors"][0]["code"], "BACKWARDS_MOVEMENT_NOT_ALLOWED"
        )
        self.move("contractsent")
        self.move("presentationscheduled")

    def test_only_some_may_edit_in_a_stage(self):
        stage = {"pipelineStageId": "closedwon", "permissionMode": "RESTRICTED", "userIds": ["9011000"]}
        self.put(stages=[stage])
        self.assertEqual(self.move("closedwon", 400)["errors"][0]["code"], "STAGE_EDIT_NOT_ALLOWED")
        self.move("closedwon", user="11000")
        self.move("contractsent", 400)

    def test_a_deal_begins_where_it_may(self):
        self.put(governanceValidationRules=movement(create=["qualifiedtobuy"]))
        deal = {"user": "11002", "properties": {"dealname": "B"}}
        refused = self.call("POST", "/_sandbox/ui/deals", deal, 400, token=None)
        self.assertEqual(refused["errors"][0]["code"], "STAGE_NOT_ALLOWED_AT_CREATION")
        deal["properties"]["dealstage"] = "qualifiedtobuy"
        self.call("POST", "/_sandbox/ui/deals", deal, 201, token=None)

    def test_an_app_passes_unless_it_acts_for_a_user(self):
        self.put(governanceValidationRules=movement(skip=EVERYWHERE))
        self.patch("deals", self.deal, {"dealstage": "contractsent"})
        self.patch("deals", self.deal, {"dealstage": "qualifiedtobuy"})
        self.call("PUT", "/_sandbox/tokens", {"token": TOKEN, "user": 9011002})
        refused = self.patch("deals", self.deal, {"dealstage": "contractsent"}, 400)
        self.assertEqual(refused["category"], "VALIDATION_ERROR")

    def test_what_names_a_stage_ends_with_the_stage(self):
        named = {"enabledForAllStages": False, "pipelineStageIds": ["contractsent", "closedwon"]}
        editors = {"permissionMode": "RESTRICTED", "userIds": ["9011000"]}
        rules = {
            "requiredInStage": {"deals": {"contractsent": ["amount"], "closedwon": ["amount"]}},
            "pipelines": {
                "deals": {
                    "default": {
                        "governanceValidationRules": movement(named, named, ["contractsent", "closedwon"]),
                        "stages": [
                            editors | {"pipelineStageId": "contractsent"},
                            editors | {"pipelineStageId": "closedwon"},
                        ],
                    }
                }
            },
        }
        for how in ("DELETE", "PUT"):
            with self.subTest(how):
                self.call("PUT", RULES, rules)
                self.drop("contractsent" if how == "DELETE" else "closedwon", how)
                shown = self.call("GET", RULES)
                left = "closedwon" if how == "DELETE" else "contractsent"
                self.assertEqual(shown["requiredInStage"], {"deals": {left: ["amount"]}})
                held = shown["pipelines"]["deals"]["default"]["governanceValidationRules"]
                only = named | {"pipelineStageIds": [left]}
                self.assertEqual(held, movement(only, only, [left]))
                self.assertEqual(self.call("PUT", RULES, shown), shown)
                stage = {"stageId": "contractsent", "label": "Back", "metadata": {"probability": "0.9"}}
                if how == "DELETE":
                    self.call("POST", f"{PIPELINE}/stages", stage, 201)

    def drop(self, stage, how):
        if how == "DELETE":
            self.call("DELETE", f"{PIPELINE}/stages/{stage}", expect=204)
            return
        held = self.call("GET", PIPELINE)
        stages = [one | {"stageId": one["id"]} for one in held["stages"] if one["id"] != stage]
        self.call("PUT", PIPELINE, {"label": "Sales", "stages": stages})

    def test_a_stage_that_comes_back_is_not_bound_by_the_rules_of_the_old_one(self):
        stages = {"stages": [{"stageId": "asked", "label": "A", "metadata": {"probability": "0.3"}}]}
        self.call("POST", PIPELINE.rpartition("/")[0], {"label": "P", "pipelineId": "p"} | stages, 201)
        self.call("PUT", RULES, {"requiredInStage": {"deals": {"asked": ["amount"]}}})
        self.call("DELETE", PIPELINE.replace("default", "p"), expect=204)
        self.assertEqual(self.call("GET", RULES)["requiredInStage"], {"deals": {}})

    def test_they_are_read_and_set_by_the_api_too(self):
        path = "/crm/pipelines-rules/2026-09-beta/0-3/default"
        told = self.call("PUT", path, {"governanceValidationRules": movement(skip=EVERYWHERE)})
        self.assertEqual(told["governanceValidationRules"]["noSkippingStagesRule"], EVERYWHERE)
        self.move("contractsent", 400)
        stage = {"pipelineStageId": "closedwon", "permissionMode": "RESTRICTED"}
        stage |= {"superAdmin": False, "teamIds": [], "userIds": ["9011000"]}
        told = self.call("PUT", f"{path}/stage-edit-permissions", {"stages": [stage]})
        modes = {one["pipelineStageId"]: one["permissionMode"] for one in told["stages"]}
        self.assertEqual((modes["closedwon"], modes["closedlost"]), ("RESTRICTED", "OPEN"))
        self.assertEqual(self.call("GET", f"{path}/stage-edit-permissions"), told)
        self.call("DELETE", path, expect=204)
        self.move("closedwon")
