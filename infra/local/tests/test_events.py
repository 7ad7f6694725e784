"""Events written by hand here are such as the functions take."""

import re
import unittest

from event_version import EVENT_VERSION
from layout import ROOT

DEFINED = ROOT / "shared" / "contracts" / "src" / "event.rs"


class EventsTest(unittest.TestCase):
    def test_the_version_is_the_functions_own(self) -> None:
        found = re.findall(r"\bconst VERSION: u32 = (\d+);", DEFINED.read_text(encoding="utf-8"))
        self.assertEqual(found, [str(EVENT_VERSION)])


if __name__ == "__main__":
    unittest.main()
