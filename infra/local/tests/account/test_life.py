"""The life of a stage in an emulated account: made, changed, restored, exported, removed."""

import contextlib
import io
import json
import tempfile
from pathlib import Path
from unittest import mock

import operation
from layout import ROOT
from problem import Problem
from tests.account.account_case import BUCKET, MAIL_FROM, QUIET, AccountCase
from tests.cloud_case import artefact, deploy_model, load, rollback

remove = load("remove")
export = load("export")
restore = load("restore")

ONE, TWO, THREE = "1" * 16, "2" * 16, "3" * 16


class LifeTest(AccountCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.client("s3").create_bucket(Bucket=BUCKET)

    def test_a_stage_from_its_beginning_to_its_end(self) -> None:
        self._begins()
        self._is_deployed_again()
        self._gets_a_model_alone()
        self._goes_back()
        self._is_restored()
        self._is_exported()
        self._ends()

    def _begins(self) -> None:
        self.package(ONE)
        with mock.patch("sys.stdin", io.StringIO()):
            self.assertIn("rehearsal", self.deploy("t", mail_from=MAIL_FROM, params=QUIET, yes=False))
        self.assertEqual(self.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"], [])
        said = self.deploy("t", mail_from=MAIL_FROM, params=QUIET + " LogDays=7")
        self.assertRegex(said, r"Add +Table +AWS::DynamoDB::Table")
        self.assertRegex(said, r"WebhookUrl +https://.*/webhooks/hubspot")
        self.assertEqual(self.parameters("t")["DeploymentNumber"], "1")

    def _is_deployed_again(self) -> None:
        before = self.parameters("t")
        self.assertIn("nothing would change", self.deploy("t"))
        self.assertEqual(self.parameters("t"), before)
        said = self.deploy("t", params="LogDays=90")
        self.assertIn("LogDays: 7 → 90", said)
        after = self.parameters("t")
        self.assertEqual({name for name in after if after[name] != before[name]}, {"LogDays", "DeploymentNumber"})

    def _gets_a_model_alone(self) -> None:
        built = self.folder / "built.artefact"
        built.write_text(artefact(TWO), encoding="utf-8")
        with mock.patch("build.model", return_value=built):
            self.run_it(deploy_model._deploy_model, stage="t", bucket=BUCKET, config=ROOT / "config", yes=True)
        function = self.client("lambda").get_function_configuration(FunctionName="fairlead-t-notify")
        self.assertEqual(function["Environment"]["Variables"]["MODEL"], "/opt/model.artefact")
        [layer] = function["Layers"]
        self.assertIn(":layer:fairlead-t-model:", layer["Arn"])
        self.assertEqual(function["Environment"]["Variables"]["DEPLOYMENT"], self.parameters("t")["DeploymentNumber"])

    def _goes_back(self) -> None:
        said = self.run_it(rollback._rollback, stage="t", bucket=BUCKET, to="2", yes=True)
        self.assertIn("back to deployment 2", said)
        function = self.client("lambda").get_function_configuration(FunctionName="fairlead-t-notify")
        self.assertEqual(function["Environment"]["Variables"]["MODEL"], "model.artefact")
        self.assertFalse(function.get("Layers"))

    def _is_restored(self) -> None:
        """As shared/runbooks/restore.md says: restored to a point in time beside, compared, brought back."""
        dynamodb, table = self.client("dynamodb"), self._table()
        for name, value in (("R#1", "good"), ("R#2", "good"), ("R#3", "good")):
            dynamodb.put_item(TableName=table, Item=_item(name, value))
        beside = "fairlead-restored"
        dynamodb.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=beside, UseLatestRestorableTime=True)
        dynamodb.put_item(TableName=table, Item=_item("R#1", "spoiled"))
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": "R#2"}, "sk": {"S": "record"}})
        for number in range(60):
            dynamodb.put_item(TableName=table, Item=_item(f"R#later{number}", "spoiled"))
        self._is_not_restored_while_it_works(beside)
        said = self.run_it(restore._restore, stage="t", source=beside, yes=True)
        for told in ("1  items are otherwise", "1  are gone", "60  came later"):
            self.assertIn(told, said)
        found = {it["pk"]["S"]: it["body"]["S"] for it in dynamodb.scan(TableName=table)["Items"]}
        self.assertEqual(found, {"R#1": "good", "R#2": "good", "R#3": "good"})
        self.assertIn("Nothing differs", self.run_it(restore._restore, stage="t", source=beside, yes=True))
        dynamodb.delete_table(TableName=beside)

    def _is_not_restored_while_it_works(self, beside: str) -> None:
        """Also where somebody sets it to work between the question and its answer."""
        standing = operation.describe(self.client("cloudformation"), "fairlead-t")
        running = {"StackStatus": "UPDATE_COMPLETE", "Parameters": [{"ParameterKey": "Processing", "ParameterValue": "ENABLED"}]}
        with (
            mock.patch.object(operation, "describe", side_effect=[standing, running]),
            contextlib.redirect_stdout(io.StringIO()),
            self.assertRaises(Problem) as raised,
        ):
            restore._restore(mock.Mock(stage="t", source=beside, yes=True))
        self.assertIn("are at work", str(raised.exception))

    def _is_exported(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            said = self.run_it(export._export, stage="t", bucket=BUCKET, to=folder)
            self.assertIn("personal data", said)
            lines = (Path(folder) / "table.jsonl").read_text(encoding="utf-8").splitlines()
            self.assertEqual(len(lines), 3)
            about = json.loads((Path(folder) / "about.json").read_text(encoding="utf-8"))
            self.assertEqual((about["counts"]["artefacts"], about["parameters"]["LogDays"]), (2, "90"))
            self.assertTrue((Path(folder) / "deployments" / "1.json").is_file())
            with self.assertRaises(Problem) as raised:
                export._export(mock.Mock(stage="t", bucket=BUCKET, to=folder))
            self.assertIn("not empty", str(raised.exception))

    def _ends(self) -> None:
        table = self._table()
        with mock.patch("sys.stdin", io.StringIO()):
            self.assertIn("Nothing was changed", self.run_it(remove._remove, stage="t", yes=False))
        said = self.run_it(remove._remove, stage="t", yes=True)
        self.assertIn("is removed", said)
        self.assertIn(f"delete-table --table-name {table}", said)
        self.assertEqual(len(self.client("dynamodb").scan(TableName=table)["Items"]), 3)
        with self.assertRaises(Problem) as raised:
            remove._remove(mock.Mock(stage="t", yes=True))
        self.assertIn("no stack fairlead-t", str(raised.exception))

    def _table(self) -> str:
        [found] = self.client("cloudformation").describe_stacks(StackName="fairlead-t")["Stacks"]
        return {it["OutputKey"]: it["OutputValue"] for it in found["Outputs"]}["TableName"]


def _item(pk: str, body: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": pk}, "sk": {"S": "record"}, "body": {"S": body}}
