"""An emulated account, empty at first, and packages whose functions do nothing: what is tested is how they get there."""

import argparse
import contextlib
import io
import os
import tempfile
import unittest
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

import emulator
import manifest
import operation
import packages
import ports
from emulator import Emulator
from layout import FUNCTIONS, ROOT, Layout
from problem import Problem
from tests.cloud_case import artefact, deploy

BUCKET = "fairlead-acme"
MAIL_FROM = "fairlead@acme.example"
# The emulator has no archives; and no function here could do anything.
QUIET = "ArchiveDays=0 TickState=DISABLED Processing=DISABLED"


class AccountCase(unittest.TestCase):
    """One emulator for all tests of a class."""

    emulator: Emulator
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        held = tempfile.TemporaryDirectory()
        cls.addClassCleanup(held.cleanup)
        cls.folder = Path(held.name)
        layout = Layout(cls.folder / "stack")
        layout.kept.mkdir(parents=True)
        cls.emulator = Emulator(layout, ports.choose().emulator, enforce_permissions=False)
        cls.addClassCleanup(cls.emulator.stop)
        cls.emulator.wait()
        dist = cls.folder / "dist"
        dist.mkdir()
        environment = {
            "AWS_ENDPOINT_URL": cls.emulator.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": emulator.REGION,
            "AWS_REGION": emulator.REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }
        for patch in (
            mock.patch.dict(os.environ, environment),
            mock.patch.object(packages, "distribution", return_value=dist),
            mock.patch.object(manifest, "checkout", return_value=("c" * 40, False)),
            mock.patch.object(operation, "POLL_SECONDS", 0.2),
        ):
            patch.start()
            cls.addClassCleanup(patch.stop)

    @classmethod
    def client(cls, service: str) -> Any:
        return cls.emulator.client(service)

    @classmethod
    def package(cls, revision: str) -> None:
        folder = packages.distribution("arm64")
        model = folder / "model.artefact"
        model.write_text(artefact(revision), encoding="utf-8")
        for name in FUNCTIONS:
            with zipfile.ZipFile(folder / f"{name}.zip", "w") as out:
                out.writestr(zipfile.ZipInfo("bootstrap"), "#!/bin/sh\nexit 1\n")
                out.writestr(zipfile.ZipInfo("model.artefact"), artefact(revision))
        manifest.write(folder, ROOT / "config", model, "hubspot")

    def run_it(self, run: Any, **options: Any) -> str:
        """What a program says that ends well."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            try:
                code = run(argparse.Namespace(**options))
            except Problem as problem:
                self.fail(f"{said.getvalue()}\n{problem}")
        self.assertEqual(code, 0, said.getvalue())
        return said.getvalue()

    def deploy(self, stage: str, **options: Any) -> str:
        usual = {"arch": "arm64", "mail_from": "", "alarm_topic": "", "public_url": "", "params": "", "replace_model": False, "yes": True}
        return self.run_it(deploy._deploy, stage=stage, bucket=BUCKET, **(usual | options))

    def parameters(self, stage: str) -> dict[str, str]:
        [found] = self.client("cloudformation").describe_stacks(StackName=f"fairlead-{stage}")["Stacks"]
        return {it["ParameterKey"]: it["ParameterValue"] for it in found["Parameters"]}
