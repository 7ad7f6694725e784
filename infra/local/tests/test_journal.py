"""A journal holds what was committed, however its writer ended."""

import tempfile
import unittest
from pathlib import Path

from journal import Damaged, Journal


class JournalTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "kept" / "table.jsonl"

    def opened(self) -> Journal:
        journal = Journal(self.path)
        journal.read()
        journal.open()
        self.addCleanup(journal.close)
        return journal

    def test_what_was_committed_is_there_without_being_closed(self) -> None:
        first = self.opened()
        first.commit([("a", "1", {"x": "é"}), ("a", "2", {"y": 1})])
        first.commit([("a", "1", {"x": "new"}), ("a", "2", None)])
        self.assertEqual(self.opened().held, {("a", "1"): {"x": "new"}})

    def test_a_commit_of_which_only_a_part_was_written_is_none(self) -> None:
        self.opened().commit([("a", "1", 1)])
        self.opened().commit([("b", "1", 1), ("b", "2", 1)])
        whole = self.path.read_bytes()
        second = whole.index(b"\n") + 1
        for end in range(second, len(whole)):
            self.path.write_bytes(whole[:end])
            journal = Journal(self.path)
            journal.read()
            self.assertEqual(set(journal.held), {("a", "1")}, end)

    def test_a_damaged_line_is_named(self) -> None:
        journal = self.opened()
        for number in range(3):
            journal.commit([("a", str(number), 1)])
        lines = self.path.read_bytes().split(b"\n")
        for wrong in (b"\x00\x00", b"{}", b"[1]", b"[1,[[1,2]]]", b"\xff"):
            self.path.write_bytes(b"\n".join([lines[0], wrong, *lines[2:]]))
            with self.assertRaisesRegex(Damaged, "line 2"):
                Journal(self.path).read()

    def test_a_start_leaves_only_what_stands(self) -> None:
        journal = self.opened()
        for number in range(50):
            journal.commit([("a", "1", number)])
        self.opened()
        self.assertEqual(self.path.read_bytes().count(b"\n"), 1)


if __name__ == "__main__":
    unittest.main()
