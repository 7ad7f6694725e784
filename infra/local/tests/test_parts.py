"""The small parts: packages, lock, ports, pages, the story's calendar."""

import os
import tempfile
import unittest
import zipfile
from datetime import datetime, timezone
from pathlib import Path
from unittest import mock

import lock
import packages
import pages
import ports
import watch
from problem import Problem


class PartsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_equal_content_makes_equal_packages(self) -> None:
        program, model = self.folder / "program", self.folder / "m.json"
        program.write_bytes(b"\x7fELF")
        model.write_text("{}", encoding="utf-8")
        first, second = self.folder / "1.zip", self.folder / "2.zip"
        packages.pack(program, model, first, compress=True)
        os.utime(program, (1, 1))
        packages.pack(program, model, second, compress=True)
        self.assertEqual(first.read_bytes(), second.read_bytes())
        self.assertEqual(packages.prefix({"a": first}), packages.prefix({"a": second}))
        with zipfile.ZipFile(first) as archive:
            self.assertEqual(archive.namelist(), ["bootstrap", "model.artefact"])
            self.assertEqual(archive.getinfo("bootstrap").external_attr >> 16, 0o100755)

    def test_a_second_stack_in_the_same_folder_is_refused(self) -> None:
        path = self.folder / "run.lock"
        with lock.hold(path):
            with self.assertRaises(Problem) as raised:
                lock.hold(path)
            self.assertIn(str(os.getpid()), str(raised.exception))
        lock.hold(path).close()

    def test_fixed_ports_must_be_a_number(self) -> None:
        with mock.patch.dict(os.environ, {"FAIRLEAD_PORTS": "many"}), self.assertRaises(Problem):
            ports.choose()

    def test_chosen_ports_differ(self) -> None:
        with mock.patch.dict(os.environ, {"FAIRLEAD_PORTS": ""}):
            self.assertEqual(len(set(ports.choose())), 3)

    def test_the_mailbox_page_shows_mail_without_running_it(self) -> None:
        mail = {"To": ["a@b.example"], "Source": "f@b.example", "Subject": "<b>", "BodyHtml": '<p id="x">', "Timestamp": 1.0}
        page = pages.mailbox({"messages": {"0": [mail]}})
        self.assertIn("&lt;b&gt;", page)
        self.assertIn('sandbox=""', page)
        self.assertNotIn('<p id="x">', page)

    def test_the_front_page_tells_the_webhook_address(self) -> None:
        page = pages.front({"crm": "http://127.0.0.1:1", "webhook_url": "http://127.0.0.1:2/webhooks/acme"})
        self.assertIn("POST http://127.0.0.1:2/webhooks/acme<", page)

    def test_a_record_is_looked_for_under_the_models_source(self) -> None:
        known = {"table": "t", "bus": "b", "source": "acme", "region": "eu-central-1"}
        cloud = watch.Cloud(known | {"aws_endpoint": "http://127.0.0.1:9"})
        with mock.patch.object(cloud, "_dynamodb") as table:
            table.query.return_value = {"Items": []}
            self.assertFalse(cloud.knows("lead:1"))
        asked = table.query.call_args.kwargs["ExpressionAttributeValues"]
        self.assertEqual(asked, {":pk": {"S": "R#acme:lead:1"}})

    def test_after_friday_comes_monday(self) -> None:
        friday = datetime(2026, 11, 20, 8, 0, tzinfo=timezone.utc)
        self.assertEqual(watch.next_working_morning(friday), datetime(2026, 11, 23, 7, 5, tzinfo=timezone.utc))


if __name__ == "__main__":
    unittest.main()
