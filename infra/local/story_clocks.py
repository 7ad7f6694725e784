"""The story of the clocks: a week in a minute.

Three leads come in, and nobody answers. One clock stands still while its lead is recycled. Ticks
tell the time of the week after: owners are warned, clocks run out and go to the manager. Last,
a call that was made in time is logged too late, and the breach is withdrawn. What is printed are
the reasons that Fairlead recorded, with their arithmetic. It speaks of the example company in
config/.
"""

import json
import os
import subprocess
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Optional

import watch
from crm import Crm
from layout import ROOT, binary
from progress import Progress

WITHIN_SECONDS = 20.0
MOST_DEADLINES = 40
CLOCK = "first_response"

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

    def tell(self) -> None:
        leads = self._leads_come_in()
        self._stands_still(leads[1])
        _show("clocks")
        end = self._now + timedelta(days=7)
        _show("due", "--at", f"{end:%Y-%m-%dT%H:%M:%SZ}")
        self._week(leads, end)
        self._logged_late(leads[1])
        for lead in leads:
            _show("clocks", lead)

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
            self._now = max(self._now, watch.instant(due)) + timedelta(seconds=1)
            self._say(f"it is {self._now:%a %d %b %H:%M} UTC")
            self._cloud.tick(self._now)
            self._expect(f"something to happen at {due}", lambda: self._cloud.due(lead) != due)
            for each in leads:
                self._tell_of(each)
        raise Missed(f"after {MOST_DEADLINES} deadlines there are still more within the week.")

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


def _clock(record: str) -> dict[str, Any]:
    stands = (_explained(record) or {}).get("stands") or {}
    return ((stands.get("record") or {}).get("clocks") or {}).get(CLOCK) or {}


def _decisions(record: str) -> list[dict[str, Any]]:
    chapters = (_explained(record) or {}).get("chapters") or []
    found = [decision for chapter in chapters for decision in chapter["decisions"] if decision["function"] == "sla-timers"]
    return sorted(found, key=lambda decision: str(decision["at"]))


def _explained(record: str) -> Optional[dict[str, Any]]:
    told = _fairlead("explain", record, "--json")
    return json.loads(told.stdout) if told.returncode == 0 else None


def _fairlead(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(binary("fairlead")), *arguments]
    described = os.environ.get("FAIRLEAD_ENDPOINTS")
    if described:
        command += ["--endpoints", described]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _show(*arguments: str) -> None:
    print(f"\n  $ fairlead {' '.join(arguments)}", flush=True)
    told = _fairlead(*arguments)
    text = told.stdout if told.returncode == 0 else told.stdout + told.stderr
    print("\n".join(f"  {line}" for line in text.rstrip().splitlines()) + "\n", flush=True)
