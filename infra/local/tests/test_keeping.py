"""What a stack leaves for its next start, and what is said where it cannot be gone on with."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import keeping
import settings
from journal import Journal
from layout import ROOT
from problem import Problem
from source import Source

CRM = Source("crm", 62515, "secret")


class KeepingTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kept = Path(folder.name) / "kept"

    def keep(self) -> None:
        keeping.look(self.kept, CRM)
        table, crm = Journal(self.kept / "table.jsonl"), Journal(self.kept / "crm.jsonl")
        for journal in (table, crm):
            journal.open()
        table.commit([("Table\0R#crm:lead:1", "record", {}), ("Table\0R#crm:lead:1", "routing", {})])
        table.commit([("Table\0A#crm:lead:1", "x", {})])
        crm.commit([("contacts", "1", {}), ("contacts", "2", {}), ("users", "1", {}), ("_next", "contacts", 3)])
        for journal in (table, crm):
            journal.close()

    def refused(self, source: Source = CRM) -> str:
        with self.assertRaises(Problem) as raised:
            keeping.look(self.kept, source)
        return str(raised.exception)

    def test_the_first_start_finds_nothing_and_the_next_goes_on(self) -> None:
        self.assertEqual(keeping.look(self.kept, CRM).records, 0)
        self.assertEqual(keeping.look(self.kept, CRM).records, 0)
        self.keep()
        kept = keeping.look(self.kept, CRM)
        self.assertEqual(kept.records, 2)
        self.assertRegex(kept.story, r"continues the state of .* \(2 records, since .* UTC\); FRESH=1 forgets")
        keeping.forget(self.kept)
        self.assertEqual(keeping.look(self.kept, CRM).records, 0)

    def test_another_format_is_said_and_kept(self) -> None:
        self.keep()
        about = self.kept / "about.json"
        known = json.loads(about.read_text())
        for name in ("kept_format", "table_format"):
            about.write_text(json.dumps(known | {name: 1_000}))
            self.assertRegex(self.refused(), r"another format of .*\(1000; this version reads \d+\)(.|\n)*FRESH=1")
        self.assertTrue((self.kept / "table.jsonl").exists())

    def test_records_of_another_crm_are_not_taken_for_this_ones(self) -> None:
        self.keep()
        self.assertRegex(self.refused(Source("other", 7, "")), r"records of crm(.|\n)*STATE_DIR")

    def test_what_is_damaged_is_named_with_what_to_do(self) -> None:
        for name, content in (
            ("about.json", b"{"),
            ("about.json", b"[]"),
            ("about.json", b"\xff"),
            ("table.jsonl", b"[1,2\n"),
            ("crm.jsonl", b"\x00\n"),
            ("queues.jsonl", b"{\n"),
        ):
            with self.subTest(name=name, content=content):
                keeping.forget(self.kept)
                self.keep()
                (self.kept / name).write_bytes(content)
                self.assertRegex(self.refused(), rf"{re.escape(name)}(.|\n)*FRESH=1")
        (self.kept / "about.json").unlink()
        self.assertIn("about.json is missing", self.refused())

    def test_the_tables_format_is_that_of_the_contracts(self) -> None:
        text = (ROOT / "shared/contracts/src/lib.rs").read_text(encoding="utf-8")
        self.assertEqual(re.findall(r"pub const FORMAT: u32 = (\d+);", text), [str(keeping.TABLE_FORMAT)])


class RunTest(unittest.TestCase):
    """What `make run` says before it starts anything."""

    def said(self, *arguments: str, **environment: str) -> str:
        command = [sys.executable, str(ROOT / "infra/local/run.py"), "--no-build", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout + done.stderr

    def test_each_refusal_is_a_sentence(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            file.write_text("")
            self.assertRegex(self.said("--state-dir", str(file)), "is a file(.|\n)*STATE_DIR")
            self.assertRegex(self.said("--state-dir", str(file / "below")), "cannot be written(.|\n)*STATE_DIR")
            self.assertRegex(self.said(STATE_DIR=str(file)), "is a file")
            inside = str(Path(folder) / "stack")
            for name in ("CRM_PROXY", "FAIRLEAD_LOG", "FRESH"):
                with self.subTest(name=name):
                    found = self.said("--state-dir", inside, **{name: "nonsense"})
                    self.assertRegex(found, f"{name} is 'nonsense'(.|\n)*What to do")

    def test_an_address_of_the_crm_is_one(self) -> None:
        for wrong in ("nonsense", "ftp://x", "http://", "http://h:99999", "http://h:x", "http://a b", "http://[", "http://h/?a=b"):
            with self.subTest(wrong=wrong), mock.patch.dict(os.environ, {"CRM_PROXY": wrong}), self.assertRaises(Problem):
                settings.crm_proxy()
        for named, found in (("", None), ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"), ("https://h/base", "https://h/base")):
            with mock.patch.dict(os.environ, {"CRM_PROXY": named}):
                self.assertEqual(settings.crm_proxy(), found)

    def test_a_level_may_be_given_by_module(self) -> None:
        for wrong in ("loud", "info,=debug", "info,", "engine=loud"):
            with self.subTest(wrong=wrong), mock.patch.dict(os.environ, {"FAIRLEAD_LOG": wrong}), self.assertRaises(Problem):
                settings.log_level()
        with mock.patch.dict(os.environ, {"FAIRLEAD_LOG": "info,crm_hubspot::rest=debug"}):
            self.assertEqual(settings.log_level(), "info,crm_hubspot::rest=debug")

    @unittest.skipUnless(Path("/dev/full").exists(), "a machine without a disk that is always full")
    def test_a_journal_that_cannot_be_written_says_so(self) -> None:
        journal = Journal(Path("/dev/full"))
        journal._file = open("/dev/full", "a", encoding="utf-8")
        with self.assertRaises(OSError):
            journal.commit([("a", "b", {})])
        self.assertEqual(journal.held, {})
        with contextlib.suppress(OSError):
            journal.close()


if __name__ == "__main__":
    unittest.main()
