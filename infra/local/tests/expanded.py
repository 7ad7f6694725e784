"""The template as CloudFormation has it once both transforms have run: loops unrolled, functions with their roles."""

import functools
import json
import os
from typing import Any

from cfnlint.decode.cfn_yaml import load
from cfnlint.template import Template
from cfnlint.template.transforms._language_extensions import language_extension
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from cloudformation import TEMPLATE

REGION = "eu-central-1"


@functools.cache
def expanded() -> dict[str, Any]:
    """Every parameter is taken to be its default. Do not change what it returns."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    matches, unrolled = language_extension(Template(str(TEMPLATE), load(str(TEMPLATE)), regions=[REGION]))
    assert not matches, matches
    plain = json.loads(json.dumps(unrolled))
    plain["Transform"] = "AWS::Serverless-2016-10-31"
    defaults = {name: it["Default"] for name, it in plain["Parameters"].items() if "Default" in it}
    translated: dict[str, Any] = Translator({}, Parser()).translate(plain, defaults)
    return translated


def resources(*kinds: str) -> dict[str, dict[str, Any]]:
    """Those of some kinds, by name; all without a kind."""
    return {name: it for name, it in expanded()["Resources"].items() if not kinds or it["Type"] in kinds}
