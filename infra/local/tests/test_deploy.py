"""The deployment tells the CRM's webhook address by the model that is in the packages."""

import argparse
import importlib.util
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import packages
from layout import ROOT
from problem import Problem

_SPECIFIED = importlib.util.spec_from_file_location("deploy", ROOT / "infra" / "deploy.py")
assert _SPECIFIED and _SPECIFIED.loader
deploy = importlib.util.module_from_spec(_SPECIFIED)
_SPECIFIED.loader.exec_module(deploy)


class DeployTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        patch = mock.patch.object(packages, "distribution", return_value=self.folder)
        patch.start()
        self.addCleanup(patch.stop)

    def test_the_source_is_that_of_the_packages(self) -> None:
        (self.folder / packages.CRM_SOURCE).write_text("acme\n", encoding="utf-8")
        given = argparse.Namespace(
            stage="dev", bucket="b", arch="arm64", mail_from="a@b.example", alarm_topic="", public_url="https://x.example/"
        )
        parameters = deploy._parameters(given, "prefix", deploy._crm_source("arm64"))
        self.assertEqual(parameters["CrmSource"], "acme")

    def test_packages_of_an_earlier_kind_are_to_be_made_again(self) -> None:
        with self.assertRaises(Problem) as raised:
            deploy._crm_source("arm64")
        self.assertIn("make package ARCH=arm64", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
