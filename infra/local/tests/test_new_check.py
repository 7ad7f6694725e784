"""A new check is begun where the others are, and never over one that is there."""

import shutil
import tempfile
import unittest
from pathlib import Path

import new_check
from layout import ROOT
from problem import Problem

SOURCES = Path(new_check.CHECKS).parent


class NewCheckTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for below in ("checks", "proofs"):
            shutil.copytree(ROOT / SOURCES / below, self.root / SOURCES / below)
        shutil.copy(ROOT / new_check.CHECKS, self.root / new_check.CHECKS)
        shutil.copytree(ROOT / new_check.BROKEN_MODELS, self.root / new_check.BROKEN_MODELS)
        self.before = self.files()

    def files(self) -> dict[str, bytes]:
        files = (path for path in self.root.rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in files}

    def checks(self) -> list[str]:
        return (self.root / new_check.CHECKS).read_text(encoding="utf-8").splitlines()

    def test_a_check_and_its_broken_model_are_begun_and_registered(self) -> None:
        said = new_check.begin(self.root, "some-name")
        check, change = f"{SOURCES.as_posix()}/checks/some_name.rs", "tests/broken-models/some-name/change.yaml"
        after = self.files()
        self.assertEqual(after.keys() - self.before.keys(), {check, change})
        changed = {path for path in self.before if after[path] != self.before[path]}
        self.assertEqual(changed, {new_check.CHECKS})
        source = after[check].decode()
        for part in ('name: "some-name",', "ProblemSeverity::Error,", "TO BE WRITTEN", "fn run("):
            self.assertIn(part, source)
        self.assertTrue(all(line.startswith("#") for line in after[change].decode().splitlines()))
        for part in (check, change, new_check.CHECKS, "make broken-model NAME=some-name"):
            self.assertIn(part, said)

    def test_it_stands_in_order(self) -> None:
        new_check.begin(self.root, "some-name")
        new_check.begin(self.root, "zeal", warning=True)
        new_check.begin(self.root, "about")
        lines = self.checks()
        modules = [line.removesuffix(";").split("mod ")[1] for line in lines if line.endswith(";") and "mod " in line]
        self.assertEqual(modules, sorted(modules))
        self.assertLessEqual({"some_name", "zeal", "about"}, set(modules))
        checks = lines.index("pub static CHECKS: &[&Check] = &[")
        self.assertTrue(checks < lines.index("    &some_name::CHECK,") < lines.index("    &about::CHECK,"))
        self.assertLess(lines.index("    &about::CHECK,"), lines.index("    &unresolved::CHECK,"))
        self.assertEqual(lines.index("    &zeal::CHECK,") + 1, lines.index("];"))

    def test_a_bad_or_taken_name_is_refused_and_nothing_is_written(self) -> None:
        for name, why in (
            ("", "NAME is not given"),
            ("Some-Name", "cannot name a check"),
            ("some_name", "cannot name a check"),
            ("some--name", "cannot name a check"),
            ("../name", "cannot name a check"),
            ("match", "a word of Rust"),
            ("circle", "checks/circle.rs exists"),
            ("check", "checks/check.rs exists"),
            ("dead-entry", "proofs/dead_entry.rs exists"),
            ("three-mistakes", "broken-models/three-mistakes exists"),
        ):
            with self.subTest(name), self.assertRaises(Problem) as raised:
                new_check.begin(self.root, name)
            self.assertIn(why, str(raised.exception))
        self.assertEqual(self.files(), self.before)

    def test_a_list_that_is_not_found_is_said_and_nothing_is_written(self) -> None:
        checks = self.root / new_check.CHECKS
        checks.write_text("mod circle;\n", encoding="utf-8")
        before = self.files()
        with self.assertRaises(Problem) as raised:
            new_check.begin(self.root, "some-name")
        self.assertIn("has no list `pub static CHECKS", str(raised.exception))
        self.assertEqual(self.files(), before)
