"""What counts cost."""

import tempfile
import unittest
from datetime import date
from pathlib import Path

import cost_table
import pricing
from problem import Problem

LINES = [
    {"what": "write", "function": "crm-sync", "item": "record", "where": "table", "units": 4.0},
    {"what": "write", "function": "crm-sync", "item": "record", "where": "account", "units": 1.0},
    {"what": "read", "function": "crm-sync", "operation": "GetItem", "where": "table", "units": 1.0},
    {"what": "event", "name": "record.changed", "bytes": 500},
    {"what": "event", "name": "tick", "bytes": 300},
    {"what": "delivery", "queue": "crm-sync", "name": "tick"},
    {"what": "receive", "queue": "crm-sync", "requests": 1},
    {"what": "delete", "queue": "crm-sync", "requests": 1},
    {"what": "queue", "queue": "crm-sync", "action": "ChangeMessageVisibility"},
    {"what": "invocation", "function": "webhook-intake", "memory": 256, "ms": 100.0, "log_bytes": 680, "log_lines": 0, "api": True},
    {"what": "secrets", "function": "crm-sync", "method": "POST"},
]
WAITS = {"itself": 4.0, "table": 6.0, "transaction": 20.0, "secrets": 32.0, "crm": 200.0}
STANDING = pricing.Standing(alarms=50, dashboards=1, secrets=2, queues=10, counted_mappings=1)


class PricingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.prices = pricing.read()

    def test_each_thing_is_counted_as_what_is_priced(self) -> None:
        units = pricing.count(LINES, WAITS).units
        self.assertEqual(units["write_units"], 5.0)
        self.assertEqual(units["queue_requests"], 4)
        self.assertEqual((units["invocations"], units["api_requests"], units["secret_requests"]), (1, 1, 1))
        self.assertAlmostEqual(units["log_gb"] * pricing.GB, 680 + pricing.ACCESS_LOG_BYTES)

    def test_a_function_takes_as_long_as_it_waits_for_others(self) -> None:
        call = {"what": "invocation", "function": "notify", "memory": 128, "ms": 900.0, "log_bytes": 0, "log_lines": 0, "api": False}
        asked = [{"what": "request", "function": "notify", "operation": name} for name in ("GetItem", "TransactWriteItems")]
        counts = pricing.count([call, *asked, {"what": "crm", "function": "notify"}], WAITS)
        self.assertAlmostEqual(counts.units["gb_seconds"], 0.125 * (4 + 6 + 20 + 200) / 1000)
        self.assertEqual(counts.details["milliseconds"]["notify"], 226)

    def test_the_clock_puts_its_ticks_on_the_bus_for_nothing(self) -> None:
        counts = pricing.count(LINES, WAITS)
        self.assertEqual(counts.units["events"], 1)
        self.assertNotIn("tick", counts.details["events"])

    def test_every_line_that_is_summed_has_a_price_of_the_vendors_page(self) -> None:
        self.assertLessEqual(set(pricing.BY_USE) | {"mails"}, set(self.prices.by_name))
        self.assertGreaterEqual(self.prices.read, date(2026, 11, 1))

    def test_a_million_leads_cost_a_million_times_a_lead(self) -> None:
        lead = pricing.Counts()
        lead.units.update({"write_units": 80.0, "events": 12.0, "mails": 1.0})
        lines = {line.name: line.usd for line in pricing.by_use(lead, self.prices)}
        self.assertAlmostEqual(lines["write_units"], 50.0)
        self.assertAlmostEqual(lines["events"], 12.0)
        self.assertAlmostEqual(lines["mails"], 100.0)
        self.assertAlmostEqual(pricing.without_mail(pricing.by_use(lead, self.prices)), 62.0)

    def test_of_many_leads_one_is_a_part(self) -> None:
        one = pricing.count(LINES, WAITS).over(10)
        self.assertAlmostEqual(one.units["write_units"], 0.5)
        self.assertAlmostEqual(one.by_item[("crm-sync", "record", "account")], 0.1)
        self.assertAlmostEqual(one.details["calls"]["webhook-intake"], 0.1)

    def test_a_month_has_what_stands_what_ticks_and_what_is_asked_in_vain(self) -> None:
        tick = pricing.Counts()
        tick.units.update({"invocations": 5.0})
        lines = {line.name: line for line in pricing.by_month(STANDING, tick, {"table_gb": 2.0}, self.prices)}
        self.assertAlmostEqual(lines["alarms"].usd, 5.0)
        self.assertEqual(lines["empty polls"].units, 6_480_000)
        self.assertAlmostEqual(lines["empty polls"].usd, 2.592)
        self.assertAlmostEqual(lines["ticks: invocations"].usd, 5 * 43_200 * 0.2 / 1e6)
        self.assertAlmostEqual(lines["table_gb"].usd, 0.5)

    def test_half_a_line_of_a_meter_is_none(self) -> None:
        self.assertEqual(list(pricing.notes('{"what": "s3"}\n{"what": "s')), [{"what": "s3"}])

    def test_a_price_of_nobodys_page_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "prices.yaml"
            table.write_text("region: r\nread: 2026-11-27\nwaits_ms: {}\nprices: {a: {usd: 1, of: 1, unit: u}}\n", encoding="utf-8")
            with self.assertRaises(Problem):
                pricing.read(table)

    def test_what_is_printed_ends_with_what_it_comes_to(self) -> None:
        counts = pricing.count(LINES, WAITS)
        result = cost_table.Result(counts, counts, pricing.Counts(), STANDING, {})
        last = cost_table.as_text(result, self.prices, True).splitlines()[-1]
        self.assertRegex(last, r"^by use: \d+ \$ per million leads one by one, \d+ \$ in bursts, without mail; by month: 11\.39 \$$")
        self.assertEqual(cost_table.as_json(result, self.prices)["summary"], last)
