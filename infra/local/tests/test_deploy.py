"""What `make deploy` says of parameters, of packages, and of how an operation ended."""

import io
import os
import zipfile
from unittest import mock

import manifest
import operation
import plan
from problem import Problem
from tests.cloud_case import CloudCase, artefact, deploy

ONE, TWO = "1" * 16, "2" * 16


class ParametersTest(CloudCase):
    def test_the_source_is_that_of_the_packages(self) -> None:
        self.deploy(ONE)
        self.assertEqual(self.cloud.parameters["CrmSource"], "acme")

    def test_what_is_not_given_stays_as_it_is(self) -> None:
        self.deploy(ONE, mail_from="old@b.example", public_url="https://x.example/", params="LogDays=90 ArchiveDays=0")
        self.deploy(TWO, mail_from="")
        stands = self.cloud.parameters
        kept = {name: stands[name] for name in ("MailFrom", "PublicUrl", "LogDays", "ArchiveDays")}
        wanted = {"MailFrom": "old@b.example", "PublicUrl": "https://x.example", "LogDays": "90", "ArchiveDays": "0"}
        self.assertEqual(kept, wanted)
        previous = {it["ParameterKey"] for it in self.cloud.asked[-1]["Parameters"] if it.get("UsePreviousValue")}
        self.assertEqual(previous, set(wanted))

    def test_a_second_deployment_without_parameters_changes_nothing(self) -> None:
        self.deploy(ONE, alarm_topic="arn:topic", params="Tracing=Active")
        before = dict(self.cloud.parameters)
        said = self.deploy(mail_from="")
        self.assertIn("nothing would change", said)
        self.assertEqual(self.cloud.parameters, before)

    def test_one_can_be_emptied_and_the_change_is_shown(self) -> None:
        self.deploy(ONE, alarm_topic="arn:topic")
        said = self.deploy(params="AlarmTopic=")
        self.assertIn("AlarmTopic: arn:topic → (empty)", said)
        self.assertEqual(self.cloud.parameters["AlarmTopic"], "")

    def test_what_the_template_does_not_know_is_said(self) -> None:
        for params, told in (("Colour=red", "no parameter Colour"), ("LogDays", "no Name=value"), ("DeploymentNumber=7", "counted")):
            self.package(ONE)
            with self.assertRaises(Problem) as raised:
                self.deploy(params=params)
            self.assertIn(told, str(raised.exception))

    def test_the_first_deployment_needs_a_sender(self) -> None:
        self.package(ONE)
        with self.assertRaises(Problem) as raised:
            self.deploy(mail_from="")
        self.assertIn("MAIL_FROM", str(raised.exception))

    def test_a_bucket_of_another_region_is_refused_before_anything_is_made(self) -> None:
        self.s3.region = "eu-west-1"
        self.package(ONE)
        with self.assertRaises(Problem) as raised:
            self.deploy()
        self.assertIn("lies in eu-west-1, and the stack would stand in eu-central-1", str(raised.exception))
        self.assertEqual(self.cloud.asked, [])

    def test_a_bucket_that_whoever_deploys_may_not_use_is_refused_at_once(self) -> None:
        with self.assertRaises(Problem) as raised:
            self.deploy(ONE, bucket="acme-fairlead")
        self.assertIn("BUCKET=fairlead-acme-packages", str(raised.exception))
        self.assertEqual(self.cloud.asked, [])

    def test_the_architecture_is_that_of_the_stack(self) -> None:
        self.deploy(ONE, arch="x86_64")
        self.deploy(TWO, arch="")
        self.assertEqual(self.cloud.parameters["Architecture"], "x86_64")
        self.deploy(TWO, arch="arm64")
        self.assertEqual(self.cloud.parameters["Architecture"], "arm64")

    def test_the_region_is_the_one_that_the_clouds_command_line_reads(self) -> None:
        with mock.patch.dict("os.environ", {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}):
            self.assertEqual(deploy.told(lambda: int(os.environ["AWS_DEFAULT_REGION"] != "eu-west-1")), 0)

    def test_whoever_does_not_agree_to_the_first_leaves_no_name_behind(self) -> None:
        with mock.patch("sys.stdin", io.StringIO()):
            self.assertIn("Nothing was changed", self.deploy(ONE, yes=False))
        self.assertEqual(self.cloud.status, "")


