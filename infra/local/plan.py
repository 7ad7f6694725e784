"""What a deployment would change: a change set that the cloud has made and nobody has carried out yet."""

import functools
import time
from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Optional

import yaml

import cloudformation as stacks
import operation
from problem import Problem

WITHIN_SECONDS = 300.0
_NOTHING = ("didn't contain changes", "No updates")


@dataclass(frozen=True)
class Change:
    """One resource that would be made, changed or removed."""

    action: str
    name: str
    kind: str
    replaced: str
    """What of it would be made anew: nothing, `True`, or `Conditional`."""
    because: tuple[str, ...]
    """The properties that change."""

    def told(self) -> str:
        replaced = {"True": "  (replaced)", "Conditional": "  (perhaps replaced)"}.get(self.replaced, "")
        because = f"  {', '.join(self.because)}" if self.because else ""
        return f"  {self.action:<8}{self.name:<34}{self.kind}{replaced}{because}"


@functools.cache
def parameters_of(template: str) -> dict[str, Optional[str]]:
    """The names of a template's parameters, with what they are if nobody says it. Do not change what it returns."""
    held = yaml.load(template, Loader=_Loose)
    declared = held.get("Parameters", {}) if isinstance(held, dict) else {}
    return {name: body.get("Default") for name, body in declared.items()}


def settled(template: str, given: Mapping[str, str], standing: Mapping[str, str]) -> dict[str, str]:
    """The value of each parameter that has one: as given now, else as it stands. What the template does not know any
    more is left out; of what neither says, the template's default holds."""
    declared = parameters_of(template)
    unknown = sorted(set(given) - set(declared))
    if unknown:
        known = ", ".join(sorted(declared))
        raise Problem(f"The template has no parameter {', '.join(unknown)}.", f"It has: {known}.")
    return {name: {**standing, **given}[name] for name in declared if name in given or name in standing}


def make(
    cloudformation: Any,
    stack: str,
    address: str,
    given: Mapping[str, str],
    kept: Mapping[str, str],
    number: int,
) -> Optional[str]:
    """Makes a change set by the address of a template. `kept` are the parameters that stand and that nobody gave:
    the cloud is told to keep them. `None` if the change set is empty."""
    first = operation.status_of(cloudformation, stack) in (None, "REVIEW_IN_PROGRESS")
    made = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"plan-{number}-{time.time_ns() // 1_000_000}",
        ChangeSetType="CREATE" if first else "UPDATE",
        TemplateURL=address,
        Parameters=[
            *stacks.as_list(dict(given)),
            *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept) if name not in given),
        ],
        Capabilities=stacks.CAPABILITIES,
    )["Id"]
    deadline = time.monotonic() + WITHIN_SECONDS
    while (plan := cloudformation.describe_change_set(StackName=stack, ChangeSetName=made))["Status"] not in ("CREATE_COMPLETE", "FAILED"):
        if time.monotonic() > deadline:
            raise Problem(f"The change set of {stack} was not ready in {WITHIN_SECONDS:.0f} s.")
        time.sleep(1)
    if plan["Status"] == "FAILED":
        reason = plan.get("StatusReason", "no reason given")
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=made)
        if any(words in reason for words in _NOTHING):
            return None
        raise Problem(f"The template was refused: {reason}", "Run `make lint`.")
    return str(made)


def changes(cloudformation: Any, stack: str, plan: str) -> Iterator[Change]:
    """What a change set holds, page by page."""
    page: dict[str, str] = {}
    while True:
        answer = cloudformation.describe_change_set(StackName=stack, ChangeSetName=plan, **page)
        for change in answer["Changes"]:
            yield _change(change["ResourceChange"])
        if not answer.get("NextToken"):
            return
        page = {"NextToken": answer["NextToken"]}


def _change(told: dict[str, Any]) -> Change:
    targets = (detail.get("Target", {}) for detail in told.get("Details", []))
    because = {str(target["Name"]) for target in targets if target.get("Name")}
    replaced = str(told.get("Replacement", ""))
    return Change(told["Action"], told["LogicalResourceId"], told["ResourceType"], replaced, tuple(sorted(because)))


def shown(cloudformation: Any, stack: str, plan: str) -> list[str]:
    """What would change, a line each. That every function gets another number is one line, and not one for each."""
    lines, numbered = [], 0
    for change in changes(cloudformation, stack, plan):
        if change.kind == "AWS::Lambda::Function" and change.action == "Modify" and change.because == ("Environment",):
            numbered += 1
        else:
            lines.append(change.told())
    if numbered:
        lines.append(f"  Modify  {numbered} functions: their environment, which has the deployment's number")
    return lines


def differences(standing: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """The parameters that would change, a line each."""
    return [
        f"  {name}: {standing[name] or '(empty)'} → {value or '(empty)'}"
        for name, value in sorted(wanted.items())
        if name in standing and standing[name] != value
    ]


class _Loose(yaml.SafeLoader):
    """Reads a template for its parameters only: what `!Sub` and its like come to does not matter."""


def _any(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loose.add_multi_constructor("!", _any)
