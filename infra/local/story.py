"""The default story: three leads, a deal moved too early, a clock that runs out, a digest.

It acts as a sales team would, through the CRM's API, and only watches what Fairlead makes of
it. Time is told by ticks, so that a day passes in a second. It speaks of the example company
in config/.
"""

from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import asking
import watch
from crm import Crm
from loopback import Refused
from progress import Progress
from story_clocks import ClocksStory, Missed
from story_own import OwnStory

NAMES = ("default", "clocks", "own", "none")
WITHIN_SECONDS = 20.0
MAIL_SECONDS = 1.5
"""How long a mail may take after what it tells has happened."""
MOST_DEADLINES = 8

OWNERS = {
    "11000": "Carla Reyes",
    "11001": "Jonas Brandt",
    "11002": "Anna Vogel",
    "11003": "Ben Huber",
    "11010": "Maya Ortiz",
    "11020": "Ines Roth",
}
MANAGERS = {"11001": "carla@northwind.example", "11002": "jonas@northwind.example", "11003": "jonas@northwind.example"}


def play(name: str, endpoints: dict[str, Any], progress: Progress) -> bool:
    """Plays a story. False if it did not go as it should; what was missed has then been printed."""
    if name == "none":
        return True
    story = {"clocks": ClocksStory, "own": OwnStory}.get(name, _Story)(endpoints, progress)
    try:
        story.tell()
    except (Missed, Refused) as missed:
        progress.say(f"The story stops here: {missed}")
        progress.say(f"What to do: read {endpoints['logs']}/emulator.log; the stack stays up for a look around.")
        if name != "own":
            progress.say("It is told of the model in config/ as it came: of a changed one STORY=own tells what becomes of leads.")
        return False
    return True


class _Story:
    def __init__(self, endpoints: dict[str, Any], progress: Progress) -> None:
        self._say = progress.say
        self._crm = Crm(endpoints["crm"])
        self._mailbox = watch.Mailbox(endpoints["mailbox"])
        self._cloud = watch.Cloud(endpoints)
        self._now = datetime.now(timezone.utc)

    def tell(self) -> None:
        lead, owner = self._three_leads()
        deal = self._deal_moved_too_early()
        self._clock_runs_out(lead, owner)
        self._digest()
        for record in (f"lead:{lead}", f"opportunity:{deal}"):
            asking.show("explain", record)
        print(f"  the reasons again      target/debug/fairlead explain lead:{lead}", flush=True)

    def _three_leads(self) -> tuple[str, str]:
        self._say("three leads come in: a software maker in Germany, a fintech in the US, a private address")
        german = self._company("Kranich Software", "kranich-software.example", "1200", "software", "DE")
        american = self._company("Larkspur Pay", "larkspur-pay.example", "340", "fintech", "US")
        first = self._lead("lena.falk@kranich-software.example", "VP Operations", german)
        second = self._lead("sam.ito@larkspur-pay.example", "Head of Payments", american)
        third = self._crm.create("contacts", {"email": "someone@gmail.com", "jobtitle": "Student"})
        owner = self._expect("the German lead to get an owner", lambda: self._owner(first))
        self._say(f"  lead:{first} went to {OWNERS.get(owner, owner)}")
        other = self._expect("the American lead to get an owner", lambda: self._owner(second))
        self._say(f"  lead:{second} went to {OWNERS.get(other, other)}")
        self._expect("the private address to be recycled", lambda: self._stage(third) == "recycled")
        self._say(f"  lead:{third} went to nobody and is recycled")
        return first, owner

    def _deal_moved_too_early(self) -> str:
        company = self._company("Hallig Logistics", "hallig-logistics.example", "450", "logistics", "DE")
        values = {"dealname": "Hallig: warehouse robots", "dealstage": "appointmentscheduled", "hubspot_owner_id": "11002"}
        deal = self._crm.create("deals", values | {"pipeline": "default", "amount": "48000"}, company)
        self._expect("the deal to be known", lambda: self._cloud.knows(f"opportunity:{deal}"))
        self._say(f"Anna Vogel moves opportunity:{deal} from discovery to sql with nothing confirmed")
        self._crm.change("deals", deal, {"dealstage": "qualifiedtobuy"})
        self._expect(
            "the deal to be turned back", lambda: self._crm.value("deals", deal, "dealstage") == "appointmentscheduled"
        )
        task = self._expect("a task that names the unmet criteria", self._latest_task)
        self._say(f"  it stands in discovery again; a task says: {_one_line(task)}")
        self._print_mails(self._expect("a mail to the owner", self._mails_to("anna@northwind.example")))
        return deal

    def _clock_runs_out(self, lead: str, owner: str) -> None:
        manager = MANAGERS[owner]
        self._say(f"nobody contacts lead:{lead}, and time passes")
        for _ in range(MOST_DEADLINES):
            due = self._cloud.due(f"lead:{lead}")
            if due is None:
                break
            self._now = max(self._now, watch.instant(due)) + timedelta(seconds=1)
            self._say(f"  it is {self._now:%a %d %b %H:%M} UTC")
            self._cloud.tick(self._now)
            self._expect(f"the deadline of {due} to be dealt with", lambda: self._cloud.due(f"lead:{lead}") != due)
            # A day later the lead would go to another of the pool: the story of the clocks tells it.
            if watch.until(lambda: self._printed_to(manager), MAIL_SECONDS):
                return
        self._expect(f"{manager} to be told of the breach", lambda: self._printed_to(manager))

    def _printed_to(self, address: str) -> bool:
        """Prints the mails that have come, and says whether one of them was for this address."""
        mails = self._mailbox.new()
        self._print_mails(mails)
        return any(address in mail["To"] and "Late" in mail["Subject"] for mail in mails)

    def _digest(self) -> None:
        self._now = watch.next_working_morning(self._now)
        self._say(f"  it is {self._now:%a %d %b %H:%M} UTC, morning in Berlin")
        self._cloud.tick(self._now)
        mails = self._expect("a digest", self._mailbox.new)
        self._print_mails(mails + (watch.until(self._mailbox.new, 2.0) or []))

    def _company(self, name: str, domain: str, employees: str, industry: str, country: str) -> str:
        values = {"name": name, "domain": domain, "numberofemployees": employees, "industry": industry, "country": country}
        return self._crm.create("companies", values)

    def _lead(self, email: str, title: str, company: str) -> str:
        return self._crm.create("contacts", {"email": email, "jobtitle": title}, company)

    def _owner(self, lead: str) -> str:
        return self._crm.value("contacts", lead, "hubspot_owner_id")

    def _stage(self, lead: str) -> str:
        return self._crm.value("contacts", lead, "fairlead_stage")

    def _latest_task(self) -> str:
        tasks = self._crm.tasks()
        return f"{tasks[-1].get('hs_task_subject', '')}: {tasks[-1].get('hs_task_body', '')}" if tasks else ""

    def _mails_to(self, address: str) -> Callable[[], list[dict[str, Any]]]:
        return lambda: [mail for mail in self._mailbox.new() if address in mail["To"]]

    def _print_mails(self, mails: list[dict[str, Any]]) -> None:
        for mail in mails:
            self._say(f"  mail to {', '.join(mail['To'])}: {mail['Subject']}")

    def _expect(self, what: str, seen: Callable[[], Any]) -> Any:
        found = watch.until(seen, WITHIN_SECONDS)
        if not found:
            raise Missed(f"waited {WITHIN_SECONDS:.0f} seconds for {what}.")
        return found


def _one_line(text: str) -> str:
    return " ".join(text.replace("<br>", " ").split())
