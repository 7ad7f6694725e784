"""The types of association between two kinds of record, with HubSpot's numbers.

A pair has a plain type and, towards a company, a primary one. Each direction has its own number.
Source: HubSpot's published list of association type ids.
"""

from dataclasses import dataclass

HUBSPOT = "HUBSPOT_DEFINED"
USER = "USER_DEFINED"

Spec = tuple[str, int]
"""Category and type id."""


@dataclass(frozen=True)
class Pair:
    """Both directions of one pair of record types."""

    plain: int
    plain_back: int
    primary: int | None = None
    primary_back: int | None = None


_PAIRS = {
    ("contacts", "companies"): Pair(279, 280, 1, 2),
    ("deals", "companies"): Pair(341, 342, 5, 6),
    ("deals", "contacts"): Pair(3, 4),
    ("tasks", "contacts"): Pair(204, 203),
    ("tasks", "companies"): Pair(192, 191),
    ("tasks", "deals"): Pair(216, 215),
    ("calls", "contacts"): Pair(194, 193),
    ("calls", "companies"): Pair(182, 181),
    ("calls", "deals"): Pair(206, 205),
    ("meetings", "contacts"): Pair(200, 199),
    ("meetings", "companies"): Pair(188, 187),
    ("meetings", "deals"): Pair(212, 211),
    ("emails", "contacts"): Pair(198, 197),
    ("emails", "companies"): Pair(186, 185),
    ("emails", "deals"): Pair(210, 209),
    ("notes", "contacts"): Pair(202, 201),
    ("notes", "companies"): Pair(190, 189),
    ("notes", "deals"): Pair(214, 213),
    ("contacts", "contacts"): Pair(449, 449),
    ("companies", "companies"): Pair(450, 450),
    ("deals", "deals"): Pair(451, 451),
}

_SINGULAR = {
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "tasks": "task",
    "calls": "call",
    "meetings": "meeting",
    "emails": "email",
    "notes": "note",
}


def pair(source: str, target: str) -> Pair | None:
    """The types from one kind of record to another; `None` if the two cannot be associated."""
    if found := _PAIRS.get((source, target)):
        return found
    if back := _PAIRS.get((target, source)):
        return Pair(back.plain_back, back.plain, back.primary_back, back.primary)
    return None


def inverse(source: str, target: str, spec: Spec) -> Spec | None:
    """The same association seen from the other side; `None` if this pair has no such type."""
    category, number = spec
    if category == USER:
        return spec
    known = pair(source, target)
    if known is None or category != HUBSPOT:
        return None
    if number == known.plain:
        return (HUBSPOT, known.plain_back)
    if number == known.primary and known.primary_back is not None:
        return (HUBSPOT, known.primary_back)
    return None


def names(source: str, target: str, specs: set[Spec]) -> list[str]:
    """How a record that is read with its associations names them: the plain type of a pair that
    also has a primary one is called unlabelled, in HubSpot's spelling."""
    known = pair(source, target)
    base = f"{_SINGULAR[source]}_to_{_SINGULAR[target]}"
    found = []
    for category, number in sorted(specs):
        if category == USER:
            found.append(f"{base}_label_{number}")
        elif known and number == known.plain and known.primary is not None:
            found.append(f"{base}_unlabeled")
        else:
            found.append(base)
    return found


def label(source: str, target: str, spec: Spec) -> str | None:
    """The label that people see on an association; a plain one has none."""
    category, number = spec
    if category == USER:
        return f"Label {number}"
    known = pair(source, target)
    if known and number == known.primary:
        return "Primary"
    return None


def event_name(source: str, target: str) -> str:
    """What the webhook of an association change calls it, such as `CONTACT_TO_COMPANY`."""
    return f"{_SINGULAR[source]}_to_{_SINGULAR[target]}".upper()
