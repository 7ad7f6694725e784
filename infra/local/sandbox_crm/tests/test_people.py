import json

from sandbox_crm.tests.sandbox_case import OBJECTS, SandboxCase

OWNERS = "/crm/owners/2026-09"


class Owners(SandboxCase):
    def leave(self, owner, archived=True):
        self.call("PUT", f"/_sandbox/owners/{owner}", {"archived": archived})

    def test_who_has_left_is_only_found_among_the_archived(self):
        self.leave("11002")
        archived = self.call("GET", f"{OWNERS}?archived=true")["results"]
        self.assertEqual([one["id"] for one in archived], ["11002"])
        self.assertNotIn("userId", archived[0])
        self.assertEqual(archived[0]["userIdIncludingInactive"], 9011002)
        self.assertNotIn("11002", [one["id"] for one in self.call("GET", OWNERS)["results"]])
        self.call("GET", f"{OWNERS}/11002", expect=404)
        self.call("GET", f"{OWNERS}/9011002?idProperty=userId&archived=true")
        self.leave("11002", archived=False)
        self.call("GET", f"{OWNERS}/11002")

    def test_nothing_new_is_given_to_who_has_left(self):
        record = self.create("contacts", {"email": "a@b.example", "hubspot_owner_id": "11002"})
        other = self.create("contacts", {"email": "c@d.example"})
        self.leave("11002")
        refused = self.patch("contacts", other, {"hubspot_owner_id": "11002"}, 400)
        self.assertEqual(refused["errors"][0]["code"], "INVALID_OWNER_ID")
        self.assertEqual(refused["errors"][0]["context"], {"propertyName": ["hubspot_owner_id"]})
        self.patch("contacts", record, {"hubspot_owner_id": "11002", "firstname": "A"})

    def test_an_unknown_owner_cannot_leave(self):
        self.call("PUT", "/_sandbox/owners/5", {"archived": True}, 404)
        self.call("PUT", "/_sandbox/owners/11002", {"archived": "yes"}, 400)


class Users(SandboxCase):
    WANTED = "hs_email,hubspot_owner_id,hs_availability_status,hs_working_hours,hs_deactivated"

    def anna(self):
        path = f"{OBJECTS}/users/anna%40northwind.example?idProperty=hs_email&properties={self.WANTED}"
        return self.call("GET", path)

    def test_each_owner_has_a_user(self):
        listed = self.call("GET", f"{OBJECTS}/users?limit=100&properties={self.WANTED}")["results"]
        owners = self.call("GET", OWNERS)["results"]
        self.assertEqual(
            [one["properties"]["hubspot_owner_id"] for one in listed], [one["id"] for one in owners]
        )
        self.assertEqual(self.anna()["properties"]["hs_availability_status"], "available")
        self.call("PUT", "/_sandbox/owners/11002", {"archived": True})
        self.assertEqual(self.anna()["properties"]["hs_deactivated"], "true")

    def test_hours_need_a_time_zone_and_make_sense(self):
        user = self.anna()["id"]
        hours = json.dumps([{"days": "MONDAY_TO_FRIDAY", "startMinute": 540, "endMinute": 1020}])
        self.patch("users", user, {"hs_working_hours": hours}, 400)
        self.patch("users", user, {"hs_standard_time_zone": "Europe/Nowhere"}, 400)
        given = {"hs_standard_time_zone": "Europe/Berlin", "hs_working_hours": hours}
        self.patch("users", user, given)
        self.assertEqual(self.anna()["properties"]["hs_working_hours"], hours)
        for wrong in (
            "9 to 5",
            '[{"days": "MONDAYS", "startMinute": 0, "endMinute": 1}]',
            '[{"days": "MONDAY", "startMinute": 60, "endMinute": 60}]',
            '[{"days": "MONDAY", "startMinute": 0, "endMinute": 60},'
            ' {"days": "EVERY_DAY", "startMinute": 59, "endMinute": 70}]',
        ):
            with self.subTest(wrong):
                self.patch("users", user, {"hs_working_hours": wrong}, 400)

    def test_absence_and_status_are_set(self):
        user = self.anna()["id"]
        away = json.dumps([{"startTimestamp": 1_790_000_000_000, "endTimestamp": 1_790_086_400_000}])
        self.patch("users", user, {"hs_out_of_office_hours": away, "hs_availability_status": "away"})
        self.patch("users", user, {"hs_availability_status": "asleep"}, 400)
        self.patch("users", user, {"hs_out_of_office_hours": '[{"startTimestamp": 5}]'}, 400)


class Account(SandboxCase):
    def test_the_account_tells_its_time_zone_and_currency(self):
        told = self.call("GET", "/account-info/2026-09/details")
        self.assertEqual((told["portalId"], told["timeZone"]), (62515, "Europe/Berlin"))
        self.assertEqual(told["companyCurrency"], "EUR")
        self.assertIn(told["utcOffset"], ("+01:00", "+02:00"))
        given = {"timeZone": "Asia/Kolkata", "companyCurrency": "INR"}
        self.call("PUT", "/_sandbox/account", given)
        told = self.call("GET", "/account-info/v3/details")
        self.assertEqual((told["utcOffset"], told["utcOffsetMilliseconds"]), ("+05:30", 19_800_000))
        self.assertEqual(told["companyCurrency"], "INR")

    def test_what_cannot_be_is_refused(self):
        for wrong in ({"timeZone": "Mars"}, {"companyCurrency": "euro"}, {"portalId": 1}, []):
            with self.subTest(wrong):
                self.call("PUT", "/_sandbox/account", wrong, 400)
