"""The source of the operating model that the sandbox CRM stands in for: its name is the model's to choose,
and webhooks are answered, and records are called, by it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from layout import shown
from problem import Problem

KIND = "hubspot"
"""The kind of CRM that the sandbox is like."""


@dataclass(frozen=True)
class Source:
    """What the model says of one source."""

    name: str
    portal: int
    secret: str

    @property
    def webhook_path(self) -> str:
        """Where webhook-intake takes the webhooks of this source."""
        return f"/webhooks/{self.name}"


def of(config: Path) -> Source:
    """The first source of the sandbox's kind. The model has been checked by now, so that this looks at
    nothing but what the check leaves open."""
    path = config / "technology.yaml"
    try:
        # Every scalar as it is written: YAML would make a source called `on` a truth value.
        held = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (OSError, ValueError, yaml.YAMLError) as why:
        raise Problem(f"{shown(path)} cannot be read: {why}", "Run `make model`.") from why
    sources = _mapping(_mapping(held).get("sources"))
    for name, given in sources.items():
        source = _mapping(given)
        if source.get("kind") == KIND:
            return Source(str(name), _portal(path, name, source), str(source.get("secret", "")))
    kinds = ", ".join(f"{name} ({_mapping(given).get('kind', 'no kind')})" for name, given in sources.items())
    raise Problem(
        f"No source in {shown(path)} is of the kind {KIND}; there are: {kinds or 'none'}.",
        f"The CRM here and the functions know {KIND} only: give one of `sources:` the line `kind: {KIND}`.",
    )


def _portal(path: Path, name: str, source: dict[str, Any]) -> int:
    portal = str(source.get("portal", ""))
    if not (portal.isascii() and portal.isdecimal()):
        raise Problem(
            f"The portal of the source {name} in {shown(path)} is {portal!r}; one of {KIND} is a number.",
            "Write the account's number, as HubSpot shows it: every webhook has it, and others are refused.",
        )
    return int(portal)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
