"""Events written by hand here are such as the functions take."""

import json
import re
import unittest

import bench_events
from event_version import EVENT_VERSION
from layout import FUNCTIONS, ROOT

DEFINED = ROOT / "shared" / "contracts" / "src" / "event.rs"


class EventsTest(unittest.TestCase):
    def test_the_version_is_the_functions_own(self) -> None:
        found = re.findall(r"\bconst VERSION: u32 = (\d+);", DEFINED.read_text(encoding="utf-8"))
        self.assertEqual(found, [str(EVENT_VERSION)])

    def test_a_measured_event_is_of_the_models_source(self) -> None:
        for function in FUNCTIONS:
            event = bench_events.event(function, "acme").decode()
            with self.subTest(function=function):
                self.assertIn("acme", event)
                # The header of the signature is the CRM's and has its name, whatever the model says.
                self.assertNotIn("hubspot", event.replace("x-hubspot-", ""))

    def test_a_webhook_goes_to_the_models_source(self) -> None:
        request = json.loads(bench_events.event("webhook-intake", "acme"))
        self.assertEqual(request["rawPath"], "/webhooks/acme")
        self.assertEqual(request["requestContext"]["http"]["path"], "/webhooks/acme")


if __name__ == "__main__":
    unittest.main()
