"""What a call, a meeting, an e-mail or a note says about the records it is associated with.

HubSpot notes on a contact, a company and a deal when they were last contacted. A clock of Fairlead is
met by that note, so it must come as it does there: upon the association, from the CRM itself.
"""

from .actors import activity
from .owners import Directory
from .record import Change, Record
from .store import Store
from .timestamps import iso, parse

CONTACTS = ("calls", "meetings", "emails")
"""Activities in which somebody was in touch; a note is not one."""


class Activities:
    """Listens to the store. A meeting that is still to come says nothing yet."""

    def __init__(self, store: Store, owners: Directory) -> None:
        self._store = store
        self._owners = owners

    def hear(self, change: Change) -> None:
        """Notes the time on the record at the other end of a new association."""
        source, target = change.record, change.target
        if target is None or change.removed or target.kind.activity:
            return
        if source.kind.name not in (*CONTACTS, "notes"):
            return
        at = parse(source.properties.get("hs_timestamp", ""))
        if at is None or at > self._store.now():
            return
        self._note(source, target, at)

    def _note(self, source: Record, target: Record, at: int) -> None:
        names = ["notes_last_updated"]
        if source.kind.name in CONTACTS:
            names.append("notes_last_contacted")
        later = {}
        for name in names:
            held = parse(target.properties.get(name, ""))
            if name in target.kind.properties and (held is None or held < at):
                later[name] = iso(at)
        owner = self._owners.get(source.properties.get("hubspot_owner_id", ""))
        if later:
            self._store.update(target, later, activity(source.id, owner.user_id if owner else None))
