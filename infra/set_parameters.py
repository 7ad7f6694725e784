"""`make set`: changes parameters of a stage, and nothing else: its packages, model and template stay those that stand."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "local"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import deploy  # noqa: E402
import deployments as given  # noqa: E402
import operation  # noqa: E402
from problem import Problem  # noqa: E402

OF_A_DEPLOYMENT = frozenset(("Stage", "CodeBucket", "CodePrefix", "Architecture", "CrmSource", "ModelKey"))
"""What only packages or a model bring along."""


def main() -> int:
    arguments = _arguments()
    return deploy.told(lambda: _set_parameters(arguments))


def _set_parameters(arguments: argparse.Namespace) -> int:
    usage = 'make set STAGE=… BUCKET=… PARAMS="Name=value …"'
    here = deploy.account(arguments, usage)
    settings = deploy.pairs(arguments.params)
    if not settings:
        raise Problem("PARAMS is not given.", usage)
    if not_ours := sorted(OF_A_DEPLOYMENT & set(settings)):
        raise Problem(f"{', '.join(not_ours)} comes with packages or a model.", "`make deploy` or `make deploy-model`.")
    operation.require_ready(here.cloudformation, here.stack)
    wanted = replace(here.deployed(), number=0, at=given.now(), again=None, stood=None, alone=False)
    return deploy.carry_out(here, wanted, settings, arguments.yes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", default="")
    parser.add_argument("--bucket", default="", help="the bucket with the packages")
    parser.add_argument("--params", default="", help="Name=value, any number of them; `Name=` empties one")
    parser.add_argument("--yes", action="store_true", help="carry it out without asking")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
