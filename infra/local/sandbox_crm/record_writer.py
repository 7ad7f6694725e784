"""Creating and changing one record: everything is checked before anything is written."""

from typing import Any

from . import body
from .actors import Actor
from .association_types import Spec
from .errors import refused_values
from .link_request import LinkRequests
from .object_type import ObjectType
from .portal_rules import PortalRules
from .record import Record
from .store import Store
from .values import Checker
from .views import simple

Checked = tuple[dict[str, str], list[tuple[Record, list[Spec]]]]
"""The values and the associations of a record that may be created."""


class RecordWriter:
    """What the API and the page write goes through here."""

    def __init__(
        self, store: Store, checker: Checker, rules: PortalRules, links: LinkRequests, portal: int
    ) -> None:
        self._store = store
        self._checker = checker
        self._rules = rules
        self._links = links
        self._portal = portal

    def checked(
        self, kind: ObjectType, given: dict[str, Any], present: dict[str, str], actor: Actor
    ) -> dict[str, str]:
        """The `properties` of a request as they are kept; raises 400 with every problem."""
        wanted = body.as_object(given.get("properties", {}), "`properties`")
        values, problems = self._checker.check(kind, wanted, present)
        if problems:
            raise refused_values(problems, self._portal)
        self._rules.check(kind, values, present, actor)
        return values

    def checked_create(self, kind: ObjectType, given: dict[str, Any], actor: Actor) -> Checked:
        """The values and associations of a creation; raises 400 or 404."""
        values = self.checked(kind, given, {}, actor)
        return values, self._links.inline(kind, given.get("associations", []))

    def commit(self, kind: ObjectType, checked: Checked, actor: Actor) -> dict[str, Any]:
        """Creates what `checked_create` has let through; raises 409 if a unique value is taken."""
        values, links = checked
        record = self._store.create(kind, values, actor)
        for target, specs in links:
            self._store.link(record, target, specs, actor)
        return simple(record, [*kind.shown, *values])

    def create(self, kind: ObjectType, given: dict[str, Any], actor: Actor) -> dict[str, Any]:
        """Creates one record with its associations; nothing is created if either is refused."""
        return self.commit(kind, self.checked_create(kind, given, actor), actor)

    def update(self, record: Record, given: dict[str, Any], actor: Actor) -> dict[str, Any]:
        """Changes one record and shows it."""
        values = self.checked(record.kind, given, record.properties, actor)
        self._store.update(record, values, actor)
        return simple(record, [*record.kind.shown, *values])
