"""Reading which associations a request asks for."""

from typing import Any

from .association_types import Spec, inverse, pair
from .body import as_object, identifier
from .definitions import Definitions
from .errors import invalid, not_found
from .object_type import ObjectType
from .record import Record
from .store import Store

CATEGORIES = ("HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED", "WORK")


class LinkRequests:
    """Finds the records and checks the types of associations in requests."""

    def __init__(self, store: Store, definitions: Definitions) -> None:
        self._store = store
        self._definitions = definitions

    def inline(self, kind: ObjectType, listed: Any) -> list[tuple[Record, list[Spec]]]:
        """The `associations` of a new record. The request names no target type: the types of
        association say which one it is."""
        if not isinstance(listed, list):
            raise invalid("`associations` must be a list.")
        found = []
        for index, item in enumerate(listed):
            where = f"associations[{index}]"
            item = as_object(item, where)
            wanted = specs(item.get("types"), where)
            target = self._target_type(kind, wanted, where)
            wanted_id = identifier(item.get("to"), f"{where}.to")
            record = self._store.get(target, wanted_id)
            if record is None:
                raise not_found(f"{where}: there is no {target.singular} with the id {wanted_id}.")
            found.append((record, wanted))
        return found

    def _target_type(self, kind: ObjectType, wanted: list[Spec], where: str) -> ObjectType:
        for target in self._definitions.types.values():
            if pair(kind.name, target.name) and all(
                inverse(kind.name, target.name, spec) for spec in wanted
            ):
                return target
        raise invalid(f"{where}: no type of record is associated with {kind.name} by {wanted}.")


def check_types(kind: ObjectType, target: ObjectType, wanted: list[Spec]) -> None:
    """Raises 400 if a type of association does not belong to this pair."""
    for spec in wanted:
        if inverse(kind.name, target.name, spec) is None:
            raise invalid(
                f"The association type {spec[0]} {spec[1]} does not lead from {kind.name} to {target.name}."
            )


def specs(listed: Any, where: str) -> list[Spec]:
    """A list of `{associationCategory, associationTypeId}`, not empty."""
    if not isinstance(listed, list) or not listed:
        raise invalid(f"{where} needs at least one association type.")
    found = []
    for item in listed:
        item = as_object(item, f"{where}: an association type")
        category, number = item.get("associationCategory"), item.get("associationTypeId")
        if category not in CATEGORIES or isinstance(number, bool) or not isinstance(number, int):
            raise invalid(
                f"{where}: an association type has an associationCategory of "
                f"{', '.join(CATEGORIES)} and an associationTypeId, a whole number."
            )
        found.append((category, number))
    return found
