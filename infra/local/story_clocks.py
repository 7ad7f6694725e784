"""The story of the clocks: a week in a minute.

Three leads come in, and nobody answers. One clock stands still while its lead is recycled. Ticks
tell the time of the week after, night and weekend included: owners are warned, clocks run out and
go to the manager, and leads to another of the pool, until the manager has them. Of one lead a call
that was made in time is logged too late, and the breach is withdrawn; then the customer writes, and
the clock of the next reply runs. What is printed are the reasons that Fairlead recorded, with
their arithmetic. It speaks of the example company in config/.
"""

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Optional

import asking
import watch
from crm import Crm
from progress import Progress

WITHIN_SECONDS = 20.0
MOST_DEADLINES = 90
CLOCK = "first_response"
REPLY = "next_reply"

LEADS = (
    ("Kranich Software", "kranich-software.example", "5000", "mia.holm"),
    ("Reiher Systems", "reiher-systems.example", "300", "jan.brinkmann"),
    ("Zaunkoenig Apps", "zaunkoenig-apps.example", "60", "lia.petersen"),
)
"""An enterprise of one hour, a mid-market company of four, a small one of a day and a night."""


class Missed(Exception):
    """Something expected did not happen in time."""


class ClocksStory:
    def __init__(self, endpoints: dict[str, Any], progress: Progress) -> None:
        self._say = progress.say
        self._crm = Crm(endpoints["crm"])
        self._cloud = watch.Cloud(endpoints)
        self._now = datetime.now(timezone.utc)
        self._told: set[str] = set()
        self._day = self._now.date()
        self._shown: set[str] = set()

    def tell(self) -> None:
        leads = self._leads_come_in()
        self._stands_still(leads[1])
        asking.show("clocks")
        end = self._now + timedelta(days=7)
        asking.show("due", "--at", _iso(end))
        self._week(leads, end)
        self._say("the week is over")
        for lead in leads:
            asking.show("clocks", lead, "--at", _iso(self._now))

    def _leads_come_in(self) -> list[str]:
        self._say("three leads come in: of a large, a middle and a small software maker in Germany")
        leads = []
        for name, domain, employees, person in LEADS:
            values = {"name": name, "domain": domain, "numberofemployees": employees, "industry": "software", "country": "DE"}
            company = self._crm.create("companies", values)
            contact = {"email": f"{person}@{domain}", "jobtitle": "Head of Operations"}
            lead = f"lead:{self._crm.create('contacts', contact, company)}"
            self._expect(f"the clock of {lead}", lambda: _clock(lead))
            self._tell_of(lead)
            leads.append(lead)
        return leads

    def _stands_still(self, lead: str) -> None:
        contact = lead.removeprefix("lead:")
        self._say(f"{lead} is recycled, so its clock stands still; then it is taken up again")
        for stage, status in (("recycled", "paused"), ("qualified", "running")):
            self._crm.change("contacts", contact, {"fairlead_stage": stage})
            self._expect(f"the clock to be {status}", lambda: _clock(lead).get("status") == status)
            self._tell_of(lead)

    def _week(self, leads: list[str], end: datetime) -> None:
        self._say("nobody answers, and a week passes")
        for _ in range(MOST_DEADLINES):
            waiting = [(due, lead) for lead in leads if (due := self._cloud.due(lead))]
            if not waiting or watch.instant(min(waiting)[0]) > end:
                return
            due, lead = min(waiting)
            self._time_passes(max(self._now, watch.instant(due)) + timedelta(seconds=1))
            self._cloud.tick(self._now)
            self._expect(f"something to happen at {due}", lambda: self._cloud.due(lead) != due)
            for each in leads:
                self._tell_of(each)
            self._goes_on(lead)
            if lead == leads[1] and _clock(lead).get("status") == "late" and self._first("late call"):
                self._logged_late(lead)
                self._customer_writes(lead)
        raise Missed(f"after {MOST_DEADLINES} deadlines there are still more within the week.")

    def _time_passes(self, now: datetime) -> None:
        """Says what time it is, and what stands at the end of each day on which something happened."""
        if now.date() != self._day:
            asking.show("clocks", "--at", _iso(self._now))
            skipped = (now.date() - self._day).days
            self._day = now.date()
            self._say(f"{now:%A}" + (f", {skipped} days later" if skipped > 1 else ""))
        self._now = now
        self._say(f"it is {now:%a %d %b %H:%M} UTC")

    def _goes_on(self, lead: str) -> None:
        """Waits until every late lead that was to go to another has gone, or has come to rest."""
        asked = [it for it in _decisions(lead) if "to be reassigned" in it["outcome"]]
        if not asked:
            return
        answers = self._expect(
            f"{lead} to go to somebody else", lambda: self._answers(lead) if len(self._answers(lead)) >= len(asked) else None
        )
        latest = answers[-1]
        if latest["decision"] in self._told:
            return
        self._told.add(latest["decision"])
        self._say(f"  {lead}: {latest['outcome']}")
        for reason in latest["reasons"]:
            if reason.get("note"):
                self._say(f"      {reason['note']}")
        if latest["outcome"].startswith("reassigned"):
            self._expect("the clock of the new owner", lambda: _clock(lead).get("status") == "running")
            self._tell_of(lead)
            if self._first("reassigned"):
                asking.show("clocks", "--at", _iso(self._now))

    @staticmethod
    def _answers(lead: str) -> list[dict[str, Any]]:
        """What lead-routing made of a lead that a late clock took from its owner, each time."""
        return [it for it in _decisions(lead, "lead-routing") if it["outcome"].startswith(("reassigned", "stays with"))]

    def _first(self, what: str) -> bool:
        """Whether this is told for the first time."""
        new = what not in self._shown
        self._shown.add(what)
        return new

    def _customer_writes(self, lead: str) -> None:
        # After the call, and after the moment at which the story stands.
        self._now += timedelta(minutes=1)
        self._say(f"the customer of {lead} writes at {self._now:%a %d %b %H:%M} UTC")
        contact = lead.removeprefix("lead:")
        self._crm.change("contacts", contact, {"hs_sales_email_last_replied": str(int(self._now.timestamp() * 1000))})
        self._expect("the clock of the next reply", lambda: _clock(lead, REPLY).get("status") == "running")
        self._tell_of(lead)
        asking.show("clocks", lead, "--at", _iso(self._now))

    def _logged_late(self, lead: str) -> None:
        made = watch.instant(_clock(lead)["due"]) - timedelta(minutes=30)
        self._say(f"only now a call with {lead} is logged; it was made at {made:%a %d %b %H:%M} UTC, in time")
        contact = lead.removeprefix("lead:")
        self._crm.change("contacts", contact, {"notes_last_contacted": str(int(made.timestamp() * 1000))})
        self._expect("the breach to be withdrawn", lambda: _clock(lead).get("status") == "met_in_time")
        self._tell_of(lead)

    def _tell_of(self, record: str) -> None:
        """The decisions about a record's clocks that were not told yet."""
        for decision in _decisions(record):
            if decision["decision"] in self._told:
                continue
            self._told.add(decision["decision"])
            self._say(f"  {record}: {decision['outcome']}")
            for reason in decision["reasons"]:
                if reason.get("note"):
                    self._say(f"      {reason['note']}")

    def _expect(self, what: str, seen: Callable[[], Any]) -> Any:
        found = watch.until(seen, WITHIN_SECONDS)
        if not found:
            raise Missed(f"waited {WITHIN_SECONDS:.0f} seconds for {what}.")
        return found


def _iso(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _clock(record: str, name: str = CLOCK) -> dict[str, Any]:
    stands = (_explained(record) or {}).get("stands") or {}
    return ((stands.get("record") or {}).get("clocks") or {}).get(name) or {}


def _decisions(record: str, function: str = "sla-timers") -> list[dict[str, Any]]:
    chapters = (_explained(record) or {}).get("chapters") or []
    found = [decision for chapter in chapters for decision in chapter["decisions"] if decision["function"] == function]
    return sorted(found, key=lambda decision: str(decision["at"]))


def _explained(record: str) -> Optional[dict[str, Any]]:
    told = asking.fairlead("explain", record, "--json")
    return json.loads(told.stdout) if told.returncode == 0 else None
