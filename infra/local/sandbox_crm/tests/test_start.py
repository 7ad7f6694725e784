import json
import tempfile
import unittest
from pathlib import Path

from sandbox_crm.definitions import Definitions
from sandbox_crm.main import parse
from sandbox_crm.owners import load


class Start(unittest.TestCase):
    def file(self, content):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "given.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def test_the_command_line_fills_the_settings(self):
        found = parse(["--port", "8123", "--token", "t", "--rate", "7", "--app-id", "9"])
        self.assertEqual((found.port, found.token, found.rate, found.app_id), (8123, "t", 7, 9))

    def test_a_plan_sets_the_limits_that_are_not_given(self):
        found = parse(["--plan", "enterprise", "--rate", "7"])
        self.assertEqual((found.rate, found.daily), (7, 1_000_000))
        self.assertEqual((parse([]).rate, parse([]).daily), (100, 250_000))

    def test_owners_come_from_a_file(self):
        path = self.file([{"id": "5", "email": "p@q.example", "firstName": "P"}])
        self.assertEqual([(one.id, one.user_id, one.name) for one in load(path)], [("5", 9000005, "P")])
        with self.assertRaisesRegex(ValueError, "owner 0"):
            load(self.file([{"id": "x"}]))

    def test_definitions_are_added_to_the_built_in_ones(self):
        definitions = Definitions()
        stages = {"id": "default", "stages": [{"id": "one"}, {"id": "two", "label": "Two"}]}
        held = {
            "properties": {"deals": [{"name": "risk", "options": ["low", "high"]}]},
            "pipelines": {"deals": [stages]},
        }
        definitions.extend(self.file(held))
        deals = definitions.types["deals"]
        self.assertEqual(deals.properties["risk"].kind, "enumeration")
        self.assertEqual([one.label for one in deals.pipelines["default"]], ["one", "Two"])
        with self.assertRaisesRegex(ValueError, "definitions"):
            definitions.extend(self.file({"properties": {"widgets": []}}))

    def test_an_entry_that_is_none_is_named_with_what_it_lacks(self):
        pipeline = {"id": "p", "stages": [{"id": "one"}]}
        for wrong, said in (
            ([], r"the file must be an object"),
            ({"properties": {"widgets": []}}, r"properties\.widgets: there is no such type; there are contacts"),
            ({"properties": {"deals": {}}}, r"properties\.deals must be a list"),
            ({"properties": {"deals": [{"name": "a"}, {}]}}, r"properties\.deals\[1\] needs `name`"),
            ({"properties": {"deals": [{"name": "a", "kind": "x"}]}}, r"deals\[0\]: the kind 'x' of a is none of"),
            ({"pipelines": {"deals": [{"stages": []}]}}, r"pipelines\.deals\[0\] needs `id`"),
            ({"pipelines": {"deals": [pipeline, {"id": "q"}]}}, r"pipelines\.deals\[1\] needs `stages`"),
            ({"pipelines": {"deals": [{"id": "q", "stages": [{}]}]}}, r"deals\[0\]\.stages\[0\] needs `id`"),
            (
                {"pipelines": {"deals": [{"id": "q", "stages": [{"id": "a", "probability": 2}]}]}},
                r"stages\[0\]\.probability must be a number from 0 to 1",
            ),
        ):
            with self.subTest(wrong), self.assertRaisesRegex(ValueError, "of properties and pipelines: .*" + said):
                Definitions().extend(self.file(wrong))
