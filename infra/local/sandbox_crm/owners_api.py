"""The owners, listed and one by one."""

from typing import Any

from . import body, paging
from .call import Answer, Call
from .errors import invalid, not_found
from .owners import Directory, Owner
from .timestamps import iso

LIMIT = 500


class OwnersApi:
    """The paths under `/crm/owners/{version}` and `/crm/v3/owners`. `archived=true` answers only those
    who have left."""

    def __init__(self, owners: Directory, since: int) -> None:
        self._owners = owners
        self._since = since

    def page(self, call: Call) -> Answer:
        """GET many, by id, or the one with an e-mail address."""
        page = paging.asked(call.query, 100, LIMIT)
        email = body.one(call.query, "email")
        archived = body.flag(call.query, "archived")
        wanted = (
            owner
            for owner in self._owners
            if owner.archived == archived
            and (email is None or owner.email.lower() == email.lower())
        )
        held, more = page.cut(wanted, lambda owner: owner.id)
        return 200, {"results": [self._shown(owner) for owner in held]} | more

    def read(self, call: Call) -> Answer:
        """GET one by its id or by the id of its user."""
        wanted = call.parts["ownerId"]
        by = body.one(call.query, "idProperty") or "id"
        if by not in ("id", "userId") or not body.digits(wanted):
            raise invalid("An owner is read by a whole number, its `id` or its `userId`.")
        owner = self._owners.get(wanted) if by == "id" else self._owners.of_user(int(wanted))
        if owner is None or owner.archived != body.flag(call.query, "archived"):
            raise not_found(f"There is no owner with the {by} {wanted}.")
        return 200, self._shown(owner)

    def _shown(self, owner: Owner) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": owner.id,
            "email": owner.email,
            "type": "PERSON",
            "firstName": owner.first_name,
            "lastName": owner.last_name,
            "userId": owner.user_id,
            "userIdIncludingInactive": owner.user_id,
            "createdAt": iso(self._since),
            "updatedAt": iso(self._since),
            "archived": owner.archived,
        }
        if owner.archived:
            # The user is gone; only the other member still tells which one it was.
            del shown["userId"]
        return shown
