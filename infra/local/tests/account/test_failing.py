"""Deployments to an emulated account that fail: what is said of each, and how one gets out of it."""

import argparse
import contextlib
import io
from pathlib import Path
from typing import Any
from unittest import mock

from problem import Problem
from tests.account.account_case import BUCKET, MAIL_FROM, QUIET, AccountCase
from tests.cloud_case import deploy, load

remove = load("remove")

ONE, TWO = "1" * 16, "2" * 16


class FailingTest(AccountCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.client("s3").create_bucket(Bucket=BUCKET)

    def test_one_gets_out_of_a_first_deployment_that_failed(self) -> None:
        """As if the bucket's region had not been asked for: functions cannot be made of what lies in another one."""
        self.package(ONE)
        elsewhere = "fairlead-acme-elsewhere"
        place = {"LocationConstraint": "eu-central-1"}
        self.client("s3").create_bucket(Bucket=elsewhere, CreateBucketConfiguration=place)
        said = self._fails("first", bucket=elsewhere, mail_from=MAIL_FROM, params=QUIET)
        self.assertIn("lies in eu-central-1", said)
        with mock.patch.object(deploy, "_require_region"):
            said = self._fails("first", bucket=elsewhere, mail_from=MAIL_FROM, params=QUIET)
        self.assertRegex(said, r"\(AWS::Lambda::Function\): .*PermanentRedirect")
        self.assertIn("make remove STAGE=first", said)
        self.assertIn("can only be removed", self._fails("first", mail_from=MAIL_FROM, params=QUIET))
        self.run_it(remove._remove, stage="first", yes=True)
        self.deploy("first", mail_from=MAIL_FROM, params=QUIET)
        self.assertEqual(self.parameters("first")["CodeBucket"], BUCKET)

    def test_an_update_that_failed_leaves_what_was_before(self) -> None:
        self.package(ONE)
        self.deploy("later", mail_from=MAIL_FROM, params=QUIET)
        before = self.parameters("later")
        self._spoil(TWO)
        said = self._fails("later")
        self.assertIn("runs as if nothing had been tried", said)
        self.assertEqual(self.parameters("later"), before)
        self.spoiled.stop()
        self.deploy("later")
        self.assertEqual(self.parameters("later")["DeploymentNumber"], "3")

    def _spoil(self, revision: str) -> None:
        """Packages of which one never comes to the bucket."""
        self.package(revision)
        upload = deploy.stacks.upload

        def all_but_one(s3: Any, bucket: str, prefix: str, archives: dict[str, Path]) -> None:
            upload(s3, bucket, prefix, {name: it for name, it in archives.items() if name != "notify"})

        self.spoiled = mock.patch.object(deploy.stacks, "upload", side_effect=all_but_one)
        self.spoiled.start()

    def _fails(self, stage: str, **options: str) -> str:
        usual = {"arch": "arm64", "mail_from": "", "alarm_topic": "", "public_url": "", "params": "", "replace_model": False, "yes": True}
        with contextlib.redirect_stdout(io.StringIO()), self.assertRaises(Problem) as raised:
            deploy._deploy(argparse.Namespace(stage=stage, **({"bucket": BUCKET} | usual | options)))
        return str(raised.exception)
