"""A stand-in for the cloud's command line: reads a command as `aws` would, by the service's own description, so that a
parameter that does not exist is noticed."""

import json
from pathlib import Path
from typing import Any, Callable

import jmespath
from botocore import xform_name

SERVICES = {"s3api": "s3"}
RENAMED = {"notification-endpoint": "endpoint"}
"""Options that the command line calls otherwise than the service does."""


def run(words: list[str], client: Callable[[str], Any], folders: tuple[Path, ...]) -> str:
    """Carries out `aws WORDS…`, and returns what it prints. A file that it names is in the first of the folders that has it."""
    service, command, *rest = words
    of = client(SERVICES.get(service, service))
    names = {xform_name(name, "-"): name for name in of.meta.service_model.operation_names}
    shape = of.meta.service_model.operation_model(names[command]).input_shape
    given: dict[str, Any] = {}
    query = ""
    while rest:
        option, value, *rest = rest
        if option == "--query":
            query = value
        elif option != "--output":
            members = {xform_name(name, "-"): name for name in shape.members}
            option = option.removeprefix("--")
            name = members[RENAMED.get(option, option)]
            given[name] = _value(shape.members[name], value, folders)
    answer = getattr(of, xform_name(names[command]))(**given)
    answer.pop("ResponseMetadata", None)
    if not query:
        return json.dumps(answer, default=str)
    found = jmespath.search(query, answer)
    return "\t".join(map(str, found)) if isinstance(found, list) else str(found)


def _value(shape: Any, text: str, folders: tuple[Path, ...]) -> Any:
    if text.startswith("file://"):
        text = _file(text.removeprefix("file://"), folders).read_text(encoding="utf-8")
    if shape.type_name == "structure" and not text.lstrip().startswith("{"):
        pairs = (pair.partition("=") for pair in text.split(","))
        return {name: _value(shape.members[name], value, folders) for name, _, value in pairs}
    if shape.type_name == "boolean":
        return text == "true"
    if shape.type_name in ("structure", "list", "map"):
        return json.loads(text)
    return text


def _file(name: str, folders: tuple[Path, ...]) -> Path:
    return next((folder / name for folder in folders if (folder / name).is_file()), folders[0] / name)
