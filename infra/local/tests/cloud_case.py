"""What the tests of deploying to an account have in common: a bucket and a stack in memory, and packages on disk."""

import argparse
import contextlib
import importlib.util
import io
import json
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import manifest
import packages
from layout import FUNCTIONS, ROOT
from tests.fake_cloud import FakeCloudFormation, FakeS3, FakeSts


def load(name: str) -> ModuleType:
    """A program of infra/."""
    specified = importlib.util.spec_from_file_location(name, ROOT / "infra" / f"{name}.py")
    assert specified and specified.loader
    module = importlib.util.module_from_spec(specified)
    sys.modules[name] = module
    specified.loader.exec_module(module)
    return module


deploy = load("deploy")
rollback = load("rollback")
deploy_model = load("deploy_model")
set_parameters = load("set_parameters")


class CloudCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.s3 = FakeS3()
        self.cloud = FakeCloudFormation(self.s3)
        self.commit = "c" * 40
        clients = {"s3": self.s3, "cloudformation": self.cloud, "sts": FakeSts()}
        for patch in (
            mock.patch.object(packages, "distribution", return_value=self.folder),
            mock.patch.object(manifest, "checkout", side_effect=lambda: (self.commit, False)),
            mock.patch("boto3.client", side_effect=lambda service: clients[service]),
            mock.patch("time.sleep"),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def package(self, revision: str, format_: int = 5) -> None:
        for name in FUNCTIONS:
            with zipfile.ZipFile(self.folder / f"{name}.zip", "w") as out:
                out.writestr(zipfile.ZipInfo("model.artefact"), artefact(revision, format_))
        model = self.folder / "model.artefact"
        model.write_text(artefact(revision, format_), encoding="utf-8")
        manifest.write(self.folder, ROOT / "config", model, "acme")

    def run_it(self, run: Any, **options: Any) -> str:
        usual = {"stage": "dev", "bucket": "fairlead-b", "yes": True}
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            self.assertEqual(run(argparse.Namespace(**(usual | options))), 0)
        return said.getvalue()

    def deploy(self, revision: str = "", **options: Any) -> str:
        if revision:
            self.package(revision)
        usual = {"arch": "arm64", "mail_from": "a@b.example", "alarm_topic": "", "public_url": "", "params": "", "replace_model": False}
        return self.run_it(deploy._deploy, **(usual | options))

    def rollback(self, to: str = "", **options: Any) -> str:
        return self.run_it(rollback._rollback, to=to, **options)

    def number(self) -> str:
        return self.cloud.parameters["DeploymentNumber"]


def artefact(revision: str, format_: int = 5) -> str:
    """As `fairlead build` begins it."""
    return json.dumps({"format": format_, "hash": revision}) + "\nthe model"
