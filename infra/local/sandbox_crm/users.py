"""The users object: one record for each person, beside the owner that they are."""

from .actors import Actor
from .definitions import Definitions
from .owners import Directory, Owner
from .store import Store

_ACCOUNT = Actor("ACCOUNT_SYNC", "sandbox")


class Users:
    """Keeps the records of users in step with the directory."""

    def __init__(self, store: Store, definitions: Definitions, owners: Directory) -> None:
        self._store = store
        self._kind = definitions.types["users"]
        self._owners = owners
        self.complete()

    def complete(self) -> None:
        """Gives a record to everybody who has none, such as who came since the others were kept."""
        for owner in self._owners:
            if not self._store.find(self._kind, "hs_email", owner.email.lower()):
                self._store.create(self._kind, _values(owner), _ACCOUNT)

    def archive(self, owner_id: str, archived: bool) -> Owner:
        """An owner leaves or comes back; raises `KeyError` if there is no such owner."""
        owner = self._owners.archive(owner_id, archived)
        record = self._store.find(self._kind, "hs_email", owner.email.lower())
        if record:
            self._store.update(record, {"hs_deactivated": str(archived).lower()}, _ACCOUNT)
        return owner


def _values(owner: Owner) -> dict[str, str]:
    return {
        "hs_email": owner.email.lower(),
        "hs_given_name": owner.first_name,
        "hs_family_name": owner.last_name,
        "hs_internal_user_id": str(owner.user_id),
        "hubspot_owner_id": owner.id,
        "hs_availability_status": "available",
        "hs_deactivated": str(owner.archived).lower(),
    }
