"""The owners, listed and one by one."""

from typing import Any

from . import body
from .call import Answer, Call
from .errors import invalid, not_found
from .objects_api import next_page
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
        limit = body.limit(body.one(call.query, "limit"), 100, LIMIT)
        after = body.one(call.query, "after") or "0"
        if not after.isdigit():
            raise invalid(f"`after` must be the value that the page before gave, not {after!r}.")
        email = body.one(call.query, "email")
        archived = body.flag(call.query, "archived")
        rest = [
            owner
            for owner in self._owners
            if owner.archived == archived
            and int(owner.id) > int(after)
            and (email is None or owner.email.lower() == email.lower())
        ]
        answer: dict[str, Any] = {"results": [self._shown(owner) for owner in rest[:limit]]}
        if len(rest) > limit:
            answer["paging"] = next_page(rest[limit - 1].id)
        return 200, answer

    def read(self, call: Call) -> Answer:
        """GET one by its id or by the id of its user."""
        wanted = call.parts["ownerId"]
        by = body.one(call.query, "idProperty") or "id"
        if by not in ("id", "userId") or not wanted.isdigit():
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
