"""Each deployment gets a number that is given once, and can be gone back to under another one."""

import io
import json
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import deployments as given
import local_deployments
import packages
from deployments import Deployment, Deployments
from layout import FUNCTIONS, ROOT, Layout
from problem import Problem
from tests.cloud_case import CloudCase, deploy, rollback


ONE, TWO = "1" * 16, "2" * 16


class CloudTest(CloudCase):
    def test_every_deployment_gets_the_next_number(self) -> None:
        for number in range(1, 12):
            self.deploy(f"{number:016x}")
            self.assertEqual(self.number(), str(number))

    def test_what_stands_already_is_not_deployed_again(self) -> None:
        self.deploy(ONE)
        self.assertIn("nothing would change", self.deploy(ONE))
        self.assertEqual((self.number(), self.cloud.plans), ("1", {}))

    def test_whoever_does_not_agree_uses_up_no_number(self) -> None:
        self.deploy(ONE)
        with mock.patch("sys.stdin", io.StringIO()):
            self.assertIn("Nothing was changed", self.deploy(TWO, yes=False))
        self.assertEqual((self.number(), self.cloud.plans), ("1", {}))
        self.deploy(TWO)
        self.assertEqual(self.number(), "2")

    def test_after_the_clouds_own_rollback_the_number_is_not_given_again(self) -> None:
        self.deploy(ONE)
        self.cloud.fails = "UPDATE_ROLLBACK_COMPLETE"
        with self.assertRaises(Problem):
            self.deploy(TWO)
        self.assertEqual(self.number(), "1")
        self.cloud.fails = ""
        self.assertIn("2  2222222222222222", self.rollback())
        self.assertIn("not seen to its end", self.rollback())
        self.deploy(TWO)
        self.assertEqual(self.number(), "3")

    def test_of_two_people_at_once_one_is_told(self) -> None:
        self.deploy(ONE)
        theirs = "fairlead/dev/deployments/2.json"

        def first(key: str) -> None:
            if key == theirs:
                self.s3.objects.setdefault(theirs, b"{}")

        self.s3.before_put = first
        with self.assertRaises(Problem) as raised:
            self.deploy(TWO)
        self.assertIn("deployment 2", str(raised.exception))
        self.assertEqual((self.number(), self.cloud.plans), ("1", {}))

    def test_the_stacks_own_number_counts_where_the_bucket_is_another(self) -> None:
        self.deploy(ONE)
        self.deploy(TWO)
        self.s3.objects.clear()
        self.deploy(ONE)
        self.assertEqual(self.number(), "3")

    def test_a_stack_from_before_the_numbers_begins_with_one(self) -> None:
        self.cloud.standing = {"Template": "", "Parameters": {"Stage": "dev", "MailFrom": "a@b.example"}}
        self.cloud.status = "UPDATE_COMPLETE"
        self.deploy(ONE)
        self.assertEqual(self.number(), "1")

    def test_a_rollback_brings_packages_parameters_and_template_back_under_a_new_number(self) -> None:
        self.deploy(ONE, params="ApiRate=50")
        first = self.cloud.standing
        another = self.folder / "template.yaml"
        another.write_text(deploy.stacks.TEMPLATE.read_text(encoding="utf-8") + "# another\n", encoding="utf-8")
        with mock.patch.object(deploy.stacks, "TEMPLATE", another):
            self.deploy(TWO, params="ApiRate=60")
        said = self.rollback("1")
        self.assertIn("ApiRate: 60 → 50", said)
        self.assertEqual(self.number(), "3")
        changed = {name for name, value in self.cloud.parameters.items() if first["Parameters"].get(name) != value}
        self.assertEqual(changed, {"DeploymentNumber"})
        self.assertEqual(self.cloud.standing["Template"], first["Template"])
        listed = self.rollback().splitlines()
        self.assertEqual([line.split()[0] for line in listed], ["3", "2", "1"])
        self.assertIn("deployment 1 again", listed[0])

    def test_a_rollback_leaves_how_the_stage_is_run(self) -> None:
        """Neither is what was stopped for a restore started by it, nor is a sender of the past taken again."""
        then = "LogDays=7 ReservedConcurrency=10"
        self.deploy(ONE, mail_from="old@b.example", alarm_topic="arn:old", public_url="https://old.example", params=then)
        new = {"Processing": "DISABLED", "TickState": "DISABLED", "LogDays": "90", "ReservedConcurrency": ""}
        params = " ".join(f"{name}={value}" for name, value in new.items())
        self.deploy(TWO, mail_from="new@b.example", alarm_topic="arn:new", public_url="https://new.example", params=params)
        before = self.cloud.parameters
        said = self.rollback("1")
        for name in rollback.OF_OPERATORS:
            self.assertEqual(self.cloud.parameters[name], before[name], name)
            self.assertNotIn(f"{name}:", said)
        self.assertIn("CodePrefix: ", said)

    def test_a_revision_names_the_latest_deployment_of_it(self) -> None:
        for revision in (ONE, TWO, ONE, TWO):
            self.deploy(revision)
        self.assertIn("back to deployment 3", self.rollback(ONE[:8]))
        self.assertEqual(self.number(), "5")

    def test_what_there_is_not_is_said_with_what_there_is(self) -> None:
        self.deploy(ONE)
        for to in ("7", "0", TWO, ONE[:7], "latest"):
            with self.assertRaises(Problem) as raised:
                self.rollback(to)
            self.assertIn(f"no deployment {to}", str(raised.exception))
            self.assertIn(f"1  {ONE}", str(raised.exception))

    def test_packages_that_are_gone_are_named_before_anything_is_changed(self) -> None:
        self.deploy(ONE)
        self.deploy(TWO)
        for key in list(self.s3.objects):
            if key.endswith("/notify.zip"):
                del self.s3.objects[key]
        with self.assertRaises(Problem) as raised:
            self.rollback("1")
        self.assertIn(": notify.", str(raised.exception))
        self.assertEqual(self.number(), "2")

    def test_packages_without_a_revision_are_to_be_made_again(self) -> None:
        for name in FUNCTIONS:
            with zipfile.ZipFile(self.folder / f"{name}.zip", "w") as out:
                out.writestr("model.artefact", '{"format":4,"revision":{}}\n')
        with self.assertRaises(Problem) as raised:
            self.deploy()
        self.assertIn("make package", str(raised.exception))


class FolderTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "deployments"
        self.kept = Deployments(given.Folder(self.path))

    def test_the_count_goes_on_from_start_to_start(self) -> None:
        for number in range(1, 12):
            kept = Deployments(given.Folder(self.path))
            self.assertEqual(kept.next_number(), number)
            kept.give(Deployment(number, ONE, "", given.now()))
        self.assertEqual([it.number for it in self.kept.latest()], list(range(11, 0, -1)))

    def test_a_number_is_given_once(self) -> None:
        self.kept.give(Deployment(1, ONE, "", given.now()))
        with self.assertRaises(Problem):
            self.kept.give(Deployment(1, TWO, "", given.now()))
        self.assertEqual(self.kept.find("1").revision, ONE)

    def test_a_record_of_another_version_is_said(self) -> None:
        self.kept.give(Deployment(1, ONE, "", given.now()))
        (self.path / "1.json").write_text('{"number": 1, "new": true}', encoding="utf-8")
        with self.assertRaises(Problem) as raised:
            self.kept.find("1")
        self.assertIn("deployment 1", str(raised.exception))

    def test_nothing_is_deployed_yet(self) -> None:
        self.assertEqual(self.kept.listed(), "  none yet")

    def test_the_local_stack_keeps_the_model_of_each(self) -> None:
        layout = Layout(self.path.parent)
        built = self.path.parent / "model.artefact"
        for number, revision in ((1, ONE), (2, TWO), (3, ONE)):
            built.write_text(json.dumps({"format": 5, "hash": revision}) + f"\nmodel {revision}", encoding="utf-8")
            deployment = local_deployments.begin(layout, built)
            self.assertEqual((deployment.number, deployment.revision), (number, revision))
            local_deployments.ended(layout, deployment)
        second = local_deployments.kept(layout).find(TWO)
        model = local_deployments.model_of(layout, second)
        self.assertTrue(model.read_text(encoding="utf-8").endswith(f"model {TWO}"))
        model.unlink()
        with self.assertRaises(Problem) as raised:
            local_deployments.model_of(layout, second)
        self.assertIn("deployment 2", str(raised.exception))


class CommitsTest(unittest.TestCase):
    def test_nothing_counts_commits(self) -> None:
        """A shallow clone has one, and two branches have as many."""
        mine = Path(__file__)
        asked = []
        for pattern in ("Makefile", ".ci/*", "infra/**/*", "functions/**/*", "shared/**/*", "tests/**/*"):
            for path in ROOT.glob(pattern):
                if path.suffix in ("", ".py", ".rs", ".sh", ".toml", ".yaml") and path.is_file() and path != mine:
                    if "rev-list" in path.read_text(encoding="utf-8", errors="replace"):
                        asked.append(str(path.relative_to(ROOT)))
        self.assertEqual(asked, [])


if __name__ == "__main__":
    unittest.main()
