"""Which source of a model the sandbox CRM stands in for."""

import tempfile
import unittest
from pathlib import Path

import source
from layout import ROOT
from problem import Problem

OF_THE_KIND = "kind: hubspot, portal: '42', secret: acme/crm"


class SourceTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = Path(folder.name)

    def of(self, technology: str) -> source.Source:
        (self.config / "technology.yaml").write_text(technology, encoding="utf-8")
        return source.of(self.config)

    def refused(self, technology: str) -> str:
        with self.assertRaises(Problem) as raised:
            self.of(technology)
        return str(raised.exception)

    def test_the_name_is_the_models(self) -> None:
        found = self.of(f"sources:\n  acme: {{{OF_THE_KIND}}}\n")
        self.assertEqual(found, source.Source("acme", 42, "acme/crm"))
        self.assertEqual(found.webhook_path, "/webhooks/acme")

    def test_the_kind_decides_and_not_the_name(self) -> None:
        found = self.of(f"sources:\n  hubspot: {{kind: ledger}}\n  acme: {{{OF_THE_KIND}}}\n  other: {{{OF_THE_KIND}}}\n")
        self.assertEqual(found.name, "acme")

    def test_a_name_stays_as_it_is_written(self) -> None:
        self.assertEqual(self.of(f"sources:\n  on: {{{OF_THE_KIND}}}\n").name, "on")

    def test_without_such_a_source_it_is_said_what_there_is(self) -> None:
        self.assertIn("there are: ledger (book), other (no kind).", self.refused("sources:\n  ledger: {kind: book}\n  other:\n"))
        for nothing in ("", "sources:\n", "sources: [a]\n", "- a\n"):
            self.assertIn("there are: none.", self.refused(nothing))

    def test_a_portal_is_a_number(self) -> None:
        for portal in ("", "ours", "-1", "٤٢"):
            self.assertIn("the source acme", self.refused(f"sources:\n  acme: {{kind: hubspot, portal: '{portal}'}}\n"))

    def test_what_cannot_be_read_is_said(self) -> None:
        self.assertIn("cannot be read", self.refused("sources: {\n"))
        with self.assertRaises(Problem):
            source.of(self.config / "nowhere")

    def test_the_example_company_has_one(self) -> None:
        self.assertEqual(source.of(ROOT / "config").webhook_path, "/webhooks/hubspot")


if __name__ == "__main__":
    unittest.main()
