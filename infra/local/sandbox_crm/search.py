"""The search of one object type: which records a set of filters finds, and in which order."""

import re
from collections.abc import Callable
from typing import Any

from .body import as_object, texts
from .definitions import Definitions
from .errors import invalid
from .object_type import ObjectType
from .property_definition import Property
from .record import Record
from .store import Store
from .timestamps import parse

MOST_GROUPS = 5
MOST_FILTERS_IN_GROUP = 6
MOST_FILTERS = 18
MOST_RESULTS = 10_000

Test = Callable[[Record], bool]


class Search:
    """Compiles the filters of a request, then walks the records of a type."""

    def __init__(self, store: Store, definitions: Definitions) -> None:
        self._store = store
        self._definitions = definitions

    def run(self, kind: ObjectType, body: dict[str, Any]) -> list[Record]:
        """All records that match, sorted; paging is left to the caller."""
        groups = self._groups(kind, body.get("filterGroups", []))
        query = body.get("query")
        if query is not None and not isinstance(query, str):
            raise invalid("`query` must be a string.")
        found = [
            record
            for record in self._store.all(kind)
            if (not groups or any(all(test(record) for test in group) for group in groups))
            and (not query or _mentions(record, query))
        ]
        return _sorted(kind, found, body.get("sorts", []))

    def _groups(self, kind: ObjectType, listed: Any) -> list[list[Test]]:
        if not isinstance(listed, list) or len(listed) > MOST_GROUPS:
            raise invalid(f"`filterGroups` must be a list of at most {MOST_GROUPS} groups.")
        groups, count = [], 0
        for index, group in enumerate(listed):
            where = f"filterGroups[{index}]"
            filters = as_object(group, where).get("filters")
            if not isinstance(filters, list) or not 1 <= len(filters) <= MOST_FILTERS_IN_GROUP:
                raise invalid(f"{where}.filters must be a list of 1 to {MOST_FILTERS_IN_GROUP} filters.")
            count += len(filters)
            groups.append(
                [self._filter(kind, as_object(one, f"a filter of {where}")) for one in filters]
            )
        if count > MOST_FILTERS:
            raise invalid(f"A search takes at most {MOST_FILTERS} filters in all, not {count}.")
        return groups

    def _filter(self, kind: ObjectType, given: dict[str, Any]) -> Test:
        name, operator = given.get("propertyName"), given.get("operator")
        if isinstance(name, str) and name.startswith("associations."):
            return self._association(name.removeprefix("associations."), given)
        definition = kind.properties.get(name) if isinstance(name, str) else None
        if definition is None and name in _MODIFIED:
            # Contacts have the one, all others the other. The wrong one is no error, it finds nothing.
            return lambda _: False
        if definition is None:
            raise invalid(
                f"There was a problem with the request: property {name!r} does not exist on "
                f"{kind.name}.",
                {"propertyName": [str(name)]},
            )
        if operator in _UNARY:
            present = operator == "HAS_PROPERTY"
            return lambda record: (definition.name in record.properties) == present
        if operator in _MANY:
            return _many(definition, operator, texts(given, "values"))
        if operator not in _BINARY:
            raise invalid(f"The operator {operator!r} of the filter on {name} is not known.")
        return _binary(definition, operator, _operand(given, "value"), given)

    def _association(self, name: str, given: dict[str, Any]) -> Test:
        kind = self._definitions.find(name)
        if kind is None or given.get("operator") not in ("EQ", "IN"):
            raise invalid(f"A filter on associations.{name} needs a known type and EQ or IN.")
        ids = {_operand(given, "value")} if given["operator"] == "EQ" else set(texts(given, "values"))
        return lambda record: any((kind.name, one) in record.links for one in ids)


_MODIFIED = ("lastmodifieddate", "hs_lastmodifieddate")
_UNARY = ("HAS_PROPERTY", "NOT_HAS_PROPERTY")
_MANY = ("IN", "NOT_IN")
_BINARY = ("EQ", "NEQ", "GT", "GTE", "LT", "LTE", "BETWEEN", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN")


def _operand(given: dict[str, Any], member: str) -> str:
    value = given.get(member)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or value == "":
        raise invalid(f"The filter on {given.get('propertyName')} needs `{member}`, a string.")
    return value


def _rank(definition: Property, value: str) -> float | str:
    """What two values of a property are compared by: numbers and times as numbers, and text without
    regard to case, as HubSpot's search index does."""
    if definition.kind in ("date", "datetime"):
        ms = parse(value)
        if ms is None:
            raise invalid(f"{value!r} is not a time; {definition.name} is compared with times.")
        return ms
    if definition.kind == "number":
        try:
            return float(value)
        except ValueError as why:
            raise invalid(f"{value!r} is not a number; {definition.name} is.") from why
    return value.lower()


def _many(definition: Property, operator: str, values: list[str]) -> Test:
    if not values:
        raise invalid(f"The filter on {definition.name} needs `values`, a list that is not empty.")
    ranks = {_rank(definition, value) for value in values}
    inside = operator == "IN"

    def test(record: Record) -> bool:
        held = record.properties.get(definition.name)
        return held is not None and (_rank(definition, held) in ranks) == inside

    return test


def _binary(definition: Property, operator: str, value: str, given: dict[str, Any]) -> Test:
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        wanted = operator == "CONTAINS_TOKEN"
        pattern = _token(value)
        return lambda record: bool(pattern.search(record.properties.get(definition.name, ""))) == wanted
    low = _rank(definition, value)
    high = _rank(definition, _operand(given, "highValue")) if operator == "BETWEEN" else low
    compare: Callable[[Any], bool] = {
        "EQ": lambda held: held == low,
        "NEQ": lambda held: held != low,
        "GT": lambda held: held > low,
        "GTE": lambda held: held >= low,
        "LT": lambda held: held < low,
        "LTE": lambda held: held <= low,
        "BETWEEN": lambda held: low <= held <= high,
    }[operator]

    def test(record: Record) -> bool:
        held = record.properties.get(definition.name)
        return held is not None and compare(_rank(definition, held))

    return test


def _token(value: str) -> re.Pattern[str]:
    """A whole word, with `*` for any run of characters within it."""
    inner = r"[^\s]*".join(re.escape(part) for part in value.split("*"))
    return re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)


def _mentions(record: Record, query: str) -> bool:
    held = " ".join(record.properties.get(name, "") for name in record.kind.searched).lower()
    return all(word in held for word in query.lower().split())


def _sorted(kind: ObjectType, found: list[Record], sorts: Any) -> list[Record]:
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("`sorts` must be a list of at most one sort.")
    if not sorts:
        return found
    name, descending = _sort(sorts[0])
    definition = kind.properties.get(name)
    if definition is None and name in _MODIFIED:
        return found
    if definition is None:
        raise invalid(f"Cannot sort by {name!r}: {kind.name} has no such property.")

    def place(record: Record) -> tuple[Any, int]:
        return (_rank(definition, record.properties[definition.name]), int(record.id))

    having = [record for record in found if definition.name in record.properties]
    lacking = [record for record in found if definition.name not in record.properties]
    return sorted(having, key=place, reverse=descending) + lacking


def _sort(given: Any) -> tuple[str, bool]:
    """A name, a name after a minus, or HubSpot's older object with `propertyName` and `direction`."""
    if isinstance(given, str) and given:
        return given.lstrip("-"), given.startswith("-")
    if isinstance(given, dict) and isinstance(given.get("propertyName"), str):
        return given["propertyName"], given.get("direction") == "DESCENDING"
    raise invalid("A sort is the name of a property, after a minus if it descends.")