class PackagesTest(CloudCase):
    def test_packages_of_an_earlier_kind_are_to_be_made_again(self) -> None:
        self.package(ONE)
        (self.folder / manifest.NAME).unlink()
        self._refused("do not say what they were made of")

    def test_packages_of_another_commit_are_refused(self) -> None:
        self.package(ONE)
        self.commit = "d" * 40
        self._refused("commit cccccccccccc, and this is commit dddddddddddd")

    def test_packages_of_another_model_are_refused(self) -> None:
        self.package(ONE)
        with mock.patch.object(manifest, "digest_of_folder", return_value="another"):
            self._refused("The model in config is another")

    def test_a_package_that_was_exchanged_is_refused(self) -> None:
        self.package(ONE)
        with zipfile.ZipFile(self.folder / "notify.zip", "w") as out:
            out.writestr("model.artefact", artefact(TWO))
        self._refused("made together with the others: notify")

    def test_the_list_says_of_which_commit_each_was(self) -> None:
        self.deploy(ONE)
        self.assertIn(f"1  {ONE}", self.rollback())
        self.assertIn("cccccccccccc", self.rollback())

    def _refused(self, told: str) -> None:
        with self.assertRaises(Problem) as raised:
            self.deploy()
        self.assertIn(told, str(raised.exception))
        self.assertIn("make package ARCH=arm64", str(raised.exception))
        self.assertEqual(self.cloud.asked, [])


class EndingsTest(CloudCase):
    def test_each_end_says_what_it_means_and_what_to_do(self) -> None:
        for fails, told in (
            ("UPDATE_ROLLBACK_COMPLETE", "runs as if nothing had been tried"),
            ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name fairlead-dev"),
        ):
            with self.subTest(fails):
                self.cloud.status, self.cloud.fails = "", ""
                self.cloud.standing = None
                self.deploy(ONE)
                self.cloud.fails = fails
                self._fails_with(told)
        self.assertIn("cannot be deployed to (UPDATE_ROLLBACK_FAILED)", self._refusal())

    def test_a_first_deployment_that_failed_is_to_be_removed(self) -> None:
        self.cloud.fails = "ROLLBACK_COMPLETE"
        self._fails_with("make remove STAGE=dev")
        self.assertIn("make remove STAGE=dev", self._refusal())

    def test_a_stack_that_is_known_by_its_id_is_called_by_its_name(self) -> None:
        _, fix = operation.explained("arn:aws:cloudformation:eu-central-1:1:stack/fairlead-dev/0a", "DELETE_FAILED")
        self.assertIn("make remove STAGE=dev`", fix)

    def test_another_operation_is_waited_for(self) -> None:
        self.cloud.status = "UPDATE_IN_PROGRESS"
        self.assertIn("at this moment", self._refusal())

    def test_a_name_without_a_stack_is_no_hindrance(self) -> None:
        self.cloud.status = "REVIEW_IN_PROGRESS"
        self.deploy(ONE)
        self.assertEqual(self.number(), "1")

    def _fails_with(self, told: str) -> None:
        with self.assertRaises(Problem) as raised:
            self.deploy(TWO)
        self.assertIn(told, str(raised.exception))
        self.assertIn("Notify (AWS::Lambda::Function): it is full", str(raised.exception))

    def _refusal(self) -> str:
        self.package(ONE)
        with self.assertRaises(Problem) as raised:
            self.deploy()
        return str(raised.exception)


class PlanTest(CloudCase):
    def test_functions_that_only_get_another_number_are_one_line(self) -> None:
        environment = [{"Target": {"Name": "Environment"}}]
        changes = [_change(name, "AWS::Lambda::Function", environment) for name in ("Notify", "CrmSync")]
        changes.append(_change("Table", "AWS::DynamoDB::Table", [{"Target": {"Name": "KeySchema"}}], Replacement="True"))
        cloud = mock.Mock()
        cloud.describe_change_set.return_value = {"Changes": changes}
        lines = plan.shown(cloud, "s", "p")
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r"Modify +Table +AWS::DynamoDB::Table +\(replaced\) +KeySchema")
        self.assertIn("2 functions", lines[1])

    def test_parameters_are_read_with_their_defaults(self) -> None:
        found = plan.parameters_of(deploy.stacks.TEMPLATE.read_text(encoding="utf-8"))
        self.assertIsNone(found["CodeBucket"])
        self.assertEqual((found["ModelKey"], found["Tracing"]), ("", "Disabled"))


def _change(name: str, kind: str, details: list[dict[str, object]], **more: str) -> dict[str, object]:
    told = {"Action": "Modify", "LogicalResourceId": name, "ResourceType": kind, "Details": details, **more}
    return {"ResourceChange": told}
