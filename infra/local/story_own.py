"""The story of any other model: three leads come in, and what becomes of them by that model is told.

Nothing is expected but that each lead is decided about. Then time passes until the first two deadlines, and a morning
comes; the mails are told as they arrive, and at the end the reasons.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import asking
import loopback
import watch
from crm import Crm
from layout import ROOT, shown
from progress import Progress
from story_clocks import Missed

LEADS = (
    ("Kranich Software", "kranich-software.example", "1200", "software", "DE", "lena.falk"),
    ("Larkspur Pay", "larkspur-pay.example", "340", "fintech", "US", "sam.ito"),
    ("Zaunkoenig Apps", "zaunkoenig-apps.example", "40", "software", "FR", "lia.petersen"),
)
WITHIN_SECONDS = 20.0
QUIET_SECONDS = 3.0
"""How long the mails of one moment may take."""
DEADLINES = 2


class OwnStory:
    def __init__(self, endpoints: dict[str, Any], progress: Progress) -> None:
        self._say = progress.say
        self._crm = Crm(endpoints["crm"])
        self._mailbox = watch.Mailbox(endpoints["mailbox"])
        self._cloud = watch.Cloud(endpoints)
        self._owners = _owners(endpoints["crm"])
        stack = Path(endpoints["logs"]).parent
        self._stack = "" if stack == ROOT / ".local" else f" --stack {shown(stack)}"
        self._now = datetime.now(timezone.utc)

    def tell(self) -> None:
        self._say("the story of the example company is not told of this model; three leads come in, whatever it makes of them:")
        for company, domain, employees, industry, country, _ in LEADS:
            self._say(f"  {company}, {employees} employees, {industry}, {country}")
        leads = [self._lead(*lead) for lead in LEADS]
        for lead in leads:
            self._outcome(lead)
        self._mails()
        for _ in range(DEADLINES):
            self._next_deadline(leads)
        self._now = watch.next_working_morning(self._now)
        self._tick("a morning in Berlin")
        asking.show("explain", f"lead:{leads[0]}")
        for lead in leads[1:]:
            print(f"  of the others          target/debug/fairlead explain lead:{lead}{self._stack}", flush=True)

    def _lead(self, company: str, domain: str, employees: str, industry: str, country: str, who: str) -> str:
        values = {"name": company, "domain": domain, "numberofemployees": employees, "industry": industry, "country": country}
        account = self._crm.create("companies", values)
        return self._crm.create("contacts", {"email": f"{who}@{domain}", "jobtitle": "VP Operations"}, account)

    def _outcome(self, lead: str) -> None:
        """Waits until something was decided about a lead, and as long again for an owner to be in the CRM."""
        if not watch.until(lambda: self._cloud.routed(f"lead:{lead}"), WITHIN_SECONDS):
            raise Missed(f"waited {WITHIN_SECONDS:.0f} seconds for a decision about lead:{lead}.")
        owner = watch.until(lambda: self._crm.value("contacts", lead, "hubspot_owner_id"), QUIET_SECONDS)
        where = f"went to {self._owners.get(owner, owner)}" if owner else "has no owner; the reasons below say why"
        self._say(f"  lead:{lead} {where}")

    def _next_deadline(self, leads: list[str]) -> None:
        """Time passes until the first deadline of one of the leads, if there is one."""
        due = min((at for lead in leads if (at := self._cloud.due(f"lead:{lead}"))), default=None)
        if due is None:
            self._say("no clock runs of any of them")
            return
        self._now = max(self._now, watch.instant(due)) + timedelta(seconds=1)
        self._tick("nobody has done anything meanwhile")

    def _tick(self, what: str) -> None:
        self._say(f"it is {self._now:%a %d %b %H:%M} UTC, {what}")
        self._cloud.tick(self._now)
        self._mails()

    def _mails(self) -> None:
        """Tells the mails of this moment, until it is quiet. None is an answer too."""
        while mails := watch.until(self._mailbox.new, QUIET_SECONDS):
            for mail in mails:
                self._say(f"  mail to {', '.join(mail['To'])}: {mail['Subject']}")


def _owners(crm: str) -> dict[str, str]:
    """The names of those who can own a record, by their ids."""
    found = loopback.call("GET", f"{crm}/crm/v3/owners?limit=100")["results"]
    return {owner["id"]: f"{owner['firstName']} {owner['lastName']}".strip() for owner in found}
