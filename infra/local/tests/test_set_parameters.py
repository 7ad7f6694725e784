"""A parameter is changed without anything else: neither other packages nor another model nor another template."""

import io
from pathlib import Path
from unittest import mock

from layout import ROOT
from problem import Problem
from tests.cloud_case import CloudCase, artefact, deploy, deploy_model, set_parameters

ONE, TWO = "1" * 16, "2" * 16


class SetParametersTest(CloudCase):
    def set(self, params: str, **options: object) -> str:
        return self.run_it(set_parameters._set_parameters, params=params, **options)

    def test_only_what_is_given_changes_whatever_stands_in_the_folders(self) -> None:
        self.deploy(ONE, params="LogDays=7")
        built = self.folder / "built.artefact"
        built.write_text(artefact(TWO), encoding="utf-8")
        with mock.patch("build.model", return_value=built):
            self.run_it(deploy_model._deploy_model, config=ROOT / "config")
        before, template = dict(self.cloud.parameters), self.cloud.standing["Template"]
        # Other packages, another commit and another template lie here by now.
        self.package("3" * 16)
        self.commit = "d" * 40
        another = Path(self.folder / "template.yaml")
        another.write_text("Parameters: {}\n", encoding="utf-8")
        with mock.patch.object(deploy.stacks, "TEMPLATE", another):
            said = self.set("Processing=DISABLED TickState=DISABLED")
        after = self.cloud.parameters
        differ = {name for name in after if after[name] != before.get(name)}
        self.assertEqual(differ, {"DeploymentNumber", "Processing", "TickState"})
        self.assertEqual((after["ModelKey"], after["LogDays"]), (f"fairlead/dev/models/{TWO}.zip", "7"))
        self.assertEqual(self.cloud.standing["Template"], template)
        self.assertIn("commit cccccccccccc", said)
        self.assertIn("nothing would change", self.set("Processing=DISABLED"))

    def test_it_can_be_gone_back_to(self) -> None:
        self.deploy(ONE)
        self.set("ApiRate=50")
        self.set("ApiRate=60")
        self.rollback("2")
        self.assertEqual(self.cloud.parameters["ApiRate"], "50")

    def test_after_the_clouds_own_rollback_it_is_the_standing_one(self) -> None:
        self.deploy(ONE)
        prefix = self.cloud.parameters["CodePrefix"]
        self.cloud.fails = "UPDATE_ROLLBACK_COMPLETE"
        with self.assertRaises(Problem):
            self.deploy(TWO)
        self.cloud.fails = ""
        self.set("Processing=DISABLED")
        self.assertEqual((self.cloud.parameters["CodePrefix"], self.number()), (prefix, "3"))

    def test_what_cannot_be_set_is_said(self) -> None:
        self._refused("Processing=DISABLED", "does not stand yet")
        self.deploy(ONE)
        self._refused("", "PARAMS is not given")
        self._refused("ModelKey=", "ModelKey comes with packages or a model")
        self._refused("Colour=red", "no parameter Colour")
        self.assertEqual(self.number(), "1")

    def test_account_and_region_are_named_before_the_question(self) -> None:
        self.deploy(ONE)
        with mock.patch("sys.stdin", io.StringIO()):
            said = self.set("Processing=DISABLED", yes=False)
        self.assertLess(said.index("In account 123456789012, region eu-central-1"), said.index("rehearsal"))

    def _refused(self, params: str, told: str) -> None:
        with self.assertRaises(Problem) as raised:
            self.set(params)
        self.assertIn(told, str(raised.exception))
