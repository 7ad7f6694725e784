import unittest
import uuid

from sandbox_crm.errors import ApiError
from sandbox_crm.rate_limit import RateLimit
from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase

SEARCH = {"filterGroups": [], "properties": [], "sorts": [], "limit": 1, "after": "0"}


class Windows(unittest.TestCase):
    def test_the_window_rolls(self):
        now = [0.0]
        limit = RateLimit(2, 1, lambda: now[0])
        told = ((0, True), (4, True), (9.5, False), (10, True), (13.9, False), (14, True))
        for moment, lets_through in told:
            now[0] = moment
            with self.subTest(moment):
                try:
                    limit.check(search=False)
                    self.assertTrue(lets_through)
                except ApiError as refused:
                    self.assertFalse(lets_through)
                    self.assertEqual(refused.headers["Retry-After"], "1")

    def test_searches_have_a_limit_of_their_own(self):
        limit = RateLimit(10, 1, lambda: 0.0)
        limit.check(search=True)
        with self.assertRaises(ApiError) as refused:
            limit.check(search=True)
        self.assertEqual(refused.exception.extra["policyName"], "SECONDLY")
        self.assertEqual(limit.check(search=False)["X-HubSpot-RateLimit-Remaining"], "8")

    def test_the_day_ends_at_midnight(self):
        day = ["2026-11-25"]
        limit = RateLimit(100, 5, lambda: 0.0, daily=2, day=lambda: day[0])
        limit.check(search=False)
        self.assertEqual(limit.check(search=False)["X-HubSpot-RateLimit-Daily-Remaining"], "0")
        with self.assertRaises(ApiError) as refused:
            limit.check(search=False)
        self.assertEqual(refused.exception.extra["policyName"], "DAILY")
        self.assertNotIn("Retry-After", refused.exception.headers)
        day[0] = "2026-11-26"
        limit.check(search=False)


class OverHttp(SandboxCase):
    settings = {"rate": 3, "search_rate": 1}

    def test_too_many_requests_with_our_token(self):
        for _ in range(3):
            self.call("GET", f"{OBJECTS}/contacts")
        refused = self.call("GET", f"{OBJECTS}/contacts", expect=429)
        self.assertEqual(refused["category"], "RATE_LIMITS")
        self.assertEqual(refused["errorType"], "RATE_LIMIT")
        self.assertEqual(refused["policyName"], "TEN_SECONDLY_ROLLING")
        self.assertEqual(refused["status"], "error")
        uuid.UUID(refused["correlationId"])
        self.assertIn(int(self.reply.headers["Retry-After"]), range(1, 11))
        self.assertEqual(self.reply.headers["X-HubSpot-RateLimit-Max"], "3")
        self.call("GET", f"{OBJECTS}/contacts", token=None)

    def test_each_token_has_its_own_limits(self):
        given = {"token": "another", "app": 7, "plan": "professional", "daily": 4}
        listed = self.call("PUT", "/_sandbox/tokens", given)["tokens"]
        self.assertEqual((listed[1]["rate"], listed[1]["daily"], listed[1]["app"]), (190, 4, 7))
        self.assertNotIn("another", str(listed))
        for _ in range(3):
            self.call("GET", f"{OBJECTS}/contacts")
        self.call("GET", f"{OBJECTS}/contacts", expect=429)
        for _ in range(4):
            self.call("GET", f"{OBJECTS}/contacts", token="another")
        refused = self.call("GET", f"{OBJECTS}/contacts", expect=429, token="another")
        self.assertEqual((refused["policyName"], refused["category"]), ("DAILY", "RATE_LIMITS"))
        self.assertIsNone(self.reply.headers["Retry-After"])
        usage = self.call("GET", "/account-info/2026-09/api-usage/daily/private-apps", token=None)
        self.assertEqual(usage["results"][0]["currentUsage"], 7)

    def test_what_is_not_given_of_a_token_stays_as_it_was(self):
        given = {"token": "another", "app": 7, "plan": "enterprise", "search_rate": 9}
        before = self.call("PUT", "/_sandbox/tokens", given)["tokens"][1]
        listed = self.call("PUT", "/_sandbox/tokens", {"token": "another", "user": 5})["tokens"]
        self.assertEqual(listed[1], before | {"user": 5})
        listed = self.call("PUT", "/_sandbox/tokens", {"token": "another", "plan": "starter"})["tokens"]
        self.assertEqual((listed[1]["rate"], listed[1]["search_rate"], listed[1]["user"]), (100, 9, 5))

    def test_a_token_that_is_none_is_refused(self):
        for wrong in ({}, {"token": ""}, {"token": "a", "rate": 0}, {"token": "a", "plan": "gold"}, []):
            with self.subTest(wrong):
                self.call("PUT", "/_sandbox/tokens", wrong, 400)

    def test_too_many_searches(self):
        self.call("POST", f"{OBJECTS}/contacts/search", SEARCH)
        self.assertIsNone(self.reply.headers["X-HubSpot-RateLimit-Max"])
        refused = self.call("POST", f"{OBJECTS}/contacts/search", SEARCH, 429)
        self.assertEqual(refused["policyName"], "SECONDLY")
