"""The workflows of .github/ can do little, and run what was looked at."""

import re
import unittest
from pathlib import Path
from typing import Any

import yaml

from layout import ROOT

FOLDER = ROOT / ".github" / "workflows"
MAY_WRITE = {("model.yml", "comment"): {"pull-requests"}}
"""Which job may write what, and nothing of ours runs in it."""


def workflows() -> dict[str, dict[str, Any]]:
    # Every scalar as it is written: YAML would make `on` a truth value.
    return {path.name: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) for path in sorted(FOLDER.iterdir())}


class WorkflowsTest(unittest.TestCase):
    def test_what_others_wrote_is_named_by_its_commit(self) -> None:
        for path in FOLDER.iterdir():
            for used in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")):
                self.assertRegex(used, r"^actions/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$", path.name)

    def test_nothing_may_be_written_but_a_comment(self) -> None:
        for name, workflow in workflows().items():
            self.assertEqual(workflow["permissions"], {"contents": "read"}, name)
            for job, body in workflow["jobs"].items():
                writes = {scope for scope, kind in body.get("permissions", {}).items() if kind == "write"}
                self.assertEqual(writes, MAY_WRITE.get((name, job), set()), f"{name}: {job}")
                if writes:
                    steps = [step.get("uses", "") for step in body["steps"]]
                    self.assertFalse([it for it in steps if "checkout" in it], "nothing of the pull request runs beside a right to write")

    def test_no_text_of_a_stranger_becomes_a_command(self) -> None:
        for path in FOLDER.iterdir():
            text = path.read_text(encoding="utf-8")
            self.assertNotIn("pull_request_target", text, path.name)
            self.assertNotRegex(text, r"secrets\.", path.name)
        for name, workflow in workflows().items():
            for job in workflow["jobs"].values():
                for step in job["steps"]:
                    self.assertNotIn("${{", step.get("run", ""), f"{name}: values go by the environment")

    def test_no_credential_stays_in_a_checkout_and_every_job_ends(self) -> None:
        for name, workflow in workflows().items():
            for job in workflow["jobs"].values():
                self.assertIn("timeout-minutes", job, name)
                for step in job["steps"]:
                    if "actions/checkout@" in step.get("uses", ""):
                        self.assertEqual(step["with"]["persist-credentials"], "false", name)

    def test_what_they_run_is_here(self) -> None:
        told = " ".join(step.get("run", "") for it in workflows().values() for job in it["jobs"].values() for step in job["steps"])
        for script in re.findall(r"\.ci/[a-z-]+", told):
            self.assertTrue((ROOT / script).is_file(), script)
        targets = re.findall(r"make ([a-z-]+)", told)
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        for target in targets:
            self.assertRegex(makefile, rf"(?m)^{target}:", target)
        version = re.search(r'rust-version = "([0-9.]+)"', (ROOT / "Cargo.toml").read_text(encoding="utf-8"))
        assert version
        for asked in re.findall(r"rustup toolchain install ([0-9.]+)", told):
            self.assertEqual(asked, version[1])


class ModelChangesTest(unittest.TestCase):
    def test_it_may_be_run(self) -> None:
        self.assertTrue((ROOT / ".ci" / "model-changes").stat().st_mode & 0o100)
        self.assertTrue(Path(ROOT / ".ci" / "run").is_file())


if __name__ == "__main__":
    unittest.main()
