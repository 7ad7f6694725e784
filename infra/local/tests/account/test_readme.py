"""The first deployment, by the commands of the README, against an emulated account that has nothing yet."""

import contextlib
import importlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from unittest import mock

import boto3

from layout import ROOT, binary
from tests.account import aws_words
from tests.account.account_case import QUIET, AccountCase
from tests.cloud_case import artefact, load

ONE, TWO = "1" * 16, "2" * 16


def commands() -> list[str]:
    """Every command of the section, in its order."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## To a real account", 1)[1]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


class ReadmeTest(AccountCase):
    def test_its_commands_bring_up_a_stage_change_it_and_end_it(self) -> None:
        said = {}
        with mock.patch.dict(os.environ):
            for command in commands():
                with self.subTest(command):
                    said[command] = self._play(command)
            secret = boto3.client("secretsmanager").get_secret_value(SecretId="fairlead/hubspot")["SecretString"]
        self.assertEqual(set(json.loads(secret)), {"client_secret", "access_token"})
        told = " ".join(said.values())
        self.assertRegex(told, r"WebhookUrl +https://\S+/webhooks/hubspot")
        second = said["make deploy STAGE=$STAGE BUCKET=$BUCKET"]
        self.assertIn("nothing would change", second)
        self.assertIn("→ 90", said['make set STAGE=$STAGE BUCKET=$BUCKET PARAMS="LogDays=90"'])
        self.assertIn("back to deployment 1", said["make rollback STAGE=$STAGE BUCKET=$BUCKET TO=1"])
        self.assertIn("is removed", said["make remove STAGE=$STAGE"])

    def _play(self, line: str) -> str:
        if assigned := re.fullmatch(r"export ([A-Z_]+)=\$\((.*)\)", line):
            os.environ[assigned[1]] = self._play(assigned[2])
            self.assertTrue(os.environ[assigned[1]], line)
            return os.environ[assigned[1]]
        if written := re.fullmatch(r"\(umask 077 && \$\{EDITOR:-nano\} (\S+)\)", line):
            (self.folder / written[1]).write_text('{"client_secret": "s", "access_token": "t"}', encoding="utf-8")
            return ""
        words = shlex.split(os.path.expandvars(line))
        if words[0] == "export":
            os.environ.update(dict(word.split("=", 1) for word in words[1:]))
            os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"]
            return ""
        if words[0] == "rm":
            (self.folder / words[1]).unlink()
            return ""
        if words[0] == "aws":
            return aws_words.run(words[1:], boto3.client, (self.folder, ROOT))
        if words[:2] == ["make", "package"]:
            self.package(ONE)
            return ""
        if words[0] == "make":
            return self._make(words)
        self.assertEqual(words[0], "target/debug/fairlead", line)
        return self._fairlead(words[1:])

    def _make(self, words: list[str]) -> str:
        """What make would run of ours, with its options, without asking; the rest of a target is not of interest here."""
        told = subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        joined = told.replace("\\\n", " ").splitlines()
        [line] = [it for it in joined if re.search(r" infra/[a-z_]+\.py", it)]
        program, *options = shlex.split(line)[1:]
        if not program.endswith("export.py"):
            options.append("--yes")
        else:
            options[options.index("--to") + 1] = str(self.folder / "export")
        if program.endswith("deploy.py"):
            options[options.index("--params") + 1] = QUIET
        module = load(Path(program).stem)
        with mock.patch.object(sys, "argv", [program, *options]):
            arguments = module._arguments()
        name = next(it for it in vars(module) if it == f"_{Path(program).stem}")
        built = self.folder / "built.artefact"
        built.write_text(artefact(TWO), encoding="utf-8")
        with contextlib.chdir(ROOT), mock.patch.object(importlib.import_module("build"), "model", return_value=built):
            return self.run_it(getattr(module, name), **vars(arguments))

    def _fairlead(self, words: list[str]) -> str:
        program = binary("fairlead")
        if not program.is_file():
            return ""
        done = subprocess.run([str(program), *words], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout
