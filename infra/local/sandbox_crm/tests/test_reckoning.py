from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase


class Reckoning(SandboxCase):
    def reckoned(self, deal):
        read = self.call("GET", f"{OBJECTS}/deals/{deal}?properties=amount_in_home_currency&propertiesWithHistory=amount_in_home_currency")
        past = [one["value"] for one in read["propertiesWithHistory"].get("amount_in_home_currency", [])]
        return read["properties"]["amount_in_home_currency"], past

    def test_an_amount_in_another_currency_is_reckoned_by_its_rate(self):
        deal = self.create("deals", {"dealname": "A", "amount": "1000", "deal_currency_code": "USD"})
        self.assertEqual(self.reckoned(deal)[0], "900")
        self.patch("deals", deal, {"amount": "2000.50"})
        now, past = self.reckoned(deal)
        self.assertEqual((now, past[:2]), ("1800.45", ["1800.45", "900"]))
        self.patch("deals", deal, {"deal_currency_code": ""})
        self.assertEqual(self.reckoned(deal)[0], "2000.5")

    def test_without_a_rate_it_is_not(self):
        deal = self.create("deals", {"dealname": "A", "amount": "1000", "deal_currency_code": "JPY"})
        self.assertEqual(self.reckoned(deal)[0] or "", "")
        self.call("PUT", "/_sandbox/account", {"rates": {"JPY": "0.0055"}})
        self.patch("deals", deal, {"amount": "2000"})
        self.assertEqual(self.reckoned(deal)[0], "11")
        self.call("PUT", "/_sandbox/account", {"rates": {"JPY": "-1"}}, 400)

    def test_nobody_writes_it(self):
        deal = self.create("deals", {"dealname": "A", "amount": "10"})
        self.patch("deals", deal, {"amount_in_home_currency": "99"}, 400)
