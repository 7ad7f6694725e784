from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase


class Search(SandboxCase):
    def setUp(self):
        super().setUp()
        for name, amount, owner in (
            ("Alpha", "5", "11001"),
            ("Beta", "40", "11002"),
            ("Gamma wide", "300", "11002"),
            ("Delta", "", ""),
        ):
            self.create("deals", {"dealname": name, "amount": amount, "hubspot_owner_id": owner})

    def found(self, *filters, expect=200, **more):
        body = {"filterGroups": [{"filters": list(filters)}] if filters else []}
        body |= {"properties": ["dealname"], "sorts": [], "limit": 100, "after": "0"} | more
        self.answer = self.call("POST", f"{OBJECTS}/deals/search", body, expect)
        return [one["properties"]["dealname"] for one in self.answer.get("results", [])]

    def test_each_operator(self):
        for operator, given, expected in (
            ("EQ", {"value": "40.0"}, ["Beta"]),
            ("NEQ", {"value": "40"}, ["Alpha", "Gamma wide"]),
            ("GT", {"value": "40"}, ["Gamma wide"]),
            ("GTE", {"value": "40"}, ["Beta", "Gamma wide"]),
            ("LT", {"value": "40"}, ["Alpha"]),
            ("LTE", {"value": "40"}, ["Alpha", "Beta"]),
            ("BETWEEN", {"value": "6", "highValue": "300"}, ["Beta", "Gamma wide"]),
            ("IN", {"values": ["5", "300"]}, ["Alpha", "Gamma wide"]),
            ("NOT_IN", {"values": ["5", "300"]}, ["Beta"]),
            ("HAS_PROPERTY", {}, ["Alpha", "Beta", "Gamma wide"]),
            ("NOT_HAS_PROPERTY", {}, ["Delta"]),
        ):
            with self.subTest(operator):
                one = {"propertyName": "amount", "operator": operator, **given}
                self.assertEqual(self.found(one), expected)

    def test_words(self):
        for value, expected in (("wide", ["Gamma wide"]), ("wid", []), ("wid*", ["Gamma wide"])):
            with self.subTest(value):
                one = {"propertyName": "dealname", "operator": "CONTAINS_TOKEN", "value": value}
                self.assertEqual(self.found(one), expected)

    def test_filters_of_a_group_all_hold_and_one_group_is_enough(self):
        owned = {"propertyName": "hubspot_owner_id", "operator": "EQ", "value": "11002"}
        large = {"propertyName": "amount", "operator": "GT", "value": "100"}
        named = {"propertyName": "dealname", "operator": "EQ", "value": "ALPHA"}
        self.assertEqual(self.found(owned, large), ["Gamma wide"])
        groups = [{"filters": [owned, large]}, {"filters": [named]}]
        self.assertEqual(self.found(filterGroups=groups), ["Alpha", "Gamma wide"])

    def test_modified_since_by_text_and_by_milliseconds(self):
        for value in ("2020-01-01T00:00:00.000Z", "1577836800000"):
            one = {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": value}
            self.assertEqual(len(self.found(one)), 4)
            self.assertEqual(self.found({**one, "operator": "LT"}), [])

    def test_the_wrong_time_of_modification_finds_nothing_and_says_nothing(self):
        one = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "0"}
        self.assertEqual(self.found(one), [])
        self.create("contacts", {"email": "a@b.example"})
        body = {"properties": [], "sorts": [], "limit": 100, "after": "0"}
        for name, total in (("lastmodifieddate", 1), ("hs_lastmodifieddate", 0)):
            body["filterGroups"] = [{"filters": [{**one, "propertyName": name}]}]
            self.assertEqual(self.call("POST", f"{OBJECTS}/contacts/search", body)["total"], total)

    def test_order_and_pages(self):
        first = self.found(sorts=["-amount"], limit=2)
        self.assertEqual((first, self.answer["total"]), (["Gamma wide", "Beta"], 4))
        after = self.answer["paging"]["next"]["after"]
        self.assertEqual(self.found(sorts=["-amount"], limit=2, after=after), ["Alpha", "Delta"])
        self.assertNotIn("paging", self.answer)

    def test_what_it_refuses(self):
        self.found({"propertyName": "nope", "operator": "EQ", "value": "1"}, expect=400)
        self.found({"propertyName": "amount", "operator": "LIKE", "value": "1"}, expect=400)
        self.found({"propertyName": "amount", "operator": "EQ"}, expect=400)
        self.found(limit=201, expect=400)
        self.found(limit=200, after="9900", expect=400)
