"""Every alarm goes to the operators and names the page that says what to do; what can go wrong has an alarm."""

import json
import re
import unittest
from typing import Any

from layout import CONSUMERS, QUEUES, ROOT
from tests.expanded import expanded, resources

_PAGE = re.compile(r"Runbook: (shared/runbooks/[a-z]+(?:-[a-z]+)*\.md)$")
SECTIONS = ("## What it means", "## How to look", "## How to repair")


def alarms() -> dict[str, dict[str, Any]]:
    return {name: it["Properties"] for name, it in resources("AWS::CloudWatch::Alarm").items()}


def description(alarm: dict[str, Any]) -> str:
    """With the function's name left as a placeholder."""
    told = alarm["AlarmDescription"]
    if isinstance(told, dict):
        told = told["Fn::Sub"][0] if isinstance(told["Fn::Sub"], list) else told["Fn::Sub"]
    return str(told).strip()


class AlarmsTest(unittest.TestCase):
    def test_each_names_its_page_and_the_page_says_what_to_do(self) -> None:
        for name, alarm in alarms().items():
            with self.subTest(name):
                found = _PAGE.search(description(alarm))
                self.assertIsNotNone(found, description(alarm))
                assert found
                page = ROOT / found[1]
                self.assertTrue(page.is_file(), f"{found[1]} is not written yet")
                text = page.read_text(encoding="utf-8")
                for section in SECTIONS:
                    self.assertIn(section, text, found[1])

    def test_each_goes_to_the_operators_and_so_does_its_end(self) -> None:
        for name, alarm in alarms().items():
            for when in ("AlarmActions", "OKActions"):
                self.assertEqual(alarm[when], {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], []]}, f"{name}: {when}")

    def test_silence_is_an_alarm_only_where_something_must_come(self) -> None:
        breaching = {name for name, alarm in alarms().items() if alarm["TreatMissingData"] != "notBreaching"}
        self.assertEqual(breaching, {"TickMissingAlarm"})
        self.assertEqual(alarms()["TickMissingAlarm"]["TreatMissingData"], "breaching")

    def test_every_function_queue_and_stream_is_watched(self) -> None:
        functions = resources("AWS::Lambda::Function")
        wanted = {f"{name}ErrorsAlarm" for name in functions}
        wanted |= {f"{name}DeadLettersAlarm" for name in CONSUMERS}
        wanted |= {f"{name}LateAlarm" for name in QUEUES}
        # Whoever has no queue in which what comes could wait.
        wanted |= {f"{name}ThrottledAlarm" for name in set(functions) - set(CONSUMERS)}
        wanted |= {"UndeliveredAlarm", "TickMissingAlarm", "EventPublisherLagAlarm", "UnpublishedAlarm"}
        wanted |= {"WebhooksFailedAlarm", "WebhooksRefusedAlarm", "MailBouncesAlarm", "MailComplaintsAlarm"}
        self.assertEqual(set(alarms()), wanted)

    def test_each_queue_that_must_be_empty_has_an_alarm(self) -> None:
        watched = set()
        for alarm in alarms().values():
            if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible":
                [dimension] = alarm["Dimensions"]
                watched.add(dimension["Value"]["Fn::GetAtt"][0])
        queues = set(resources("AWS::SQS::Queue"))
        self.assertEqual(watched, queues - {f"{name}Queue" for name in QUEUES})

    def test_what_an_alarm_looks_at_exists(self) -> None:
        there = expanded()["Resources"]
        for name, alarm in alarms().items():
            for dimension in alarm.get("Dimensions", []):
                value = dimension["Value"]
                of = value.get("Ref") or value["Fn::GetAtt"][0]
                self.assertIn(of, there, name)

    def test_the_dashboard_is_json_and_shows_nothing_twice(self) -> None:
        [dashboard] = resources("AWS::CloudWatch::Dashboard").values()
        widgets = json.loads(dashboard["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]
        places = [(it["x"], it["y"]) for it in widgets]
        self.assertEqual(len(places), len(set(places)))
        names = set(re.findall(r"\$\{([A-Za-z]+)\}", dashboard["Properties"]["DashboardBody"]["Fn::Sub"]))
        known = set(expanded()["Resources"]) | set(expanded()["Parameters"])
        self.assertEqual(names - known, set())


if __name__ == "__main__":
    unittest.main()
