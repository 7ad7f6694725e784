"""What the sandbox CRM is given for a model that is not the example's."""

import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import crm_set_up
from sandbox_crm.definitions import Definitions
from sandbox_crm.owners import load


def needs(**parts: object) -> dict[str, object]:
    return {"properties": [], "pipelines": [], "owners": []} | parts


def needed(name: str, holds: str, options: tuple[str, ...] = (), object_: str = "deals", unique: bool = False) -> dict[str, object]:
    return {"object": object_, "name": name, "holds": holds, "options": list(options), "unique": unique, "field": "x.y"}


class SetUpTest(unittest.TestCase):
    def taken(self, given: dict[str, object]) -> Definitions:
        """The sandbox with what is lacking, read as it reads the file."""
        definitions = Definitions()
        with TemporaryDirectory() as folder:
            path = Path(folder) / "definitions.json"
            path.write_text(json.dumps(crm_set_up.lacking(given)), encoding="utf-8")
            definitions.extend(path)
        return definitions

    def test_what_is_not_there_is_made_as_the_model_says(self) -> None:
        listed = [
            needed("discount_amount", "number"),
            needed("follows", "single-line text", unique=True),
            needed("signed_on", "date picker"),
            needed("helper", "HubSpot user"),
            needed("tier", "dropdown", ("named", "standard"), "companies"),
        ]
        types = self.taken(needs(properties=listed)).types
        made = types["deals"].properties
        self.assertEqual([made[name].kind for name in ("discount_amount", "follows", "signed_on", "helper")], ["number", "string", "date", "owner"])
        self.assertTrue(made["follows"].unique)
        self.assertEqual(types["companies"].properties["tier"].options, ("named", "standard"))

    def test_what_is_there_stays_as_it_is(self) -> None:
        before = Definitions().types["deals"].properties
        listed = [needed("amount", "number"), needed("dealstage", "dropdown", ("contractsent", "closedwon"))]
        self.assertEqual(crm_set_up.lacking(needs(properties=listed)), {"properties": {}, "pipelines": {}})
        # The model may be mistaken about it: the CRM does not change because of that.
        after = self.taken(needs(properties=[needed("closedate", "number")])).types["deals"].properties
        self.assertEqual(before, after)

    def test_an_option_that_a_list_lacks_comes_to_those_it_has(self) -> None:
        chosen = next((kind.name, one) for kind in Definitions().types.values() for one in kind.properties.values() if one.options)
        kind, there = chosen
        made = self.taken(needs(properties=[needed(there.name, "dropdown", ("quite_new",), kind)])).types[kind]
        self.assertEqual(made.properties[there.name].options, (*there.options, "quite_new"))

    def test_a_pipeline_is_made_and_a_stage_comes_before_the_ends(self) -> None:
        stages = [{"id": "onboarding", "label": "Onboarding"}, {"id": "adoption", "label": "Adoption"}]
        made = self.taken(needs(pipelines=[{"object": "deals", "id": "customers", "stages": stages}])).types["deals"]
        self.assertEqual([one.id for one in made.pipelines["customers"].stages], ["onboarding", "adoption"])
        more = [{"id": "pilot", "label": "Pilot"}, {"id": "closedwon", "label": "Won"}]
        made = self.taken(needs(pipelines=[{"object": "deals", "id": "default", "stages": more}])).types["deals"]
        self.assertEqual([one.id for one in made.pipelines["default"].stages][-3:], ["pilot", "closedwon", "closedlost"])

    def test_people_of_the_model_own_records_beside_those_of_the_example(self) -> None:
        given = [
            {"id": "7", "name": "Ada Lo", "email": "ada@else.example"},
            {"id": "11002", "name": "Zoe", "email": "zoe@else.example"},
            {"id": "user-9", "name": "No Number", "email": "no@else.example"},
        ]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "owners.json"
            path.write_text(json.dumps(crm_set_up.owners(needs(owners=given))), encoding="utf-8")
            directory = load(path)
        self.assertEqual([directory.get(id_).name for id_ in ("7", "11002", "11003")], ["Ada Lo", "Zoe", "Ben Huber"])
        self.assertIsNone(directory.get("user-9"))


if __name__ == "__main__":
    unittest.main()
