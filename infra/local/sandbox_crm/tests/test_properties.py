from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase

PROPERTIES = "/crm/properties/2026-09"


class Properties(SandboxCase):
    def shape(self, kind, name):
        read = self.call("GET", f"{PROPERTIES}/{kind}/{name}")
        return read["type"], read["fieldType"], read["externalOptions"], len(read["options"])

    def test_each_type_is_told(self):
        for name, expected in (
            ("dealname", ("string", "text", False, 0)),
            ("amount", ("number", "number", False, 0)),
            ("closedate", ("datetime", "date", False, 0)),
            ("budget_confirmed", ("bool", "booleancheckbox", False, 2)),
            ("dealstage", ("enumeration", "radio", True, 0)),
            ("hubspot_owner_id", ("enumeration", "select", True, 0)),
        ):
            with self.subTest(name):
                self.assertEqual(self.shape("deals", name), expected)
        self.assertEqual(self.shape("contacts", "lifecyclestage"), ("enumeration", "select", False, 8))

    def test_all_definitions_are_the_same_in_v3(self):
        listed = self.call("GET", f"{PROPERTIES}/contacts")["results"]
        self.assertIn("email", [one["name"] for one in listed])
        self.assertEqual(self.call("GET", "/crm/v3/properties/0-1")["results"], listed)

    def test_a_date_is_midnight_utc_and_a_datetime_any_instant(self):
        given = {
            "name": "contract_ends",
            "label": "Contract ends",
            "type": "date",
            "fieldType": "date",
            "groupName": "dealinformation",
        }
        made = self.call("POST", f"{PROPERTIES}/deals", given, 201)
        self.assertEqual((made["type"], made["hubspotDefined"]), ("date", False))
        deal = self.create("deals", {"dealname": "A", "contract_ends": "1767225600000"})
        read = self.call("GET", f"{OBJECTS}/deals/{deal}?properties=contract_ends")
        self.assertEqual(read["properties"]["contract_ends"], "2026-01-01")
        refused = self.patch("deals", deal, {"contract_ends": "2026-01-01T09:05:00Z"}, 400)
        self.assertEqual(refused["errors"][0]["code"], "INVALID_DATE")
        self.assertIn("9:5:0.0 UTC, not midnight!", refused["message"])

    def test_an_option_can_be_added(self):
        options = [
            {"label": "Low", "value": "low", "hidden": False, "displayOrder": 0},
            {"label": "High", "value": "high", "hidden": False, "displayOrder": 1},
        ]
        given = {
            "name": "risk",
            "label": "Risk",
            "type": "enumeration",
            "fieldType": "select",
            "groupName": "dealinformation",
            "options": options[:1],
        }
        self.call("POST", f"{PROPERTIES}/deals", given, 201)
        deal = self.create("deals", {"dealname": "A", "risk": "low"})
        refused = self.patch("deals", deal, {"risk": "high"}, 400)
        self.assertIn("high was not one of the allowed options: [low]", refused["message"])
        self.call("PATCH", f"{PROPERTIES}/deals/risk", {"options": options})
        self.patch("deals", deal, {"risk": "high"})

    def test_a_checkbox_holds_several_options(self):
        given = {
            "name": "risks",
            "label": "Risks",
            "type": "enumeration",
            "fieldType": "checkbox",
            "groupName": "dealinformation",
            "options": [
                {"label": text, "value": text, "hidden": False, "displayOrder": -1}
                for text in ("price", "timing", "scope")
            ],
        }
        self.assertEqual(
            self.call("POST", f"{PROPERTIES}/deals", given, 201)["fieldType"], "checkbox"
        )
        deal = self.create("deals", {"dealname": "A", "risks": "price;timing"})
        for written, held in (
            (None, "price;timing"),
            (";scope", "price;timing;scope"),
            (";price", "price;timing;scope"),
            ("scope", "scope"),
            ("", None),
        ):
            with self.subTest(written):
                if written is not None:
                    self.patch("deals", deal, {"risks": written})
                read = self.call("GET", f"{OBJECTS}/deals/{deal}?properties=risks")
                self.assertEqual(read["properties"].get("risks") or None, held)
        refused = self.patch("deals", deal, {"risks": "price;fate"}, 400)
        self.assertEqual(refused["errors"][0]["code"], "INVALID_OPTION")

    def test_an_archived_property_is_unknown_to_records(self):
        given = {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": "g"}
        self.call("POST", f"{PROPERTIES}/contacts", given, 201)
        self.call("DELETE", f"{PROPERTIES}/contacts/x", expect=204)
        archived = self.call("GET", f"{PROPERTIES}/contacts?archived=true")["results"]
        self.assertEqual([one["name"] for one in archived], ["x"])
        body = {"properties": {"x": "1"}, "associations": []}
        refused = self.call("POST", f"{OBJECTS}/contacts", body, 400)
        self.assertEqual(refused["errors"][0]["code"], "PROPERTY_DOESNT_EXIST")
        self.call("DELETE", f"{PROPERTIES}/contacts/email", expect=400)

    def test_many_are_read_at_once(self):
        body = {"archived": False, "dataSensitivity": "non_sensitive"}
        body["inputs"] = [{"name": "amount"}, {"name": "nope"}]
        read = self.call("POST", f"{PROPERTIES}/deals/batch/read", body, 207)
        self.assertEqual([one["name"] for one in read["results"]], ["amount"])
        self.assertEqual(read["errors"][0]["context"], {"ids": ["nope"]})

    def test_white_space_around_a_value_that_is_no_text_is_refused(self):
        deal = self.create("deals", {"dealname": " A "})
        refused = self.patch("deals", deal, {"amount": " 5"}, 400)
        self.assertEqual(refused["errors"][0]["code"], "LEADING_TRAILING_WHITESPACE")
