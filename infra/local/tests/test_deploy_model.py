"""A changed model goes to an account without new packages, and only where the functions there can read it."""

import io
import zipfile
from pathlib import Path
from unittest import mock

from layout import ROOT
from problem import Problem
from tests.cloud_case import CloudCase, artefact, deploy, deploy_model

ONE, TWO, THREE = "1" * 16, "2" * 16, "3" * 16


class DeployModelTest(CloudCase):
    def alone(self, revision: str, format_: int = 5) -> str:
        built = self.folder / "built.artefact"
        built.write_text(artefact(revision, format_), encoding="utf-8")
        with mock.patch("build.model", return_value=built):
            return self.run_it(deploy_model._deploy_model, config=ROOT / "config")

    def test_only_the_model_changes(self) -> None:
        self.deploy(ONE)
        before = dict(self.cloud.parameters)
        said = self.alone(TWO)
        after = self.cloud.parameters
        differ = {name for name in after if after[name] != before.get(name)}
        self.assertEqual(differ, {"DeploymentNumber", "ModelKey", "CrmSource"})
        self.assertEqual((after["ModelKey"], self.number()), (f"fairlead/dev/models/{TWO}.zip", "2"))
        self.assertIn("uploading the model", said)
        with zipfile.ZipFile(io.BytesIO(self.s3.objects[after["ModelKey"]])) as layer:
            self.assertEqual(layer.namelist(), ["model.artefact"])
        self.assertIn(f"fairlead/artefacts/{TWO}", self.s3.objects)
        self.assertIn("the model alone", self.rollback())

    def test_the_same_again_changes_nothing(self) -> None:
        self.deploy(ONE)
        self.alone(TWO)
        self.assertIn("nothing would change", self.alone(TWO))
        self.assertEqual(self.number(), "2")

    def test_packages_bring_their_own_model_back(self) -> None:
        self.deploy(ONE)
        self.alone(TWO)
        self._refused(lambda: self.deploy(THREE), f"Revision {TWO} of the model was deployed alone")
        self._refused(lambda: self.deploy(THREE), "REPLACE_MODEL=1")
        self.assertEqual(self.number(), "2")
        self.deploy(THREE, replace_model=True)
        self.assertEqual(self.cloud.parameters["ModelKey"], "")

    def test_packages_that_bring_the_model_that_stands_alone_take_its_layer_away(self) -> None:
        self.deploy(ONE)
        self.alone(TWO)
        self.deploy(TWO)
        self.assertEqual(self.cloud.parameters["ModelKey"], "")

    def test_a_rollback_brings_a_model_that_came_alone_back(self) -> None:
        self.deploy(ONE)
        self.alone(TWO)
        self.alone(THREE)
        self.rollback(TWO)
        self.assertEqual(self.cloud.parameters["ModelKey"], f"fairlead/dev/models/{TWO}.zip")
        self.rollback("1")
        self.assertEqual(self.cloud.parameters["ModelKey"], "")

    def test_a_rollback_says_that_its_model_is_gone(self) -> None:
        self.deploy(ONE)
        self.alone(TWO)
        self.alone(THREE)
        del self.s3.objects[f"fairlead/dev/models/{TWO}.zip"]
        self._refused(lambda: self.rollback(TWO), "its model")

    def test_functions_that_could_not_read_it_are_not_given_it(self) -> None:
        self.deploy(ONE)
        self._refused(lambda: self.alone(TWO, format_=6), "read models of format 5; this one is of format 6")
        self.assertEqual(self.number(), "1")

    def test_what_cannot_be_compared_is_not_deployed(self) -> None:
        self.deploy(ONE)
        del self.s3.objects[f"fairlead/artefacts/{ONE}"]
        self._refused(lambda: self.alone(TWO), "make package")

    def test_a_stack_comes_first(self) -> None:
        self._refused(lambda: self.alone(TWO), "does not stand yet")

    def test_a_deployment_from_before_layers_is_said(self) -> None:
        old = Path(self.folder / "template.yaml")
        text = deploy.stacks.TEMPLATE.read_text(encoding="utf-8")
        old.write_text(text.replace("  ModelKey:\n", "  Unused:\n"), encoding="utf-8")
        with mock.patch.object(deploy.stacks, "TEMPLATE", old), mock.patch.object(deploy, "_given", _without_model):
            self.deploy(ONE)
        self._refused(lambda: self.alone(TWO), "before a model could go alone")

    def _refused(self, run: object, told: str) -> None:
        assert callable(run)
        with self.assertRaises(Problem) as raised:
            run()
        self.assertIn(told, str(raised.exception))


def _without_model(arguments: object, arch: str, prefix: str, crm: str) -> dict[str, str]:
    return {"Stage": "dev", "CodeBucket": "fairlead-b", "CodePrefix": prefix, "MailFrom": "a@b.example", "CrmSource": crm}
