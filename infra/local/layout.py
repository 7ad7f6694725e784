"""Where things lie: the project's folders and the folder of one running stack."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""The project's own folder."""

FUNCTIONS = (
    "webhook-intake",
    "crm-sync",
    "lead-routing",
    "sla-timers",
    "stage-gates",
    "deviation-watch",
    "daily-digest",
    "live-metrics",
    "notify",
    "crm-writeback",
    "event-publisher",
    "views",
)
"""Every child of functions/, as named in the template."""

CONSUMERS = (
    "CrmSync",
    "LeadRouting",
    "SlaTimers",
    "StageGates",
    "DeviationWatch",
    "DailyDigest",
    "LiveMetrics",
    "Notify",
    "CrmWriteback",
)
"""The logical names, in the template, of the functions that have a queue."""

IN_BULK = ("CrmSync", "CrmWriteback")
"""Those that have a second one, called after them and `Bulk`, for what came with many others."""

QUEUES = (*CONSUMERS, *(f"{name}Bulk" for name in IN_BULK))
"""The queues by their names in the template, without `Queue`."""


@dataclass(frozen=True)
class Layout:
    """The folder of one stack. Two stacks run side by side in two folders."""

    state: Path

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def logs_before(self) -> Path:
        """The logs of the run before."""
        return self.state / "logs-before"

    @property
    def package(self) -> Path:
        return self.state / "package"

    @property
    def desk(self) -> Path:
        """Where questions about the stack are asked from: it has the model as `config/`."""
        return self.state / "desk"

    @property
    def scratch(self) -> Path:
        """The emulator's temporary files; emptied at each start."""
        return self.state / "scratch"

    @property
    def deployments(self) -> Path:
        """What was deployed under which number."""
        return self.state / "deployments"

    @property
    def kept(self) -> Path:
        """What the next start goes on with: the table, the queues, the mails, the CRM's records."""
        return self.state / "kept"

    @property
    def crm_owners(self) -> Path:
        """Who can own a record in the sandbox CRM."""
        return self.state / "crm-owners.json"

    @property
    def crm_definitions(self) -> Path:
        """The properties and pipelines of the sandbox CRM beyond those that it brings along."""
        return self.state / "crm-definitions.json"

    @property
    def lock(self) -> Path:
        return self.state / "run.lock"

    @property
    def endpoints(self) -> Path:
        return self.state / "endpoints.json"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def shown(path: Path) -> str:
    """A path as a person in the project's folder would type it."""
    try:
        return str(path.relative_to(ROOT))
    except ValueError:
        return str(path)


def binary(name: str) -> Path:
    """A program built in the cheap profile that the local stack and the tests share."""
    return ROOT / "target" / "debug" / name
